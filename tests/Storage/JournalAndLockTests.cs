using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Systems;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class JournalAndLockTests : Folder
{
    private static readonly JournalTicket Ticket = new("CHG-1", "trunk", TicketPurpose.Apply, 1, Sample.Start);

    private IJournal Journal => Get<IJournal>();

    private IElementLocks Locks => Get<IElementLocks>();

    private ITrunkStore Trunks => Get<ITrunkStore>();

    [Fact]
    public async Task A_ticket_is_open_until_it_is_closed_and_outlives_a_restart()
    {
        Assert.True(await Journal.OpenAsync(Ticket, Ct));
        await RestartAsync();
        Assert.Equal(Ticket, Assert.Single(await Journal.TicketsAsync("CHG-1", Ct)));

        await Journal.CloseAsync(Ticket.Id, TicketOutcome.Unknown, Sample.Start.AddSeconds(1), Ct);

        Assert.Equal(Ticket with { Outcome = TicketOutcome.Unknown }, Assert.Single(await Journal.TicketsAsync("CHG-1", Ct)));
    }

    [Fact]
    public async Task One_lock_is_taken_away_from_its_holder_and_from_nobody_else()
    {
        await Locks.TakeAsync(new ElementLock("den-cfs-1", "CHG-1", "trunk acme-east", Sample.Start), Ct);
        await Locks.TakeAsync(new ElementLock("den-sbc-1", "CHG-1", "trunk acme-east", Sample.Start), Ct);

        var sbc = (await Locks.ListAsync(Ct))[1];
        await Locks.ReleaseAsync(sbc with { Holder = "CHG-2" }, Ct);
        Assert.Equal(["den-cfs-1", "den-sbc-1"], (await Locks.ListAsync(Ct)).Select(l => l.Element));
        await Locks.ReleaseAsync(sbc, Ct);
        await RestartAsync();

        Assert.Equal(["den-cfs-1"], (await Locks.ListAsync(Ct)).Select(l => l.Element));
    }

    [Fact]
    public async Task A_ticket_is_opened_by_one_process_only()
    {
        await using var other = Another();

        var opened = await Task.WhenAll(
            Task.Run(() => Journal.OpenAsync(Ticket, Ct), Ct),
            Task.Run(() => other.GetRequiredService<IJournal>().OpenAsync(Ticket, Ct), Ct));

        Assert.Single(opened, o => o);
    }

    [Fact]
    public async Task Lines_come_back_in_order_and_only_those_of_the_change()
    {
        var other = Ticket with { ChangeId = "CHG-10" };
        await Journal.OpenAsync(Ticket, Ct);
        await Journal.OpenAsync(other, Ct);
        Journal.Record(Ticket.Id, new WireExchange(Sample.Start, WireDirection.Sent, "POST /v1/Trunks"));
        Journal.Record(other.Id, new WireExchange(Sample.Start, WireDirection.Sent, "something else"));
        Journal.Record(Ticket.Id, new WireExchange(Sample.Start.AddMilliseconds(7), WireDirection.Received, "201 {\n}"));
        await RestartAsync();

        Assert.Equal(
            [
                new JournalLine("trunk", "CHG-1:trunk:apply:1", new WireExchange(Sample.Start, WireDirection.Sent, "POST /v1/Trunks")),
                new JournalLine("trunk", "CHG-1:trunk:apply:1", new WireExchange(Sample.Start.AddMilliseconds(7), WireDirection.Received, "201 {\n}")),
            ],
            await Journal.LinesAsync("CHG-1", Ct));
    }

    [Theory]
    [InlineData("UPDATE journal_exchanges SET Text = 'x'")]
    [InlineData("DELETE FROM journal_exchanges")]
    [InlineData("DELETE FROM journal_tickets")]
    [InlineData("UPDATE journal_outcomes SET Outcome = 'Failed'")]
    public async Task The_journal_can_not_be_rewritten(string sql)
    {
        await Journal.OpenAsync(Ticket, Ct);
        Journal.Record(Ticket.Id, new WireExchange(Sample.Start, WireDirection.Sent, "a"));
        await Journal.CloseAsync(Ticket.Id, TicketOutcome.Succeeded, Sample.Start, Ct);

        var e = await Assert.ThrowsAnyAsync<DbException>(() => SqlAsync(sql));

        Assert.Contains("append-only", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_is_opened_only_as_long_as_the_change_stands_as_its_run_wrote_it()
    {
        var changes = Get<IChangeStore>();
        var (change, version) = await changes.AddAsync(Sample.Draft(), new AuditEntry(Sample.Start, "ana", "planned", null, "hash", ""), Ct);
        Assert.True(await Journal.OpenAsync(Ticket with { ChangeId = change.Id }, version, Ct));

        // Another run takes over; the first one, which slept, counts the tickets anew and would be the second to send.
        var theirs = await changes.UpdateAsync(change, version, null, Ct);

        Assert.False(await Journal.OpenAsync(Ticket with { ChangeId = change.Id, Attempt = 2 }, version, Ct));
        Assert.True(await Journal.OpenAsync(Ticket with { ChangeId = change.Id, Attempt = 2 }, theirs!.Value, Ct));
        Assert.Equal(2, (await Journal.TicketsAsync(change.Id, Ct)).Count);
    }

    [Fact]
    public async Task Of_a_takeover_and_a_ticket_at_the_same_moment_the_ticket_is_in_time_or_refused()
    {
        await using var other = Another();
        var changes = Get<IChangeStore>();
        var (change, version) = await changes.AddAsync(Sample.Draft(), new AuditEntry(Sample.Start, "ana", "planned", null, "hash", ""), Ct);
        for (var round = 1; round <= 20; round++)
        {
            var ticket = Ticket with { ChangeId = change.Id, Attempt = round };
            var mine = version;
            var takeover = Task.Run(
                async () =>
                {
                    var next = await other.GetRequiredService<IChangeStore>().UpdateAsync(change, mine, null, Ct);
                    return (Version: next!.Value, Seen: await other.GetRequiredService<IJournal>().TicketsAsync(change.Id, Ct));
                },
                Ct);
            var opened = await Task.Run(() => Journal.OpenAsync(ticket, mine, Ct), Ct);
            var (next, seen) = await takeover;

            // Whoever takes over sees every ticket that was ever given.
            Assert.Equal(opened, seen.Any(t => t.Attempt == round));
            version = next;
        }
    }

    [Fact]
    public async Task A_run_whose_change_was_taken_over_can_write_no_line_any_more_and_so_send_none()
    {
        await Journal.OpenAsync(Ticket, Ct);
        await Journal.OpenAsync(Ticket with { Purpose = TicketPurpose.Observe }, Ct);
        Journal.Record(Ticket.Id, new WireExchange(Sample.Start, WireDirection.Sent, "config"));

        await Journal.AbandonAsync("CHG-1", Sample.Start, Ct);
        await Journal.AbandonAsync("CHG-1", Sample.Start, Ct);

        Assert.Throws<TicketClosedException>(() => Journal.Record(Ticket.Id, new WireExchange(Sample.Start, WireDirection.Sent, "commit")));
        await Assert.ThrowsAsync<TicketClosedException>(() => Journal.CloseAsync(Ticket.Id, TicketOutcome.Succeeded, Sample.Start, Ct));
        Assert.Equal(["config"], (await Journal.LinesAsync("CHG-1", Ct)).Select(l => l.Exchange.Text));
        Assert.Equal([TicketOutcome.Unknown, null], (await Journal.TicketsAsync("CHG-1", Ct)).Select(t => t.Outcome));
    }

    [Fact]
    public async Task Exactly_the_lock_that_was_seen_is_given_back()
    {
        var seen = await Locks.TakeAsync(new ElementLock("den-sbc-1", "CHG-1", "r", Sample.Start), Ct);
        await Locks.ReleaseAsync("CHG-1", Ct);
        var again = await Locks.TakeAsync(seen with { Since = Sample.Start.AddMinutes(1) }, Ct);

        await Locks.ReleaseAsync(seen, Ct);
        Assert.Equal([again], await Locks.ListAsync(Ct));

        await Locks.ReleaseAsync(again, Ct);
        Assert.Empty(await Locks.ListAsync(Ct));
    }

    [Fact]
    public async Task What_a_device_says_is_kept_even_when_it_is_no_text()
    {
        await Journal.OpenAsync(Ticket, Ct);

        Journal.Record(Ticket.Id, new WireExchange(Sample.Start, WireDirection.Received, "a\0b\ud83dc \ud83d\ude00"));

        var text = Assert.Single(await Journal.LinesAsync("CHG-1", Ct)).Exchange.Text;
        Assert.Equal("a\ufffdb\ufffdc \ud83d\ude00", text);
    }

    [Fact]
    public async Task A_ticket_ends_once()
    {
        await Journal.OpenAsync(Ticket, Ct);
        await Journal.CloseAsync(Ticket.Id, TicketOutcome.Succeeded, Sample.Start, Ct);

        await Assert.ThrowsAnyAsync<Exception>(() => Journal.CloseAsync(Ticket.Id, TicketOutcome.Failed, Sample.Start, Ct));
        Assert.Equal(TicketOutcome.Succeeded, Assert.Single(await Journal.TicketsAsync("CHG-1", Ct)).Outcome);
    }

    [Fact]
    public async Task A_held_lock_names_its_holder_and_may_be_taken_again_by_it()
    {
        var mine = new ElementLock("den-sbc-1", "CHG-1", "trunk acme-east", Sample.Start);
        Assert.Equal(mine, await Locks.TakeAsync(mine, Ct));
        await RestartAsync();

        Assert.Equal(mine, await Locks.TakeAsync(mine with { Holder = "CHG-2", Reason = "trunk other", Since = Sample.Start.AddHours(1) }, Ct));
        Assert.Equal(mine, await Locks.TakeAsync(mine with { Since = Sample.Start.AddHours(2) }, Ct));
    }

    [Fact]
    public async Task Releasing_gives_back_the_locks_of_that_holder_only()
    {
        await Locks.TakeAsync(new ElementLock("b", "CHG-1", "r", Sample.Start), Ct);
        await Locks.TakeAsync(new ElementLock("a", "CHG-1", "r", Sample.Start), Ct);
        await Locks.TakeAsync(new ElementLock("c", "CHG-10", "r", Sample.Start), Ct);
        Assert.Equal(["a", "b", "c"], (await Locks.ListAsync(Ct)).Select(l => l.Element));

        await Locks.ReleaseAsync("CHG-1", Ct);
        await Locks.ReleaseAsync("CHG-1", Ct);

        Assert.Equal(["CHG-10"], (await Locks.ListAsync(Ct)).Select(l => l.Holder));
    }

    [Fact]
    public async Task Of_many_changes_at_once_one_gets_the_element_and_all_see_the_same_holder()
    {
        await using var other = Another();
        IElementLocks[] both = [Locks, other.GetRequiredService<IElementLocks>()];

        var standing = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Task.Run(
            () => both[i % 2].TakeAsync(new ElementLock("den-sbc-1", $"CHG-{i}", "r", Sample.Start), Ct), Ct)));

        Assert.Single(standing.Select(l => l.Holder).Distinct());
    }

    [Fact]
    public async Task A_trunk_is_found_whatever_its_case_replaced_and_removed()
    {
        await Trunks.SaveAsync(new ManagedTrunk(Sample.Intent("Acme-East"), Sample.Values, "CHG-1", Sample.Start), Ct);
        await Trunks.SaveAsync(new ManagedTrunk(Sample.Intent("beta"), Sample.Values, "CHG-2", Sample.Start), Ct);
        await Trunks.SaveAsync(new ManagedTrunk(Sample.Intent("acme-east"), Sample.Values, "CHG-3", Sample.Start), Ct);
        await RestartAsync();

        Assert.Equal(["CHG-3", "CHG-2"], (await Trunks.ListAsync(Ct)).Select(t => t.ChangeId));
        var trunk = (await Trunks.FindAsync("ACME-EAST", Ct))!;
        Assert.Equal("acme-east", trunk.Intent.Name);
        Assert.Equal("203.0.113.8/29", trunk.Intent.PublicAddresses[0].ToString());
        Assert.Equal(["umatilla", "sao-paulo"], trunk.Intent.Edges.Select(e => e.Name));

        await Trunks.RemoveAsync("Acme-east", Ct);
        Assert.Null(await Trunks.FindAsync("acme-east", Ct));
    }

    [Fact]
    public async Task A_page_of_trunks_counts_them_all_and_reads_the_first_by_name()
    {
        foreach (var name in (string[])["gamma", "Beta", "alpha"])
        {
            await Trunks.SaveAsync(new ManagedTrunk(Sample.Intent(name), Sample.Values, "CHG-1", Sample.Start), Ct);
        }

        var (count, first) = await Trunks.PageAsync(2, Ct);
        Assert.Equal(3, count);
        Assert.Equal(["alpha", "Beta"], first.Select(t => t.Intent.Name));
        (count, first) = await Trunks.PageAsync(5, Ct);
        Assert.Equal(3, count);
        Assert.Equal(["alpha", "Beta", "gamma"], first.Select(t => t.Intent.Name));
        Assert.Equal(["ALPHA", "BETA", "GAMMA"], await Trunks.KeysAsync(Ct));
    }

    [Fact]
    public async Task Many_writers_of_one_trunk_write_one_after_the_other()
    {
        await Task.WhenAll(Enumerable.Range(1, 10).Select(i => Task.Run(
            () => Trunks.SaveAsync(new ManagedTrunk(Sample.Intent(), Sample.Values, $"CHG-{i}", Sample.Start), Ct), Ct)));

        Assert.Single(await Trunks.ListAsync(Ct));
        Assert.Equal("10", await SqlAsync("SELECT Version FROM trunks"));
    }

    [Fact]
    public async Task Audit_entries_come_back_oldest_first_for_their_change()
    {
        var audit = Get<IAuditTrail>();
        var entry = new AuditEntry(Sample.Start, "webchat:zoe", "approve-refused", "CHG-1", "hash", "not-an-approver");
        await audit.AppendAsync(entry, Ct);
        await audit.AppendAsync(entry with { ChangeId = "CHG-2" }, Ct);
        await audit.AppendAsync(entry with { What = "approved", PlanHash = null }, Ct);

        Assert.Equal([entry, entry with { What = "approved", PlanHash = null }], await audit.ListAsync("CHG-1", Ct));
    }
}
