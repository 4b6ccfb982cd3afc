using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Storage.Sqlite;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public sealed class AuditChainTests : Folder
{
    private const string OpenTheFile = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER journal_exchanges_no_update; DROP TRIGGER journal_exchanges_no_delete; "
        + "DROP TRIGGER journal_tickets_no_update; DROP TRIGGER journal_tickets_no_delete; DROP TRIGGER journal_outcomes_no_update; DROP TRIGGER journal_outcomes_no_delete; "
        + "DROP TRIGGER decisions_no_update; DROP TRIGGER decisions_no_delete; ";

    private static readonly JournalTicket Ticket = new("CHG-1", "perimeta.whitelist", TicketPurpose.Apply, 1, Sample.Start);

    private static readonly Actor Ana = Sample.Ana with { Via = new("slack", "slack:T1/U1", "C024BE91L", "slack:Ev1", "new trunk name=acme-east\nsite=denver") };

    private IAuditChain Chain => Get<IAuditChain>();

    private IAuditTrail Trail => Get<IAuditTrail>();

    private IJournal Journal => Get<IJournal>();

    private IChangeStore Changes => Get<IChangeStore>();

    [Fact]
    public async Task A_trail_that_nobody_touched_is_whole()
    {
        Assert.Equal("The audit trail is empty.", (await Chain.VerifyAsync(null, Ct)).Sentence);
        await ActAsync();

        var verdict = await Chain.VerifyAsync(null, Ct);

        Assert.True(verdict.IsWhole, verdict.Sentence);
        Assert.Equal(6, verdict.Good);
        Assert.Equal(
            "1 planned CHG-1, 2 approved CHG-1, 3 ticket-opened CHG-1, 4 ticket-closed CHG-1, 5 approve-refused CHG-1, 6 place-set ",
            string.Join(", ", (await AllAsync()).Select(r => $"{r.Sequence} {r.What} {r.ChangeId}")));
        Assert.Equal($"The audit trail is whole: 6 records, the newest 6 of 2026-11-02T09:00:00.123000Z with hash {verdict.Newest!.Hash}.", verdict.Sentence);
    }

    [Fact]
    public async Task A_record_holds_the_message_that_led_to_the_act_and_is_hashed_as_documented()
    {
        await ActAsync();

        var first = (await AllAsync())[0];

        Assert.Equal(
            "trunkbot-audit-1\nsequence:1:1\nprevious:64:0000000000000000000000000000000000000000000000000000000000000000\nat:27:2026-11-02T09:00:00.123000Z\nwho:11:webchat:ana\n"
            + "what:7:planned\nchange:5:CHG-1\ntrunk:9:acme-east\nplan:4:hash\npolicy:-\nnumber:-\ndetail:10:S\u00e3o Paulo\nchannel:5:slack\nuser:11:slack:T1/U1\nconversation:9:C024BE91L\n"
            + "message:9:slack:Ev1\ntext:36:new trunk name=acme-east\nsite=denver\ncovers:-\ndigest:-\n",
            first.Canonical().ToString());
        Assert.Equal("bb323b43e05e9acc20348c57a624a20315c976863c3dcb04f30d2b8458511435", first.Hash);
        Assert.Equal(Ana.Via, first.Entry().Via);
    }

    [Fact]
    public async Task An_edit_of_any_column_is_found()
    {
        await ActAsync();
        var columns = (await SqlAsync("SELECT group_concat(name) FROM pragma_table_info('audit')"))!.Split(',');
        Assert.Equal(19, columns.Length);
        await SqlAsync(OpenTheFile + "CREATE TABLE kept AS SELECT * FROM audit;");
        foreach (var column in columns)
        {
            await SqlAsync($"UPDATE audit SET {column} = {(column == "Sequence" ? "70" : "COALESCE(" + column + ", '') || 'x'")} WHERE Sequence = 2");

            var verdict = await Chain.VerifyAsync(null, Ct);

            Assert.True(verdict.Break is { Sequence: 2, Code: "audit-edited" } || (column == "Sequence" && verdict.Break is { Sequence: 2, Code: "audit-missing" }), $"{column}: {verdict.Sentence}");
            Assert.Equal(1, verdict.Good);
            await SqlAsync("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept ORDER BY Sequence;");
            Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);
        }
    }

    [Theory]
    [InlineData("UPDATE audit SET Detail = 'x' WHERE Sequence = 6", "audit-edited", 6, "One or more of its fields were edited after it was written: their hash is another than the one that it holds, which the record after it names.")]
    [InlineData("UPDATE audit SET Hash = 'x' WHERE Sequence = 6", "audit-edited", 6, "Its field hash was edited; the others are as they were written.")]
    [InlineData("UPDATE audit SET Hash = 'x' WHERE Sequence = 3", "audit-edited", 3, "Its field hash was edited; the others are as they were written.")]
    [InlineData("UPDATE audit SET Previous = 'x' WHERE Sequence = 3", "audit-edited", 3, "Its field previous was edited; the others are as they were written.")]
    [InlineData("DELETE FROM audit WHERE Sequence = 3", "audit-missing", 3, "It is not there.")]
    [InlineData("DELETE FROM audit WHERE Sequence IN (1, 2)", "audit-missing", 1, "Records 1 to 2 are not there.")]
    [InlineData("DELETE FROM audit", "audit-missing", 1, "The end was cut off: the newest record that was written is 6, with hash HASH.")]
    [InlineData("DELETE FROM audit WHERE Sequence > 4", "audit-missing", 5, "The end was cut off: the newest record that was written is 6, with hash HASH.")]
    [InlineData("DELETE FROM audit WHERE Sequence = 3; UPDATE audit SET Sequence = Sequence - 1 WHERE Sequence > 3", "audit-moved", 3, "Its fields are not those that its hash was made of, and the record before it is not the one that it names: another was put in its place.")]
    [InlineData("UPDATE audit SET Sequence = -1 WHERE Sequence = 3; UPDATE audit SET Sequence = 3 WHERE Sequence = 4; UPDATE audit SET Sequence = 4 WHERE Sequence = -1", "audit-moved", 3, "Its fields are not those that its hash was made of, and the record before it is not the one that it names: another was put in its place.")]
    [InlineData("INSERT INTO audit (Sequence, Previous, At, Who, What, Detail, Hash) VALUES (7, 'p', '2026', 'eve', 'approved', '', 'h')", "audit-moved", 7, "Its fields are not those that its hash was made of, and the record before it is not the one that it names: another was put in its place.")]
    [InlineData("UPDATE audit SET Sequence = Sequence + 1 WHERE Sequence = 6; INSERT INTO audit (Sequence, Previous, At, Who, What, Detail, Hash) VALUES (6, 'p', '2026', 'eve', 'approved', '', 'h')", "audit-moved", 6, "Its fields are not those that its hash was made of, and the record before it is not the one that it names: another was put in its place.")]
    [InlineData("DROP TRIGGER audit_head_no_delete; DELETE FROM audit_head", "audit-head-missing", 6, "The row that keeps the newest hash (table audit_head) is not there.")]
    [InlineData("UPDATE journal_exchanges SET Text = 'show version' WHERE Sequence = 1", "audit-evidence-differs", 4, "Of what was sent and received under ticket CHG-1:perimeta.whitelist:apply:1, number 1 is not as it was written, or something before it is missing.")]
    [InlineData("UPDATE journal_exchanges SET At = '2026-11-02 09:00:00.1230001+00:00' WHERE Sequence = 2", "audit-evidence-differs", 4, "Of what was sent and received under ticket CHG-1:perimeta.whitelist:apply:1, number 2 is not as it was written, or something before it is missing.")]
    [InlineData("DELETE FROM journal_exchanges WHERE Sequence = 1", "audit-evidence-differs", 4, "Of what was sent and received under ticket CHG-1:perimeta.whitelist:apply:1, number 1 is not as it was written, or something before it is missing.")]
    [InlineData("DELETE FROM journal_exchanges WHERE Sequence = 3", "audit-evidence-differs", 4, "Under ticket CHG-1:perimeta.whitelist:apply:1 3 things were sent and received when it was written; now there are 2.")]
    [InlineData("UPDATE journal_outcomes SET Outcome = 'Failed'", "audit-evidence-differs", 4, "How ticket CHG-1:perimeta.whitelist:apply:1 ended, or what was sent and received under it, is not what it was.")]
    [InlineData("DELETE FROM journal_outcomes", "audit-evidence-differs", 4, "How ticket CHG-1:perimeta.whitelist:apply:1 ended is not in the journal any more.")]
    [InlineData("UPDATE journal_tickets SET StepId = 'perimeta.nothing'", "audit-evidence-differs", 3, "The journal's ticket CHG-1:perimeta.whitelist:apply:1 is not as it was written.")]
    [InlineData("DELETE FROM journal_tickets", "audit-evidence-differs", 3, "The journal has no ticket CHG-1:perimeta.whitelist:apply:1 any more, for which it vouches.")]
    [InlineData("UPDATE decisions SET ById = 'eve'", "audit-evidence-differs", 2, "The decision on CHG-1 for which it vouches is not as it was written.")]
    [InlineData("DELETE FROM decisions", "audit-evidence-differs", 2, "The decision on CHG-1 for which it vouches is not there any more.")]
    [InlineData("INSERT INTO decisions SELECT ChangeNumber, 1, 'eve', 'Eve', 1, Reason, PlanHash, At FROM decisions", "audit-evidence-differs", null, "There is a decision of eve on CHG-1 for which no record vouches: it was not written by the program.")]
    [InlineData("INSERT INTO journal_tickets SELECT 9, 'CHG-9:x:apply:1', ChangeId, StepId, Purpose, 9, Opened FROM journal_tickets", "audit-evidence-differs", null, "The journal has a ticket CHG-9:x:apply:1 for which no record vouches: it was not written by the program.")]
    public async Task Whoever_has_the_file_is_found_out(string sql, string code, int? sequence, string sentence)
    {
        await ActAsync();
        var hash = (await Chain.VerifyAsync(null, Ct)).Newest!.Hash;

        await SqlAsync(OpenTheFile + sql);

        var verdict = await Chain.VerifyAsync(null, Ct);
        Assert.Equal((code, (long?)sequence, sentence.Replace("HASH", hash, StringComparison.Ordinal)), (verdict.Break!.Code, verdict.Break.Sequence, verdict.Break.Sentence));
        Assert.Equal((sequence is null or 6) && code != "audit-edited" && code != "audit-moved" ? 6L : sequence.GetValueOrDefault() - 1, verdict.Good);
    }

    [Fact]
    public async Task A_record_that_was_rewritten_with_its_hash_is_found_by_the_one_after_it()
    {
        await ActAsync();
        var third = (await AllAsync())[2] with { Who = "eve" };
        await SqlAsync(OpenTheFile + $"UPDATE audit SET Who = 'eve', Hash = '{third.Computed()}' WHERE Sequence = 3");

        var broken = (await Chain.VerifyAsync(null, Ct)).Break!;

        Assert.Equal(("audit-edited", 3L), (broken.Code, broken.Sequence));
        Assert.StartsWith("It was rewritten together with its hash: record 4 names one with hash ", broken.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_writes_the_whole_end_anew_is_found_by_a_hash_that_was_kept_elsewhere()
    {
        await ActAsync();
        var kept = (await AllAsync())[^1].Hash;
        Assert.True((await Chain.VerifyAsync(kept, Ct)).IsWhole);
        var fifth = (await AllAsync())[4];
        await SqlAsync(OpenTheFile + $"DELETE FROM audit WHERE Sequence = 6; UPDATE audit_head SET Sequence = 5, Hash = '{fifth.Hash}'");

        Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);
        var verdict = await Chain.VerifyAsync(kept, Ct);

        Assert.Equal("audit-hash-unknown", verdict.Break!.Code);
        Assert.Equal(5, verdict.Good);
    }

    [Fact]
    public async Task What_a_process_that_died_had_sent_is_vouched_for_too()
    {
        await ActAsync();
        var second = Ticket with { StepId = "perimeta.adjacency" };
        await Journal.OpenAsync(second, Ct);
        Journal.Record(second.Id, new WireExchange(Sample.Start, WireDirection.Sent, "adjacency sip acme"));
        Journal.Record(second.Id, new WireExchange(Sample.Start, WireDirection.Received, "ok"));
        await RestartAsync();
        Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);

        await Journal.OpenAsync(second with { Attempt = 2 }, Ct);
        await Journal.OpenAsync(second with { Attempt = 3 }, Ct);

        Assert.Equal(
            ["ticket-opened CHG-1:perimeta.adjacency:apply:1 before anything was sent", "ticket-left CHG-1:perimeta.adjacency:apply:1 without an outcome, 2 sent and received",
             "ticket-opened CHG-1:perimeta.adjacency:apply:2 before anything was sent", "ticket-left CHG-1:perimeta.adjacency:apply:2 without an outcome, 0 sent and received",
             "ticket-opened CHG-1:perimeta.adjacency:apply:3 before anything was sent"],
            (await AllAsync()).Skip(6).Select(r => $"{r.What} {r.Detail}"));
        Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);
        await SqlAsync(OpenTheFile + "DELETE FROM journal_exchanges WHERE Text = 'ok' AND Ticket LIKE '%adjacency%'");
        Assert.Equal(("audit-evidence-differs", 8L), ((await Chain.VerifyAsync(null, Ct)).Break!.Code, (await Chain.VerifyAsync(null, Ct)).Break!.Sequence));
    }

    [Fact]
    public async Task Two_processes_that_write_at_once_make_one_chain()
    {
        await using var other = Another();
        var theirs = other.GetRequiredService<IAuditTrail>();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? Trail : theirs).AppendAsync(Act($"act-{i}"), Ct), Ct)));

        var verdict = await Chain.VerifyAsync(null, Ct);
        Assert.True(verdict.IsWhole, verdict.Sentence);
        Assert.Equal(40, verdict.Good);
    }

    [Fact]
    public async Task A_second_record_after_the_same_one_is_refused_by_the_database()
    {
        await ActAsync();

        var e = await Assert.ThrowsAsync<SqliteException>(() => SqlAsync(
            "INSERT INTO audit (Sequence, Previous, At, Who, What, Detail, Hash) SELECT 99, Previous, At, Who, What, Detail, Hash FROM audit WHERE Sequence = 4"));

        Assert.Contains("UNIQUE constraint failed: audit.Previous", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_of_an_act_that_was_not_written_is_not_there_either()
    {
        var stored = await Changes.AddAsync(Sample.Draft(), Act("planned"), Ct);

        Assert.Null(await Changes.UpdateAsync(stored.Change, stored.Version + 5, Act("approved"), Ct));

        Assert.Equal(1, (await Chain.VerifyAsync(null, Ct)).Good);
    }

    [Fact]
    public async Task Without_the_row_of_the_newest_record_nothing_is_done()
    {
        await SqlAsync("DROP TRIGGER audit_head_no_delete; DELETE FROM audit_head");

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Changes.AddAsync(Sample.Draft(), Act("planned"), Ct));

        Assert.StartsWith("The row of the table audit_head is gone", e.Message, StringComparison.Ordinal);
        Assert.Equal("0", await SqlAsync("SELECT COUNT(*) FROM changes"));
    }

    [Fact]
    public async Task Acts_are_found_by_trunk_change_and_person_newest_first_page_by_page()
    {
        await ActAsync();
        for (var i = 0; i < 50; i++)
        {
            await Trail.AppendAsync(Act($"act-{i}") with { Trunk = "acme-west", ChangeId = "CHG-2", Who = "zoe" }, Ct);
        }

        Assert.Equal(["act-49", "act-48"], (await Chain.FindAsync(new(2) { Trunk = "acme-west" }, Ct)).Select(r => r.What));
        Assert.Equal(["act-46"], (await Chain.FindAsync(new(1, Before: 54) { Who = "zoe" }, Ct)).Select(r => r.What));
        Assert.Equal(["approve-refused", "approved", "planned"], (await Chain.FindAsync(new(20) { ChangeId = "CHG-1" }, Ct)).Select(r => r.What));
        Assert.Equal(["planned"], (await Chain.FindAsync(new(20) { Who = "slack:T1/U1" }, Ct)).Select(r => r.What));
    }

    [Fact]
    public async Task What_is_older_than_a_day_is_cut_off_and_the_rest_still_verifies()
    {
        await ActAsync();
        await Trail.AppendAsync(Act("newer") with { At = Sample.Start.AddDays(2) }, Ct);
        Assert.Null(await Chain.LastBeforeAsync(Sample.Start, Ct));

        var last = await Chain.LastBeforeAsync(Sample.Start.AddDays(1), Ct);
        Assert.Equal(6, last!.Sequence);
        await Chain.CutAsync(last, "to audit-1-6.jsonl", Sample.Start.AddDays(3), Ct);

        Assert.Equal(["7 newer ", "8 audit-cut records:6"], (await AllAsync()).Select(r => $"{r.Sequence} {r.What} {r.Covers}"));
        var verdict = await Chain.VerifyAsync(null, Ct);
        Assert.True(verdict.IsWhole, verdict.Sentence);
        await Assert.ThrowsAsync<SqliteException>(() => SqlAsync("DELETE FROM audit WHERE Sequence = 7"));

        await Chain.CutAsync((await AllAsync())[^1], "everything", Sample.Start.AddDays(9), Ct);
        Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);
        Assert.Equal(["9 audit-cut records:8"], (await AllAsync()).Select(r => $"{r.Sequence} {r.What} {r.Covers}"));
    }

    [Theory]
    [InlineData("DELETE FROM audit WHERE Sequence = 7", "audit-missing", 7)]
    [InlineData("UPDATE audit SET Digest = 'x' WHERE Sequence = 8", "audit-missing", 7)]
    [InlineData("DELETE FROM audit WHERE Sequence = 8", "audit-missing", 1)]
    public async Task A_front_that_was_cut_off_by_somebody_else_is_found(string sql, string code, int sequence)
    {
        await ActAsync();
        await Trail.AppendAsync(Act("newer") with { At = Sample.Start.AddDays(2) }, Ct);
        await Chain.CutAsync((await Chain.LastBeforeAsync(Sample.Start.AddDays(1), Ct))!, "", Sample.Start.AddDays(3), Ct);

        await SqlAsync(OpenTheFile + sql);

        var broken = (await Chain.VerifyAsync(null, Ct)).Break!;
        Assert.Equal((code, (long?)sequence), (broken.Code, broken.Sequence));
    }

    [Fact]
    public async Task What_an_older_version_wrote_is_chained_at_the_first_start_and_only_then()
    {
        var old = System.IO.Path.Combine(Path, "old");
        Directory.CreateDirectory(old);
        await using (var database = new SqliteFile(old).Open())
        {
            await database.GetService<IMigrator>().MigrateAsync("Installs", Ct);
            await database.Database.ExecuteSqlRawAsync(
                "INSERT INTO changes (State, TrunkName, Site, Plan, Snapshots, Body, Version) VALUES ('Done', 'acme-east', 'denver', '{{}}', '[]', '{{}}', 1); "
                + "INSERT INTO audit (At, Who, What, ChangeId, PlanHash, Detail) VALUES ('2026-11-02 09:00:00.1234567+00:00', 'ana', 'planned', 'CHG-1', 'h', 'x'), ('2026-11-02 09:00:01+00:00', 'ben', 'user-bound', NULL, NULL, ''); "
                + "INSERT INTO journal_tickets (Ticket, ChangeId, StepId, Purpose, Attempt, Opened) VALUES ('CHG-1:s:apply:1', 'CHG-1', 's', 'Apply', 1, '2026-11-02 09:00:00+00:00'); "
                + "INSERT INTO journal_exchanges (Ticket, At, Direction, Text) VALUES ('CHG-1:s:apply:1', '2026-11-02 09:00:00+00:00', 'Sent', 'x');",
                Ct);
        }

        var services = new ServiceCollection().AddStorage(old).BuildServiceProvider();
        await services.MigrateAsync(Ct);
        await services.MigrateAsync(Ct);

        var chain = services.GetRequiredService<IAuditChain>();
        var records = await chain.ReadAsync(null, null, Ct).ToListAsync(Ct);
        Assert.Equal(["1 planned acme-east 2026-11-02T09:00:00.123456Z", "2 user-bound  2026-11-02T09:00:01.000000Z", "3 chain-began "], records.Select((r, i) => $"{r.Sequence} {r.What} {r.Trunk}{(i < 2 ? " " + r.At : "")}"));
        Assert.Equal("The 2 records before this one were written by a version that chained none.", records[2].Detail);
        Assert.True((await chain.VerifyAsync(null, Ct)).IsWhole);
        services.GetRequiredService<IJournal>().Record("CHG-1:s:apply:1", new WireExchange(Sample.Start, WireDirection.Received, "late"));
        await services.GetRequiredService<IJournal>().CloseAsync("CHG-1:s:apply:1", TicketOutcome.Unknown, Sample.Start, Ct);
        Assert.True((await chain.VerifyAsync(null, Ct)).IsWhole, (await chain.VerifyAsync(null, Ct)).Sentence);
        await services.DisposeAsync();
    }

    [Fact]
    public async Task Half_a_character_and_a_nul_do_not_break_the_chain()
    {
        await Trail.AppendAsync(Act("said") with { Detail = "a\0b \ud83d \U0001F4DE\n\u202E" }, Ct);

        Assert.Equal("a\ufffdb \ufffd \U0001F4DE\n\u202E", Assert.Single(await AllAsync()).Detail);
        Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);
    }

    [Fact]
    public async Task The_script_of_the_document_checks_a_database_and_an_export()
    {
        await ActAsync();
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        var script = System.IO.Path.Combine(folder, "audit.py");
        await File.WriteAllTextAsync(script, Regex.Match(await File.ReadAllTextAsync(System.IO.Path.Combine(Root(), "docs", "audit.md"), Ct), "```python\n(.*?)```", RegexOptions.Singleline).Groups[1].Value, Ct);
        var export = System.IO.Path.Combine(folder, "audit.jsonl");
        await File.WriteAllTextAsync(export, string.Concat((await AllAsync()).Select(AuditJson.Line)), Ct);
        var newest = (await AllAsync())[^1].Hash;

        Assert.Equal((0, $"6 records follow on each other; the newest is 6 with hash {newest}\n", ""), await PythonAsync(script, System.IO.Path.Combine(Path, "trunkbot.db")));
        Assert.Equal((0, $"6 records follow on each other; the newest is 6 with hash {newest}\n", ""), await PythonAsync(script, export));

        await SqlAsync(OpenTheFile + "UPDATE audit SET Text = 'remove acme-east' WHERE Sequence = 1; DELETE FROM audit WHERE Sequence = 5");
        Assert.Equal((1, "", "record 1 is not what its hash was made of\n"), await PythonAsync(script, System.IO.Path.Combine(Path, "trunkbot.db")));
    }

    private static async Task<(int Code, string Output, string Error)> PythonAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(Ct);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, output, await error);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private static AuditEntry Act(string what) => new(Sample.Start, "webchat:ana", what, null, null, "");

    private async Task ActAsync()
    {
        var planned = new AuditEntry(Sample.Start, Ana.Id, "planned", null, "hash", "S\u00e3o Paulo") { Trunk = "acme-east", Via = Ana.Via };
        var (change, version) = await Changes.AddAsync(Sample.Draft(), planned, Ct);
        var decision = new Decision(Sample.Ben, true, null, "hash", Sample.Start);
        await Changes.UpdateAsync(change with { Decisions = [decision] }, version, new AuditEntry(Sample.Start, Sample.Ben.Id, "approved", change.Id, "hash", ""), Ct);
        await Journal.OpenAsync(Ticket, Ct);
        foreach (var (direction, text) in new[] { (WireDirection.Sent, "permit-peer 54.244.51.0"), (WireDirection.Received, "ok"), (WireDirection.Sent, "exit") })
        {
            Journal.Record(Ticket.Id, new WireExchange(Sample.Start, direction, text));
        }

        await Journal.CloseAsync(Ticket.Id, TicketOutcome.Succeeded, Sample.Start, Ct);
        await Trail.AppendAsync(new AuditEntry(Sample.Start, "webchat:zoe", "approve-refused", "CHG-1", "hash", "not-an-approver"), Ct);
        await Trail.AppendAsync(Act("place-set"), Ct);
    }

    private async Task<List<AuditRecord>> AllAsync() => await Chain.ReadAsync(null, null, Ct).ToListAsync(Ct);
}
