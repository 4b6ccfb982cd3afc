using Microsoft.Extensions.Options;
using TrunkBot.Hosting;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.Hosting;

public sealed class StartTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("trunkbot-start-").FullName;

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

        await using var app = await TrunkBotHost.BuildAsync(Arguments("--Perimeta:DialectDirectory=" + dialects));

        Assert.NotNull(app);
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
    public async Task A_wrong_setting_ends_the_program_with_2()
    {
        Assert.Equal(2, await TrunkBotHost.RunAsync(Arguments("--Health:IntervalSeconds=often")));
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
          "approval": { "approvers": ["webchat:ben"], "channel": "approvals" }
        }
        """;

    private string[] Arguments(params string[] more) =>
        ["--Storage:DataDirectory=" + Path.Combine(directory, "data"), "--Sites:Directory=" + directory, "--Cluster:SiloPort=0", "--Urls=http://127.0.0.1:0", .. more];
}
