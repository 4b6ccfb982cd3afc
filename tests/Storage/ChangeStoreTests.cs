using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class ChangeStoreTests : Folder
{
    private IChangeStore Store => Get<IChangeStore>();

    [Fact]
    public async Task Ids_count_up_and_go_on_after_a_restart()
    {
        var first = await AddAsync();
        var second = await AddAsync();
        await RestartAsync();
        var third = await AddAsync();

        Assert.Equal(["CHG-1", "CHG-2", "CHG-3"], new[] { first, second, third }.Select(c => c.Change.Id));
    }

    [Fact]
    public async Task A_change_comes_back_after_a_restart_as_it_was_with_its_hash()
    {
        var (change, version) = await AddAsync();
        var full = change with
        {
            State = ChangeState.Stuck,
            ApprovalExpires = Sample.Start.AddHours(8),
            Policy = new PinnedPolicy(["webchat:ben"], 1) { OnCall = ["webchat:olga"] },
            Decisions = [new Decision(Sample.Ben, true, null, change.Plan.Hash, Sample.Start), new Decision(Sample.Ana, false, "why; not", "h", Sample.Start.AddMinutes(1))],
            Steps = [change.Steps[0] with { State = StepProgressState.UndoFailed, Started = Sample.Start, Ended = Sample.Start.AddSeconds(1), Sentence = "left", ConfirmedBy = Sample.Ben }],
            Facts = new Dictionary<string, string> { ["twilio.trunk.sid"] = "TK1" },
            Trouble = new ChangeTrouble("undo-incomplete", "Left.", "Do it."),
            Acceptance = new AcceptanceReport(true, "Heard.", [new AcceptanceLine("Test call", "Post-dial delay", "not measured", AcceptanceState.NotMeasured)]),
            Finished = Sample.Start.AddHours(1),
            Leftovers = [new Leftover("perimeta.whitelist", "perimeta", "den-sbc-1", "Whitelist", "no", ["no permit-peer 54.244.51.0"])],
            Replaced = new ManagedTrunk(Sample.Intent(), Sample.Values, "CHG-0", Sample.Start),
            Activity = "Testing.",
            WaitsForApply = true,
            Start = new PlannedStart(Sample.Start.AddHours(2), Sample.Ana, 30),
            Wishes = new RunWishes { Made = 2, Pause = new Wish(Sample.Ben, Sample.Start), StepByStep = true, OnlyStep = "trunk", Confirmed = new Wish(Sample.Ana, Sample.Start) },
            PausedFor = PauseReason.Confirmation,
            Confirm = new ConfirmWindow(Sample.Start.AddMinutes(10), true),
            Remarks = [new Remark(Sample.Start, "Its start was missed.")],
            Resolution = new Resolution(Sample.Ben, "by hand", Sample.Start),
        };

        Assert.Equal(2, await Store.UpdateAsync(full, version, null, Ct));
        await RestartAsync();
        var read = await Store.FindAsync(change.Id, Ct);

        Assert.Equal(JsonSerializer.Serialize(full, PlanJson.Options), JsonSerializer.Serialize(read!.Change, PlanJson.Options));
        Assert.Equal(2, read.Version);
        Assert.True(PlanHash.Holds(read.Change.Plan));
    }

    [Fact]
    public async Task A_change_of_the_version_before_is_read_and_waits_for_nothing()
    {
        var (change, _) = await AddAsync();
        await SqlAsync(IsOnPostgres
            ? "UPDATE changes SET Body = (Body::jsonb - 'waitsForApply' - 'wishes' - 'remarks')::text"
            : "UPDATE changes SET Body = json_remove(Body, '$.waitsForApply', '$.wishes', '$.remarks')");
        Assert.Equal("1", await SqlAsync("SELECT COUNT(*) FROM changes WHERE Body NOT LIKE '%wishes%'"));

        var read = (await Store.FindAsync(change.Id, Ct))!.Change;

        Assert.Equal((false, null, null, null, null), (read.WaitsForApply, read.Start, read.PausedFor, read.Confirm, read.Resolution));
        Assert.Equal((0, false), (read.Wishes.Made, read.Wishes.StepByStep));
        Assert.Empty(read.Remarks);
    }

    [Fact]
    public async Task Of_two_writers_who_read_the_same_version_one_loses_and_writes_nothing()
    {
        var (change, version) = await AddAsync();
        await using var other = Another();

        var first = await Store.UpdateAsync(change with { State = ChangeState.Cancelled }, version, Because("cancelled"), Ct);
        var second = await other.GetRequiredService<IChangeStore>().UpdateAsync(
            change with { State = ChangeState.Approved, Decisions = [new Decision(Sample.Ben, true, null, "h", Sample.Start)] }, version, Because("approved"), Ct);

        Assert.Equal(2, first);
        Assert.Null(second);
        var read = (await Store.FindAsync(change.Id, Ct))!;
        Assert.Equal(ChangeState.Cancelled, read.Change.State);
        Assert.Empty(read.Change.Decisions);
        Assert.Equal(["planned", "cancelled"], (await Get<IAuditTrail>().ListAsync(change.Id, Ct)).Select(a => a.What));
    }

    [Fact]
    public async Task Of_twenty_writers_at_once_one_wins()
    {
        var (change, version) = await AddAsync();

        var written = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => Store.UpdateAsync(
                change with { Decisions = [new Decision(new Actor($"webchat:p{i}", "P"), true, null, "h", Sample.Start)] }, version, null, Ct),
            Ct)));

        Assert.Single(written, v => v is not null);
        Assert.Single((await Store.FindAsync(change.Id, Ct))!.Change.Decisions);
    }

    [Fact]
    public async Task The_plan_is_not_rewritten_by_an_update()
    {
        var (change, version) = await AddAsync();

        await Store.UpdateAsync(change with { Plan = change.Plan with { Hash = "forged" } }, version, null, Ct);

        Assert.Equal(change.Plan.Hash, (await Store.FindAsync(change.Id, Ct))!.Change.Plan.Hash);
    }

    [Fact]
    public async Task Changes_are_listed_by_state_newest_first()
    {
        var first = await AddAsync();
        await AddAsync();
        await AddAsync("acme-west");
        await Store.UpdateAsync(first.Change with { State = ChangeState.Failed }, first.Version, null, Ct);

        Assert.Equal(["CHG-3", "CHG-2"], (await Store.ListAsync([ChangeState.Planned], Ct)).Select(c => c.Id));
        Assert.Equal(["CHG-3", "CHG-2", "CHG-1"], (await Store.ListAsync([ChangeState.Planned, ChangeState.Failed], Ct)).Select(c => c.Id));
        Assert.Empty(await Store.ListAsync([ChangeState.Done], Ct));
    }

    [Fact]
    public async Task A_summary_says_what_the_whole_change_says()
    {
        ChangeState[] states = [ChangeState.Planned, ChangeState.WaitingForApproval, ChangeState.Paused];
        await AddAsync();
        var idle = Sample.Draft("acme-idle");
        await Store.AddAsync(idle with { Plan = idle.Plan with { Steps = [] }, Steps = [] }, Because("planned"), Ct);
        var waiting = await AddAsync("acme-west");
        await Store.UpdateAsync(
            waiting.Change with { State = ChangeState.WaitingForApproval, WaitsForApply = true, Start = new PlannedStart(Sample.Start.AddHours(2), Sample.Ana, 30) }, waiting.Version, null, Ct);
        var paused = await AddAsync("acme-north");
        await Store.UpdateAsync(paused.Change with { State = ChangeState.Paused, PausedFor = PauseReason.Confirmation }, paused.Version, null, Ct);
        var ended = await AddAsync("acme-south");
        await Store.UpdateAsync(ended.Change with { State = ChangeState.Done }, ended.Version, null, Ct);

        var summaries = await Store.SummariesAsync(states, Ct);

        Assert.Equal((await Store.ListAsync(states, Ct)).Select(ChangeSummary.Of), summaries);
        Assert.Equal(
            [("acme-north", false), ("acme-west", false), ("acme-idle", true), ("acme-east", false)],
            summaries.Select(s => (s.TrunkName, s.IsIdle)));
    }

    [Theory]
    [InlineData("CHG-99")]
    [InlineData("CHG-")]
    [InlineData("CHG-1; DROP TABLE changes")]
    [InlineData("chg-1")]
    [InlineData("CHG--1")]
    [InlineData("1")]
    public async Task What_is_not_the_id_of_a_change_finds_none(string id)
    {
        await AddAsync();

        Assert.Null(await Store.FindAsync(id, Ct));
    }

    [Theory]
    [InlineData("UPDATE audit SET Who = 'nobody'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("UPDATE decisions SET Approved = (1 = 1)")]
    [InlineData("DELETE FROM decisions")]
    public async Task Audit_and_decisions_can_not_be_rewritten(string sql)
    {
        var (change, version) = await AddAsync();
        await Store.UpdateAsync(change with { Decisions = [new Decision(Sample.Ben, false, "no", "h", Sample.Start)] }, version, null, Ct);

        var e = await Assert.ThrowsAnyAsync<DbException>(() => SqlAsync(sql));

        Assert.Contains("append-only", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrating_twice_changes_nothing()
    {
        await AddAsync();
        await RestartAsync();
        await RestartAsync();

        Assert.Equal("1", await SqlAsync("SELECT count(*) FROM changes"));
    }

    [Fact]
    public async Task Changes_that_began_by_broken_glass_are_listed_until_somebody_reviewed_them_whatever_became_of_them()
    {
        var glass = new BreakGlass(Sample.Ben, "calls fail", Sample.Start, "h", ["Approvals: 0 of 1"]);
        await AddAsync();
        var (second, _) = await AddAsync();
        var (third, _) = await AddAsync();
        await Store.UpdateAsync(third with { State = ChangeState.Done, BreakGlass = glass }, 1, null, Ct);
        await Store.UpdateAsync(
            second with { State = ChangeState.Applying, BreakGlass = glass with { Reminded = Sample.Start.AddHours(1) }, Decisions = [new Decision(Sample.Ben, true, null, "h", Sample.Start)] }, 1, null, Ct);
        await RestartAsync();

        var waiting = await Store.ListUnreviewedAsync(Ct);

        Assert.Equal(["CHG-2", "CHG-3"], waiting.Select(c => c.Id));
        Assert.Equal(("calls fail", Sample.Start.AddHours(1), "webchat:ben"), (waiting[0].BreakGlass!.Reason, waiting[0].BreakGlass!.Reminded, waiting[0].Decisions.Single().By.Id));

        await Store.UpdateAsync(waiting[0] with { BreakGlass = waiting[0].BreakGlass! with { Review = new(Sample.Ana, "it was right", Sample.Start.AddHours(2)) } }, 2, null, Ct);

        Assert.Equal(["CHG-3"], (await Store.ListUnreviewedAsync(Ct)).Select(c => c.Id));
    }

    [Fact]
    public async Task The_model_has_no_change_that_is_not_in_a_migration()
    {
        await using var context = Get<Database.IDatabase>().Open();

        Assert.False(Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.HasPendingModelChanges(context.Database));
    }

    [Fact]
    public async Task What_a_newer_program_keeps_in_a_change_outlives_a_write_by_this_one()
    {
        var (change, _) = await AddAsync();
        await SqlAsync("UPDATE changes SET Body = replace(Body, '{\"id\"', '{\"pausedBy\":{\"id\":\"zoe\"},\"id\"')");

        var read = (await Store.FindAsync(change.Id, Ct))!;
        await Store.UpdateAsync(read.Change with { State = ChangeState.Cancelled }, read.Version, null, Ct);

        Assert.Contains("\"pausedBy\":{\"id\":\"zoe\"}", await SqlAsync("SELECT Body FROM changes"), StringComparison.Ordinal);
        Assert.Equal(ChangeState.Cancelled, (await Store.FindAsync(change.Id, Ct))!.Change.State);
    }

    [Fact]
    public async Task A_moment_is_kept_to_the_microsecond_whatever_its_offset()
    {
        var at = new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.FromHours(-7)).AddTicks(1_234_560);
        var audit = Get<IAuditTrail>();

        await audit.AppendAsync(Because("seen") with { At = at }, Ct);

        Assert.Equal(at, Assert.Single(await audit.ListAsync("CHG-1", Ct)).At);
    }

    private Task<VersionedChange> AddAsync(string name = "acme-east") => Store.AddAsync(Sample.Draft(name), Because("planned"), Ct);

    private static AuditEntry Because(string what) => new(Sample.Start, "webchat:ana", what, "CHG-1", "hash", "detail");
}
