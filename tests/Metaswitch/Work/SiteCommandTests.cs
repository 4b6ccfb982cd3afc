using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Work;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Work;

/// <summary>A site's own command, as a real executable file.</summary>
public sealed class SiteCommandTests : IDisposable
{
    private const string Done = """{"outcome": "done", "sentence": "SIP trunk TwilioTrunk is made."}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trunkbot-command-");

    /// <summary>Keeps what it reads and the environment that it has, then does what the test says.</summary>
    private string Script(string then)
    {
        var path = Path.Combine(_folder.FullName, "make-trunk");
        File.WriteAllText(path, $"#!/bin/bash\ncat >> '{_folder.FullName}/input'\nprintf '%s\\n' \"$@\" > '{_folder.FullName}/arguments'\nenv > '{_folder.FullName}/environment'\n{then}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string Kept(string file) => File.ReadAllText(Path.Combine(_folder.FullName, file));

    private static string Say(string json) => $"cat <<'END'\n{json}\nEND";

    private static SiteProfile Site(string path, int timeoutSeconds = 60)
    {
        var site = Given.Site();
        return site with
        {
            Metaswitch = site.Metaswitch with
            {
                Commands = new Dictionary<string, WorkCommandSite> { ["sip-trunk"] = new() { Path = path, Arguments = ["--for", "a b; $(id)"], TimeoutSeconds = timeoutSeconds } },
            },
        };
    }

    private static PlannedStep Step(SiteProfile site) => new MetaswitchPlanner(new())
        .Plan(new(Given.Intent), site, new BindingSnapshot { Name = "TwilioBinding" }, "fp").Steps.Single(s => s.Id == "metaswitch.sip-trunk");

    private static async Task<(Journey Journey, StepResult Result)> ApplyAsync(SiteProfile site)
    {
        using var services = Given.Services();
        var journey = new Journey(services.GetRequiredService<INetworkSystem>(), Given.Intent, site);
        return (journey, await journey.ApplyAsync(Step(site)));
    }

    [Fact]
    public async Task It_reads_the_worksheet_as_JSON_and_its_word_is_taken()
    {
        var site = Site(Script(Say(Done)));

        var (journey, result) = await ApplyAsync(site);

        Assert.Equal("The site's command says: SIP trunk TwilioTrunk is made.", result.Sentence);
        Assert.Equal("done", journey.Facts["metaswitch.command.metaswitch.sip-trunk"]);
        Assert.Equal("--for\na b; $(id)\n", Kept("arguments"));
        using var input = JsonDocument.Parse(Kept("input"));
        var root = input.RootElement;
        Assert.Equal(("apply", "T-1", "sip-trunk", "acme-east"),
            (root.GetProperty("action").GetString(), root.GetProperty("ticket").GetString(), root.GetProperty("work").GetString(), root.GetProperty("trunk").GetString()));
        Assert.Equal("TwilioBinding", root.GetProperty("names").GetProperty("binding").GetString());
        Assert.Equal("Configured SIP binding", root.GetProperty("worksheet").GetProperty("rows")[1].GetProperty("label").GetString());
    }

    [Fact]
    public async Task What_people_approve_is_the_command_and_what_it_is_told()
    {
        var site = Site(Script(Say(Done)));
        var step = Step(site);

        var (journey, _) = await ApplyAsync(site);

        Assert.True(step.IsManual);
        Assert.Equal($"run {_folder.FullName}/make-trunk --for \"a b; $(id)\"", step.Sends[0]);
        Assert.Equal(string.Join('\n', step.Sends).Replace("{ticket of the run}", "T-1", StringComparison.Ordinal), journey.Journal[0].Text);
        Assert.Contains("  \"action\": \"undo\",", step.UndoSends);
    }

    [Fact]
    public void What_may_be_there_already_is_never_left_to_a_command()
    {
        var site = Site("/opt/make-trunk");
        var found = new BindingSnapshot
        {
            Name = "TwilioBinding",
            Fields = BindingFields.Intended(Given.Intent, site.Metaswitch, new()),
            RequestedStatus = "Enabled",
        };

        var step = new MetaswitchPlanner(new()).Plan(new(Given.Intent), site, found, "fp").Steps.Single(s => s.Id == "metaswitch.sip-trunk");

        Assert.Equal("Check or create SIP trunk TwilioTrunk", step.Title);
        Assert.Empty(step.Sends);
        Assert.DoesNotContain("make-trunk", step.Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_gets_no_secret_and_nothing_of_this_programs_environment()
    {
        Environment.SetEnvironmentVariable("TRUNKBOT_TEST_SECRET", Given.Secret);

        await ApplyAsync(Site(Script(Say(Done))));

        Assert.DoesNotContain("TRUNKBOT_TEST_SECRET", Kept("environment"), StringComparison.Ordinal);
        Assert.Contains("PATH=/usr/local/bin:/usr/bin:/bin\n", Kept("environment"), StringComparison.Ordinal);
        Assert.DoesNotContain(Given.Secret, Kept("input"), StringComparison.Ordinal);
        Assert.DoesNotContain("denver-metaview", Kept("input"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"outcome\": \"refused\", \"sentence\": \"no such template\"}", "exit 0", "The site's command did not do it: no such template")]
    [InlineData("{\"outcome\": \"refused\", \"sentence\": \"no such template\"}", "exit 3", "The site's command did not do it: no such template")]
    [InlineData("", "echo not today >&2; exit 3", "The site's command did not do it: not today")]
    [InlineData("{\"outcome\": \"refused\", \"sentence\": \"a\\n\\u001b[31mb\"}", "exit 0", "The site's command did not do it: a [31mb")]
    public async Task A_refusal_leaves_it_to_the_worksheet(string said, string end, string sentence)
    {
        var (journey, result) = await ApplyAsync(Site(Script($"{Say(said)}\n{end}")));

        Assert.Equal(("cfs-command-refused", sentence, "Follow the worksheet.", true), (result.FailureCode, result.Sentence, result.Fix, result.OutcomeKnown));
        Assert.Empty(journey.Facts);
    }

    [Theory]
    [InlineData("echo '{\"outcome\": \"done\"}'")]
    [InlineData("echo '{\"outcome\": \"maybe\", \"sentence\": \"x\"}'")]
    [InlineData("echo '{\"outcome\": \"done\", \"sentence\": \"x\", \"also\": 1}'")]
    [InlineData("echo '{\"outcome\": \"done\", \"sentence\": \"x\", \"sentence\": \"y\"}'")]
    [InlineData("echo '[[[[[['")]
    [InlineData("echo done; exit 0")]
    [InlineData("exit 1")]
    [InlineData("kill -9 $$")]
    [InlineData("head -c 70000 /dev/zero")]
    [InlineData("yes")]
    public async Task What_is_no_answer_is_an_unknown_outcome(string then)
    {
        var (_, result) = await ApplyAsync(Site(Script(then)));

        Assert.Equal(("cfs-command-unknown", false), (result.FailureCode, result.OutcomeKnown));
        Assert.EndsWith("nobody knows what it did.", result.Sentence, StringComparison.Ordinal);
        Assert.StartsWith("Look in MetaView Explorer what it did", result.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_end_is_ended_with_its_children()
    {
        var (_, result) = await ApplyAsync(Site(Script("sleep 600 & wait"), timeoutSeconds: 1));

        Assert.Equal("The command did not end within 1 s and was ended; nobody knows what it did.", result.Sentence);
    }

    [Fact]
    public async Task One_that_is_not_there_is_a_refusal()
    {
        var (_, result) = await ApplyAsync(Site("/nowhere/make-trunk"));

        Assert.Equal("cfs-command-refused", result.FailureCode);
        Assert.Contains("/nowhere/make-trunk can't be started", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_did_it_takes_back_and_what_it_did_not_a_person_does()
    {
        var site = Site(Script(Say(Done)));
        var step = Step(site);
        using var services = Given.Services();
        var journey = new Journey(services.GetRequiredService<INetworkSystem>(), Given.Intent, site);

        var before = await journey.UndoAsync(step);
        await journey.ApplyAsync(step);
        File.Delete(Path.Combine(_folder.FullName, "input"));
        var after = await journey.UndoAsync(step);

        Assert.Equal("step-is-manual", before.FailureCode);
        Assert.True(after.Succeeded, after.Sentence);
        Assert.Contains("\"action\": \"undo\"", Kept("input"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_told_and_what_is_taken_fit_the_published_schema()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Root(), "docs", "metaswitch-command.schema.json"), TestContext.Current.CancellationToken);
        var sheet = new Worksheet("P", [new("L", "V")], "Look.", "");

        Assert.Empty(schema.Definitions["input"].Validate(CommandInput.Of("apply", "T-1", "sip-trunk", sheet, Given.Intent, Given.Site().Metaswitch)));
        Assert.Empty(schema.Definitions["output"].Validate(Done));
        Assert.NotEmpty(schema.Definitions["output"].Validate("""{"outcome": "done", "sentence": "x", "also": 1}"""));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
