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

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private string[] Arguments(params string[] more) =>
        ["--Storage:DataDirectory=" + Path.Combine(directory, "data"), "--Sites:Directory=" + directory, "--Cluster:SiloPort=0", "--Urls=http://127.0.0.1:0", .. more];
}
