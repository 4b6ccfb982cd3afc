using System.Text;
using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>What the requester and the approvers read before anything is sent.</summary>
public sealed class PlanCardTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task A_plan_without_findings_is_submitted_by_one_press_and_approved_by_one_press()
    {
        var change = await PlanAsync();

        var plan = await TextAsync(change);
        Assert.Contains(
            "Set up trunk acme-east between the CFS, the Perimeta and Twilio as acme-east.pstn.twilio.com, over 1 edge (umatilla), in 4 steps, 1 of them by a person. Nothing has been sent yet; every step has its undo.\n",
            plan,
            StringComparison.Ordinal);
        Assert.EndsWith("Next: submit it for approval.\n[Submit for approval]\n[Edit]\n[Cancel]\n[Whole plan as a file]\n", plan, StringComparison.Ordinal);
        Assert.EndsWith(
            "[Approve]\n[Reject]\nWhy is it rejected? = \n[Reject CHG-1]\n[Whole plan as a file]\n", await TextAsync(Waiting(change), approvers: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warnings_and_holds_are_asked_about_before_the_button_that_goes_on()
    {
        var change = await PlanAsync(
            new Finding("binding-polling-fast", FindingSeverity.Warning, "The CFS polls every 15 s."),
            new Finding("routing-advice", FindingSeverity.Hold, "Somebody must confirm the routing."),
            new Finding("acl-wide", FindingSeverity.Warning, "The range is wide."),
            new Finding("note", FindingSeverity.Info, "Only to know."));

        const string question = "2 warnings, 1 hold: routing-advice, binding-polling-fast, acl-wide. Go on all the same?\n";
        Assert.Contains($"[Submit for approval]\n{question}[Submit CHG-1 all the same]\n[Edit]\n", await TextAsync(change), StringComparison.Ordinal);
        Assert.Contains($"[Approve]\n{question}[Approve CHG-1 all the same]\n[Reject]\n", await TextAsync(Waiting(change), approvers: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Information_alone_is_not_asked_about() =>
        Assert.Contains("[Submit for approval]\n[Edit]\n", await TextAsync(await PlanAsync(new Finding("note", FindingSeverity.Info, "Only to know."))), StringComparison.Ordinal);

    [Fact]
    public async Task Errors_stop_the_plan_even_when_nothing_else_is_planned()
    {
        var change = await PlanAsync(new Finding("adjacency-name-long", FindingSeverity.Error, "The name has 31 characters.", "Shorten it."));
        change = change with { Plan = change.Plan with { Steps = [], Systems = [.. change.Plan.Systems.Select(s => s with { Objects = [], Steps = [] })] } };

        var text = await TextAsync(change);

        Assert.Contains("The plan stops: 1 error; nothing can be submitted.\n", text, StringComparison.Ordinal);
        Assert.Contains("Perimeta (LAB-SBC-01): blocked by an error\n", text, StringComparison.Ordinal);
        Assert.Contains("Twilio (twilio-lab): nothing to do\n", text, StringComparison.Ordinal);
        Assert.Contains("Error: The name has 31 characters. (adjacency-name-long)\nWhat to do: Shorten it.\n", text, StringComparison.Ordinal);
        Assert.Contains("The plan has errors and can't be submitted: edit it.\n[Edit]\n[Cancel]\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing would be changed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Submit", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_changes_nothing_has_no_button_that_leads_nowhere()
    {
        var change = await PlanAsync();
        change = change with { Plan = change.Plan with { Steps = [] } };

        var text = await TextAsync(change);

        Assert.Contains("Every system already is as trunk acme-east wants it: nothing would be changed.\n", text, StringComparison.Ordinal);
        Assert.EndsWith("There is nothing to submit.\n[Edit]\n[Cancel]\n[Whole plan as a file]\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[Show Perimeta lines]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_toggle_says_what_it_shows() => Assert.Contains(
        "[Show Perimeta lines]\n[Show Metaswitch fields]\n[Show Twilio requests]\n[Show undo lines]\n[Show where values come from]\nPerimeta lines\n",
        await TextAsync(await PlanAsync()),
        StringComparison.Ordinal);

    [Fact]
    public async Task Findings_beyond_twelve_are_counted_and_the_gravest_come_first()
    {
        var change = await PlanAsync(
            [.. Enumerable.Range(1, 14).Select(i => new Finding($"warning-{i}", FindingSeverity.Warning, $"Warning number {i}.")), new Finding("stop", FindingSeverity.Error, "This stops it.")]);

        var text = await TextAsync(change);

        Assert.Contains("Checks found 15 things to read.\nError: This stops it. (stop)\nWarning: Warning number 1. (warning-1)\n", text, StringComparison.Ordinal);
        Assert.Contains("Warning: Warning number 11. (warning-11)\n3 more in the file\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_over_all_edges_fits_in_28_kB_with_a_dozen_long_findings()
    {
        await bot.SayAsync("new trunk name=acme-east site=denver edges=all");
        var change = bot.Changes.All["CHG-1"];
        Finding[] findings = [.. Enumerable.Range(1, 20).Select(i => new Finding($"finding-{i}", FindingSeverity.Warning, new string('w', 400), new string('f', 400)))];
        change = change with { Plan = change.Plan with { Findings = findings } };

        var plan = SizeOf(await CardAsync(change));
        var approval = SizeOf(await CardAsync(Waiting(change), approvers: true));

        Assert.Equal(8, change.Plan.Intent.Edges.Count);
        Assert.InRange(plan, 10_000, 28_000);
        Assert.InRange(approval, 10_000, 28_000);
    }

    [Theory]
    [InlineData("zoe", "1 of 2 approvers must agree; who asked for the change or edited it is not counted.\n")]
    [InlineData("ana", "1 of 1 approver must agree; who asked for the change or edited it is not counted.\n")]
    public async Task Only_those_who_may_decide_are_counted_as_approvers(string second, string sentence)
    {
        var change = Waiting(await PlanAsync()) with { Policy = new PinnedPolicy(["ben", second], 1) };

        Assert.Contains(sentence, await TextAsync(change, approvers: true), StringComparison.Ordinal);
    }

    private async Task<Change> PlanAsync(params Finding[] findings)
    {
        bot.Changes.Findings = findings;
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        return bot.Changes.All["CHG-1"];
    }

    private static Change Waiting(Change change) => change with
    {
        State = ChangeState.WaitingForApproval,
        Policy = new PinnedPolicy(["ben", "dana"], 1),
        ApprovalExpires = TestEnvironment.Noon.AddHours(8),
    };

    /// <summary>The requester's card, or that of the approvals channel, once the change stands like this.</summary>
    private async Task<Shown> CardAsync(Change change, bool approvers = false)
    {
        await bot.WithApprovalsAsync();
        await bot.Changes.SetAsync(change);
        await bot.SettleAsync();
        return bot.Channel.Messages.First(m => m.Conversation == (approvers ? "approvals" : "ana") && m.Message.Card is not null);
    }

    private async Task<string> TextAsync(Change change, bool approvers = false) => bot.TextOf(await CardAsync(change, approvers));

    private int SizeOf(Shown shown) => Encoding.UTF8.GetByteCount(bot.Cards.Render(shown.Message.Card!).ToJsonString());
}
