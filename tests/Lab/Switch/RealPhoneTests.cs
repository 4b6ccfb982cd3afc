using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Text;
using TrunkBot.Lab.Switch;
using TrunkBot.Tests.Support;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>Phones that others wrote (Debian sip-tester, sipsak, baresip) against the switch.</summary>
[Collection(RealTime.Collection)]
public sealed class RealPhoneTests : IAsyncLifetime
{
    private readonly World world = new();
    private readonly string folder = Directory.CreateTempSubdirectory("lab-phone").FullName;
    private SipSwitch sut = null!;

    public async ValueTask InitializeAsync() => sut = await SipSwitch.StartAsync(new SipSwitchOptions
    {
        Sbc = world,
        Cfs = world,
        Twilio = world,
        RingDelay = TimeSpan.FromMilliseconds(50),
        AnswerDelay = TimeSpan.FromMilliseconds(50),
        AnnouncementLength = TimeSpan.FromMilliseconds(500),
        RecordingLength = TimeSpan.FromSeconds(3),
        LongestCall = TimeSpan.FromSeconds(10),
    }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await sut.DisposeAsync();
        Assert.Null(sut.LastFault);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("u1")]
    [InlineData("t1")]
    public async Task Sipp_registers_and_calls_with_the_digest_login(string transport)
    {
        await Sipp(RegisterScenario, transport, "127.0.0.1");
        await Sipp(CallScenario, transport, "16504894546@127.0.0.1");

        var call = Assert.Single(sut.Calls);
        Assert.Equal((200, true, "caller"), (call.FinalStatus, call.Acknowledged, call.EndedBy));
    }

    [Fact]
    public async Task Sipp_is_told_why_its_call_is_refused()
    {
        world.Trunk(trunk => trunk with { AllowedSources = [IPNetwork.Parse("192.0.2.0/24")] });
        await Sipp(RegisterScenario, "u1", "127.0.0.1");
        await Sipp(RefusedScenario, "u1", "16504894546@127.0.0.1");

        Assert.Equal("acl-missing-address", Assert.Single(sut.Calls).Judgement.Code);
    }

    [Fact]
    public async Task Sipsak_gets_200_for_OPTIONS()
    {
        var (status, _) = await Run("/usr/bin/sipsak", "-s", $"sip:lab@127.0.0.1:{sut.Port}");
        Assert.Equal(0, status);
    }

    [Fact]
    public async Task Baresip_hears_its_own_tone_again()
    {
        using (var phone = new Phone(sut.Port))
        {
            // The dialling below starts at once; the registration that baresip makes meanwhile replaces this one.
            await phone.Register();
        }

        WriteTone(Path.Combine(folder, "tone.wav"), seconds: 12);
        await File.WriteAllTextAsync(Path.Combine(folder, "accounts"), $"<sip:{Phone.User}@127.0.0.1:{sut.Port}>;auth_pass={Phone.Password};regint=60;audio_codecs=pcmu/8000/1\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), $"""
            net_interface 127.0.0.1
            sip_listen 127.0.0.1:{FreePorts.Next()}
            audio_player aubridge,heard
            audio_source aufile,{folder}/tone.wav
            audio_alert aubridge,alert
            snd_path {folder}
            ausrc_srate 8000
            auplay_srate 8000
            module_path /usr/lib/baresip/modules
            module g711.so
            module aufile.so
            module aubridge.so
            module sndfile.so
            module_tmp account.so
            module_app menu.so

            """, TestContext.Current.CancellationToken);
        var (_, output) = await Run("/usr/bin/baresip", () => sut.Calls.Any(c => c.EndedAt is not null), "-f", folder, "-t", "30", "-e", $"/dial sip:16504894546@127.0.0.1:{sut.Port}");

        Assert.True(sut.Calls.Count == 1, output);
        var call = sut.Calls[0];
        Assert.True(call.FinalStatus == 200 && call.PacketsRecorded > 25, $"{call}\n{output}");
        var heard = Assert.Single(Directory.GetFiles(folder, "dump-*-dec.wav"));
        var samples = Samples(await File.ReadAllBytesAsync(heard, TestContext.Current.CancellationToken));
        var loud = samples.Chunk(160).Count(frame => frame.Length == 160 && Share(frame, 1004) > 0.8);
        Assert.True(loud >= 25, $"Only {loud} frames of 20 ms held the tone.\n{output}");
    }

    /// <param name="signed">The URI that the login is for, without its scheme; sipp would sign the address of the socket.</param>
    private async Task Sipp(string scenario, string transport, string signed)
    {
        var file = Path.Combine(folder, "scenario.xml");
        await File.WriteAllTextAsync(file, "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!DOCTYPE scenario SYSTEM \"sipp.dtd\">\n<scenario name=\"lab\">\n" + scenario + "</scenario>\n", TestContext.Current.CancellationToken);
        var (status, output) = await Run("/usr/bin/sipp", $"127.0.0.1:{sut.Port}", "-sf", file, "-t", transport, "-m", "1", "-i", "127.0.0.1", "-p", $"{FreePorts.Next()}",
            "-s", "16504894546", "-auth_uri", signed, "-timeout", "30", "-timeout_error", "-nostdin");
        Assert.True(status == 0, output);
    }

    private Task<(int Status, string Output)> Run(string program, params string[] arguments) => Run(program, () => false, arguments);

    /// <param name="isDone">When the program has done its part: it is asked to end (SIGTERM), so that it writes its files to the end.</param>
    private async Task<(int Status, string Output)> Run(string program, Func<bool> isDone, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(program), $"{program} is not installed.");
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["TERM"] = "dumb" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            var exit = process.WaitForExitAsync(TestContext.Current.CancellationToken);
            while (!exit.IsCompleted && !isDone())
            {
                await Task.WhenAny(exit, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken));
            }

            if (!exit.IsCompleted)
            {
                using var end = Process.Start("/bin/kill", ["-TERM", $"{process.Id}"]);
            }

            await exit;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return (process.ExitCode, await output + await errors);
    }

    private static void WriteTone(string path, int seconds)
    {
        using var writer = new BinaryWriter(File.Create(path));
        var bytes = seconds * 16000;
        writer.Write(Encoding.ASCII.GetBytes("RIFF"));
        writer.Write(36 + bytes);
        writer.Write(Encoding.ASCII.GetBytes("WAVEfmt "));
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(8000);
        writer.Write(16000);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write(Encoding.ASCII.GetBytes("data"));
        writer.Write(bytes);
        for (var at = 0; at < seconds * 8000; at++)
        {
            writer.Write((short)(8000 * Math.Sin(2 * Math.PI * 1004 * at / 8000)));
        }
    }

    private static short[] Samples(byte[] wave) =>
        [.. wave[44..].Chunk(2).Where(pair => pair.Length == 2).Select(pair => BinaryPrimitives.ReadInt16LittleEndian(pair))];

    /// <summary>The part of a frame's energy that lies at one frequency (0 to 1); 0 for silence.</summary>
    private static double Share(short[] frame, double frequency)
    {
        double real = 0, imaginary = 0, energy = 0;
        for (var at = 0; at < frame.Length; at++)
        {
            real += frame[at] * Math.Cos(2 * Math.PI * frequency * at / 8000);
            imaginary += frame[at] * Math.Sin(2 * Math.PI * frequency * at / 8000);
            energy += (double)frame[at] * frame[at];
        }

        return energy < 160 * 1000 * 1000.0 ? 0 : 2 * (real * real + imaginary * imaginary) / (frame.Length * energy);
    }

    private const string RegisterScenario = """
        <send retrans="500"><![CDATA[
        REGISTER sip:127.0.0.1 SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        Max-Forwards: 70
        From: <sip:3035550100@127.0.0.1>;tag=[call_number]
        To: <sip:3035550100@127.0.0.1>
        Call-ID: [call_id]
        CSeq: 1 REGISTER
        Contact: <sip:3035550100@[local_ip]:[local_port]>
        Expires: 600
        Content-Length: 0

        ]]></send>
        <recv response="401" auth="true"/>
        <send retrans="500"><![CDATA[
        REGISTER sip:127.0.0.1 SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        Max-Forwards: 70
        From: <sip:3035550100@127.0.0.1>;tag=[call_number]
        To: <sip:3035550100@127.0.0.1>
        Call-ID: [call_id]
        CSeq: 2 REGISTER
        Contact: <sip:3035550100@[local_ip]:[local_port]>
        Expires: 600
        [authentication username=3035550100 password=lab-Password-1]
        Content-Length: 0

        ]]></send>
        <recv response="200"/>

        """;

    private const string Sdp = """
        v=0
        o=sipp 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [media_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 8 0
        """;

    private static readonly string Challenged = $"""
        <send retrans="500"><![CDATA[
        {Invite(1, "")}
        ]]></send>
        <recv response="100" optional="true"/>
        <recv response="407" auth="true"/>
        <send><![CDATA[
        {InDialog("ACK", 1, "sip:[service]@127.0.0.1", "[last_Via:]")}
        ]]></send>
        <send retrans="500"><![CDATA[
        {Invite(2, "[authentication username=3035550100 password=lab-Password-1]\n")}
        ]]></send>
        <recv response="100" optional="true"/>

        """;

    private static readonly string CallScenario = Challenged + $"""
        <recv response="180"/>
        <recv response="200" rrs="true"/>
        <send><![CDATA[
        {InDialog("ACK", 2, "[next_url]", "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]")}
        ]]></send>
        <pause milliseconds="300"/>
        <send retrans="500"><![CDATA[
        {InDialog("BYE", 3, "[next_url]", "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]")}
        ]]></send>
        <recv response="200"/>

        """;

    private static readonly string RefusedScenario = Challenged + $"""
        <recv response="403">
          <action>
            <ereg regexp="32201 Authentication failure" search_in="hdr" header="X-Twilio-Error:" check_it="true" assign_to="1"/>
            <log message="[$1]"/>
          </action>
        </recv>
        <send><![CDATA[
        {InDialog("ACK", 2, "sip:[service]@127.0.0.1", "[last_Via:]")}
        ]]></send>

        """;

    private static string Invite(int sequence, string login) => $"""
        INVITE sip:[service]@127.0.0.1 SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        Max-Forwards: 70
        From: <sip:3035550100@127.0.0.1>;tag=[call_number]
        To: <sip:[service]@127.0.0.1>
        Call-ID: [call_id]
        CSeq: {sequence} INVITE
        Contact: <sip:3035550100@[local_ip]:[local_port];transport=[transport]>
        {login}Content-Type: application/sdp
        Content-Length: [len]

        {Sdp}
        """;

    private static string InDialog(string method, int sequence, string uri, string via) => $"""
        {method} {uri} SIP/2.0
        {via}
        Max-Forwards: 70
        From: <sip:3035550100@127.0.0.1>;tag=[call_number]
        To: <sip:[service]@127.0.0.1>[peer_tag_param]
        Call-ID: [call_id]
        CSeq: {sequence} {method}
        Content-Length: 0

        """;
}
