using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrunkBot.Alarms;
using TrunkBot.Bot.Tests.Alerts;
using TrunkBot.Chat.Alerts;
using TrunkBot.Hosting;

namespace TrunkBot.Bot.Tests.Alarms;

/// <summary>
/// The bot as it ships is told of alarms by real programs: util-linux' logger, rsyslog, net-snmp's snmptrap and snmpinform. Their lines and OIDs are made up: what a switch or an SBC
/// writes is a site's own.
/// </summary>
public sealed class RealSendersTests : IDisposable
{
    private const string Enterprise = "1.3.6.1.4.1.99999";

    private readonly string folder = Directory.CreateTempSubdirectory("trunkbot-alarms-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SyslogUdp", "--udp", "--rfc5424")]
    [InlineData("SyslogUdp", "--udp", "--rfc3164")]
    [InlineData("SyslogTcp", "--tcp", "--rfc5424")]
    [InlineData("SyslogTcp", "--tcp", "--rfc3164", "--octet-count")]
    public async Task What_logger_says_is_a_card_of_the_trunk_and_its_end_is_seen(string door, params string[] how)
    {
        await using var app = await StartAsync();

        await LoggerAsync(app, door, how, "Adjacency acme-east-us2 is not active");
        var card = await app.Channel.SeeAsync("Adjacency acme-east-us2 is down", "ALR-1. Firing", "by label adjacency");
        await app.Channel.SeeAsync("Diagnosis of acme-east", "Started by ALR-1.");

        await LoggerAsync(app, door, how, "Adjacency acme-east-us2 is not active"); // no news
        await LoggerAsync(app, door, how, "Adjacency acme-east-us2 is active");
        Assert.Equal(card.Id, (await app.Channel.SeeAsync("Adjacency acme-east-us2 is down", "ALR-1. Resolved")).Id);
        Assert.Null(await app.Get<IAlertStore>().FindAsync("ALR-2", Ct));
    }

    [Fact]
    public async Task What_rsyslog_forwards_over_TLS_arrives()
    {
        await using var app = await StartAsync();
        var port = app.Get<AlarmListeners>().Open["SyslogTls"].Port;
        var input = Path.Combine(folder, "in.log");
        await File.WriteAllTextAsync(input, "", Ct);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "rsyslog.conf"),
            $"""
            global(workDirectory="{folder}" defaultNetstreamDriverCAFile="{folder}/bot.pem")
            module(load="imfile" mode="inotify")
            input(type="imfile" File="{input}" Tag="sbc-app:" Severity="err" Facility="local3")
            action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
                   streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="bot.test")
            """,
            Ct);
        using var rsyslog = Process.Start(new ProcessStartInfo("rsyslogd", ["-n", "-f", Path.Combine(folder, "rsyslog.conf"), "-i", Path.Combine(folder, "pid")]) { RedirectStandardError = true })!;
        _ = rsyslog.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await File.AppendAllTextAsync(input, "Adjacency acme-east-us2 is not active\n", Ct);
            await app.Channel.SeeAsync("Adjacency acme-east-us2 is down", "ALR-1. Firing", "error");
        }
        finally
        {
            rsyslog.Kill();
            await rsyslog.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task An_inform_is_acknowledged_when_it_is_stored_and_a_trap_of_version_1_clears_it()
    {
        await using var app = await StartAsync();
        var host = Host(app, "SnmpUdp");

        await RunAsync("snmpinform", "-v", "2c", "-c", "c0mmunity", "-r", "0", "-t", "20", host, "", $"{Enterprise}.0.17", $"{Enterprise}.1.1.4", "s", "acme-east");
        Assert.NotNull(await app.Get<IAlertStore>().FindAsync("ALR-1", Ct));
        var card = await app.Channel.SeeAsync("Trunk alarm of the switch", "ALR-1. Firing", "by label trunk", "critical");

        await RunAsync("snmptrap", "-v", "1", "-c", "c0mmunity", host, Enterprise, "192.0.2.7", "6", "18", "", $"{Enterprise}.1.1.4", "s", "acme-east");
        Assert.Equal(card.Id, (await app.Channel.SeeAsync("Trunk alarm of the switch", "ALR-1. Resolved")).Id);
    }

    [Fact]
    public async Task What_no_rule_fits_is_kept_for_the_command_that_shows_it_and_a_stranger_is_refused()
    {
        await using var app = await StartAsync();
        await RunAsync("snmptrap", "-v", "2c", "-c", "wrong", Host(app, "SnmpUdp"), "", $"{Enterprise}.0.17", $"{Enterprise}.1.1.4", "s", "acme-east");
        var door = app.Get<AlarmListeners>().Open["SyslogUdp"];
        using (var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            stranger.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
            stranger.SendTo("<11>Adjacency acme-east-us2 is not active"u8, door);
            stranger.SendTo(new byte[9000], door);
        }

        await RunAsync("logger", "--server", "127.0.0.1", "--port", door.Port.ToString(CultureInfo.InvariantCulture), "--udp", "--rfc5424", "--size", "20000", new string('x', 9000));
        await LoggerAsync(app, "SyslogUdp", ["--udp", "--rfc5424"], "Something else happened");
        using var bot = new CommandLine.TrunkBotProcess { Environment = { ["Storage__DataDirectory"] = app.DataDirectory } };

        // In the order in which they came through the one door: by then the others were counted.
        string said;
        do
        {
            (said, var error, var code) = await bot.RunAsync("alarms");
            Assert.Equal(("", 0), (error, code));
        }
        while (said.Length == 0);

        Assert.Matches("^[0-9-]{10} [0-9:]{8}Z syslog from 127.0.0.1\n  facility: user\n  severity: notice\n", said);
        Assert.Contains("  text: Something else happened\n  => no rule\n", said, StringComparison.Ordinal);
        bot.Environment["Alarms__Rules__0__Name"] = "other";
        bot.Environment["Alarms__Rules__0__Raise__0__Field"] = "text";
        bot.Environment["Alarms__Rules__0__Raise__0__Pattern"] = "(?<what>Something) else";
        Assert.Contains("  => rule \"other\": Firing, info, \"other\", id other|127.0.0.1|Something\n", (await bot.RunAsync("alarms")).Output, StringComparison.Ordinal);
        Assert.Contains("\"rule\":\"other\",\"status\":\"firing\"", (await bot.RunAsync("alarms", "--json", "--last", "1")).Output, StringComparison.Ordinal);

        Assert.Equal(
            "1 snmp refused: community (last from 127.0.0.1); 2 syslog refused: sender (last from 127.0.0.9); 1 syslog refused: too large (last from 127.0.0.1); 1 syslog without a rule (last from 127.0.0.1)",
            app.Get<AlarmCounts>().Summary());
        Assert.Null(await app.Get<IAlertStore>().FindAsync("ALR-1", Ct));
    }

    [Theory]
    [InlineData("Alarms:SyslogUdp: can't listen at 203.0.113.1:514", "--Alarms:SyslogUdp=203.0.113.1:514", "--Alarms:From:0=127.0.0.1/32")]
    [InlineData("Alarms:Communities:0: must be of the form secret:NAME", "--Alarms:SnmpUdp=127.0.0.1:0", "--Alarms:From:0=127.0.0.1/32", "--Alarms:Communities:0=public")]
    [InlineData("Alarms:Certificate: the certificate or its key can't be used", "--Alarms:SyslogTls=127.0.0.1:0", "--Alarms:From:0=127.0.0.1/32", "--Alarms:Certificate=gone.pem", "--Alarms:CertificateKey=gone.key")]
    public async Task What_can_not_be_opened_stops_the_start_in_one_line(string line, params string[] settings) =>
        Assert.StartsWith(line, TrunkBotHost.Reason(await Assert.ThrowsAnyAsync<Exception>(() => OnCallApp.StartAsync(null, settings))), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<OnCallApp> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bot.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var name = new SubjectAlternativeNameBuilder();
        name.AddDnsName("bot.test");
        request.CertificateExtensions.Add(name.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "bot.pem"), certificate.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "bot.key"), key.ExportPkcs8PrivateKeyPem(), Ct);
        return await OnCallApp.StartAsync(
            null,
            "--Alarms:SyslogUdp=127.0.0.1:0", "--Alarms:SyslogTcp=127.0.0.1:0", "--Alarms:SyslogTls=127.0.0.1:0", "--Alarms:SnmpUdp=127.0.0.1:0",
            $"--Alarms:Certificate={folder}/bot.pem", $"--Alarms:CertificateKey={folder}/bot.key",
            "--Alarms:From:0=127.0.0.1/32", "--Alarms:Communities:0=secret:snmp", "--Secrets:snmp=c0mmunity",
            "--Alarms:Rules:0:Name=adjacency",
            "--Alarms:Rules:0:Title=Adjacency {adjacency} is down",
            "--Alarms:Rules:0:Raise:0:Field=text", @"--Alarms:Rules:0:Raise:0:Pattern=Adjacency (?<adjacency>\S+) is not active",
            "--Alarms:Rules:0:Clear:0:Field=text", @"--Alarms:Rules:0:Clear:0:Pattern=Adjacency (?<adjacency>\S+) is active",
            "--Alarms:Rules:1:Name=trunk", "--Alarms:Rules:1:Title=Trunk alarm of the switch", "--Alarms:Rules:1:Severity=critical",
            "--Alarms:Rules:1:Raise:0:Field=trap", $"--Alarms:Rules:1:Raise:0:EqualTo={Enterprise}.0.17",
            $"--Alarms:Rules:1:Raise:1:Field={Enterprise}.1.1.*", "--Alarms:Rules:1:Raise:1:Pattern=(?<trunk>.+)",
            "--Alarms:Rules:1:Clear:0:Field=trap", $"--Alarms:Rules:1:Clear:0:EqualTo={Enterprise}.0.18",
            $"--Alarms:Rules:1:Clear:1:Field={Enterprise}.1.1.*", "--Alarms:Rules:1:Clear:1:Pattern=(?<trunk>.+)");
    }

    private static string Host(OnCallApp app, string door) => app.Get<AlarmListeners>().Open[door].ToString();

    private static Task LoggerAsync(OnCallApp app, string door, string[] how, string text) => RunAsync(
        "logger", ["--server", "127.0.0.1", "--port", app.Get<AlarmListeners>().Open[door].Port.ToString(CultureInfo.InvariantCulture), .. how, "--tag", "sbc-app", "--", text]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        start.Environment["SNMP_PERSISTENT_DIR"] = Path.GetTempPath();
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {error}");
    }
}
