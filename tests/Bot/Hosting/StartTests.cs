using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Chat.Templates;
using TrunkBot.Hosting;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Sites;
using TrunkBot.Tests.Support;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.Hosting;

public sealed class StartTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("trunkbot-start-").FullName;

    public StartTests() => File.Copy(Path.Combine(Repository.Root, "src/Lab/Site/denver.json"), Path.Combine(directory, "denver.json"));

    [Fact]
    public async Task Without_a_folder_of_sites_it_says_what_to_make()
    {
        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--Sites:Directory=" + Path.Combine(directory, "nowhere"))));

        Assert.Equal(
            $"Sites:Directory: there is no folder {Path.Combine(directory, "nowhere")}; make it and put one JSON file a site into it (an example is src/Lab/Site/denver.json)",
            e.Message);
    }

    [Fact]
    public async Task A_site_file_that_is_none_is_named_with_its_line()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "denver.json"), "{\n  \"name\": \"denver\",\n  oops\n}", TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<SiteProfileException>(() => TrunkBotHost.BuildAsync(Arguments()));

        Assert.Contains("denver.json", e.Message, StringComparison.Ordinal);
        Assert.Contains("3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_whose_dialect_does_not_exist_is_named_with_the_key_and_the_way_out()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "denver.json"), Site("klingon"), TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<SiteProfileException>(() => TrunkBotHost.BuildAsync(Arguments()));

        Assert.Equal(
            $"{Path.Combine(directory, "denver.json")}, line 4: perimeta.dialect: there is no dialect \"klingon\"; there are: lab-invented, published. Put its file into the folder that Perimeta:DialectDirectory names",
            e.Message);
    }

    [Fact]
    public async Task A_sites_own_dialect_is_found_in_the_folder_of_dialects()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "denver.json"), Site("denver-sbc"), TestContext.Current.CancellationToken);
        var dialects = Directory.CreateDirectory(Path.Combine(directory, "dialects")).FullName;
        await File.WriteAllTextAsync(Path.Combine(dialects, "denver-sbc.json"), """{ "name": "denver-sbc", "source": "the site" }""", TestContext.Current.CancellationToken);

        await using var app = await TrunkBotHost.BuildAsync(Arguments("--Perimeta:DialectDirectory=" + dialects, "--Secrets:twilio=x"));

        Assert.Contains("denver-sbc", app.Services.GetRequiredService<DialectCatalogue>().Names);
    }

    [Fact]
    public async Task A_dialect_file_that_can_not_be_used_is_named_with_the_setting()
    {
        var dialects = Directory.CreateDirectory(Path.Combine(directory, "dialects")).FullName;
        await File.WriteAllTextAsync(Path.Combine(dialects, "bad.json"), "{\n \"promt\": 1 }", TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--Perimeta:DialectDirectory=" + dialects)));

        Assert.StartsWith($"Perimeta:DialectDirectory: {Path.Combine(dialects, "bad.json")}, line 2: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_dialects_that_is_not_there_is_named()
    {
        var nowhere = Path.Combine(directory, "nowhere");

        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--Perimeta:DialectDirectory=" + nowhere)));

        Assert.Equal($"Perimeta:DialectDirectory: there is no folder {nowhere}", e.Message);
    }

    [Fact]
    public async Task A_secrets_file_that_is_not_there_is_named()
    {
        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--SecretsFile=" + Path.Combine(directory, "none.json"))));

        Assert.Equal($"SecretsFile: there is no file {Path.Combine(directory, "none.json")}", e.Message);
    }

    [Fact]
    public async Task By_default_a_stop_takes_less_than_half_a_minute_in_all()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "denver.json"), Site("published"), TestContext.Current.CancellationToken);

        await using var app = await TrunkBotHost.BuildAsync(Arguments("--Secrets:twilio=x"));

        Assert.Equal(TimeSpan.FromSeconds(28), app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public async Task A_setting_on_the_command_line_that_is_out_of_range_is_named()
    {
        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--Cluster:DrainSeconds=0")));

        Assert.Equal("commandline: Cluster:DrainSeconds: The field DrainSeconds must be between 1 and 300.", e.Message);
    }

    [Fact]
    public async Task The_labs_open_door_does_not_open_in_production()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TrunkBotHost.BuildAsync(Arguments("--BotFramework:AllowUnauthenticatedLoopbackInLab=true", "--environment", "Production")));

        Assert.Contains("unauthenticated-outside-lab", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_site_is_named()
    {
        File.Delete(Path.Combine(directory, "denver.json"));

        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments()));

        Assert.Equal($"Sites:Directory: the folder {directory} holds no site; put one JSON file a site into it (an example is src/Lab/Site/denver.json)", e.Message);
    }

    [Fact]
    public async Task Secrets_that_a_site_names_and_nobody_configured_are_named_all_at_once()
    {
        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--Secrets:lab-perimeta=x")));

        Assert.Equal(
            [
                "site denver: secret:lab-twilio is not configured: set Secrets:lab-twilio in the environment, in user secrets or in the secrets file",
                "site denver: secret:lab-subscriber is not configured: set Secrets:lab-subscriber in the environment, in user secrets or in the secrets file",
            ],
            e.Message.Split(Environment.NewLine));
    }

    [Fact]
    public async Task A_secrets_file_that_is_no_JSON_is_named_with_its_line()
    {
        var file = await SecretsFileAsync("{\n  oops\n}");

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => TrunkBotHost.BuildAsync(Arguments("--SecretsFile=" + file)));

        Assert.StartsWith($"Failed to load configuration from file '{file}': line 2: ", TrunkBotHost.Reason(e), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', TrunkBotHost.Reason(e)!);
        Assert.Equal(2, await TrunkBotHost.RunAsync(Arguments("--SecretsFile=" + file)));
    }

    [Fact]
    public async Task Every_other_source_of_a_secret_wins_over_the_file()
    {
        var file = await SecretsFileAsync("""{"Secrets": {"lab-perimeta": "from the file", "lab-twilio": "from the file", "lab-subscriber": "from the file"}}""");

        await using var app = await TrunkBotHost.BuildAsync(Arguments("--SecretsFile=" + file, "--Secrets:lab-twilio=from the command line"));

        var secrets = app.Services.GetRequiredService<ISecrets>();
        Assert.Equal("from the file", secrets.Reveal(new SecretReference("lab-perimeta")));
        Assert.Equal("from the command line", secrets.Reveal(new SecretReference("lab-twilio")));
    }

    [Fact]
    public async Task A_card_that_is_wrong_is_named()
    {
        var cards = Directory.CreateDirectory(Path.Combine(directory, "cards")).FullName;
        await File.WriteAllTextAsync(Path.Combine(cards, "note.json"), "{ oops", TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<TemplateException>(() => TrunkBotHost.BuildAsync(Arguments("--Chat:CardsDirectory=" + cards)));

        Assert.Contains("note.json", TrunkBotHost.Reason(e), StringComparison.Ordinal);
        Assert.Equal(2, await TrunkBotHost.RunAsync(Arguments("--Chat:CardsDirectory=" + cards)));
    }

    [Fact]
    public async Task Ports_that_are_taken_are_named_with_their_settings()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        silo.Start();
        var (webPort, siloPort) = (((IPEndPoint)web.LocalEndpoint).Port, ((IPEndPoint)silo.LocalEndpoint).Port);
        string[] arguments = Arguments($"--Urls=http://127.0.0.1:{webPort}", $"--Cluster:SiloPort={siloPort}", "--Secrets:lab-perimeta=x", "--Secrets:lab-twilio=x", "--Secrets:lab-subscriber=x");

        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(arguments));

        Assert.Equal(
            [
                $"Cluster:SiloPort: port {siloPort} is taken on this machine; stop what listens there (another TrunkBot?) or choose another",
                $"Urls: port {webPort} of http://127.0.0.1:{webPort} is taken on this machine; stop what listens there (another TrunkBot?) or choose another",
            ],
            e.Message.Split(Environment.NewLine));
        Assert.Equal(2, await TrunkBotHost.RunAsync(arguments));
    }

    [Fact]
    public async Task A_registration_that_cannot_work_is_named()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TrunkBotHost.BuildAsync(Arguments("--Teams:AppId=1f0a4b2e-6a51-4bd3-9c1e-0d6a5c7b8e9f", "--Teams:Cloud=USGovernment")));

        Assert.Contains("teams-settings: Teams:TenantId is not a GUID.", e.Message, StringComparison.Ordinal);
        Assert.Contains("teams-settings: Teams:Credential is None", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_that_does_not_exist_is_named()
    {
        var e = await Assert.ThrowsAsync<SettingsException>(() => TrunkBotHost.BuildAsync(Arguments("--Teams:Cloud=China")));

        Assert.StartsWith("commandline: Teams:Cloud: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_setting_ends_the_program_with_2()
    {
        Assert.Equal(2, await TrunkBotHost.RunAsync(Arguments("--Health:IntervalSeconds=often")));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_one_person_lab_shouts_in_the_log_at_start_and_no_site_is_one_by_default(bool isOne, int times)
    {
        var profile = Path.Combine(directory, "denver.json");
        var text = await File.ReadAllTextAsync(profile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(profile, isOne ? text.Replace("// \"onePersonLab\": true,", "\"onePersonLab\": true,", StringComparison.Ordinal) : text, TestContext.Current.CancellationToken);
        using var log = new TestLog();
        await using var app = await TrunkBotHost.BuildAsync(
            Arguments("--Secrets:lab-perimeta=x", "--Secrets:lab-twilio=x", "--Secrets:lab-subscriber=x"), builder => builder.Logging.AddProvider(log));

        await app.Services.GetServices<IHostedService>().OfType<OnePersonLabs>().Single().StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            times,
            log.Lines.Count(line => line.StartsWith("Warning TrunkBot.Sites.OnePersonLabs 1951 SITE denver IS A ONE-PERSON LAB: WHO ASKS FOR A CHANGE MAY APPROVE IT.", StringComparison.Ordinal)));
    }

    private async Task<string> SecretsFileAsync(string json)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "secrets")).FullName, "secrets.json");
        await File.WriteAllTextAsync(file, json, TestContext.Current.CancellationToken);
        return file;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static string Site(string dialect) => $$"""
        {
          "name": "denver", "title": "Denver",
          "perimeta": { "element": "SBC", "host": "192.0.2.1", "knownHosts": "known_hosts",
            "dialect": "{{dialect}}" },
          "metaswitch": { "element": "CFS", "metaSwitchName": "CFS", "url": "https://192.0.2.2/" },
          "twilio": { "element": "AC", "accountSid": "AC00000000000000000000000000000000", "secret": "secret:twilio" },
          "tests": {},
          "approval": { "approvers": ["ben"], "channel": "approvals" }
        }
        """;

    private string[] Arguments(params string[] more) =>
        ["--Storage:DataDirectory=" + Path.Combine(directory, "data"), "--Sites:Directory=" + directory, "--Cluster:SiloPort=0", "--Urls=http://127.0.0.1:0", .. People, .. more];

    private static string[] People =>
    [
        "--People:RolesOfGroups:voice:0=approver", "--People:Accounts:ben:Groups:0=voice", "--People:Accounts:ben:Name=Ben", "--People:Accounts:dana:Groups:0=voice", "--People:Accounts:dana:Name=Dana",
        "--People:RolesOfGroups:noc:0=oncall", "--People:Accounts:chris:Groups:0=noc", "--People:Accounts:chris:Name=Chris",
    ];
}
