using System.Text;
using TrunkBot.Changes;
using TrunkBot.Changes.Audit;

namespace TrunkBot.Chat.Tests.Commands;

public sealed class AuditCommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    public void Dispose() => env.Dispose();

    [Fact]
    public async Task Acts_on_a_trunk_are_listed_newest_first_and_the_older_ones_can_be_asked_for()
    {
        for (var i = 1; i <= 25; i++)
        {
            Write($"act-{i}", "zoe", trunk: "acme-east", at: i);
        }

        var lines = (await env.ReplyToAsync("audit ACME-East")).Split('\n');

        Assert.Equal("25 2026-11-22 12:25:00 UTC zoe act-25: said it", lines[0]);
        Assert.Equal(21, lines.Length);
        Assert.Equal("Older ones: audit ACME-East before 6", lines[^1]);
        Assert.Equal(5, (await env.ReplyToAsync("audit ACME-East before 6")).Split('\n').Length);
        Assert.Equal("There is nothing older of \"acme-east\" in the audit trail.", await env.ReplyToAsync("audit acme-east before 1"));
    }

    [Theory]
    [InlineData("audit ben", "1 2026-11-22 12:01:00 UTC ben user-bound: said it")]
    [InlineData("audit nobody", "There is no change, trunk or person \"nobody\" in the audit trail (audit-nothing-found).")]
    [InlineData("audit ben before", "Say it like this: audit CHG-n|NAME|USER [before N]")]
    [InlineData("audit ben before x", "Say it like this: audit CHG-n|NAME|USER [before N]")]
    [InlineData("audit ben behind 3", "Say it like this: audit CHG-n|NAME|USER [before N]")]
    public async Task A_persons_acts_are_found(string text, string reply)
    {
        Write("user-bound", "ben", trunk: null, at: 1);

        Assert.Equal(reply, await env.ReplyToAsync(text));
    }

    [Fact]
    public async Task Verify_says_the_newest_hash_to_keep()
    {
        Write("planned", "ana", trunk: null, at: 1);
        var hash = AuditRecord.After(0, AuditRecord.Nothing, env.Changes.Audit[0], null).Hash;

        Assert.Equal($"The audit trail is whole: 1 record, the newest 1 of 2026-11-22T12:01:00.000000Z with hash {hash}.", await env.ReplyToAsync("audit verify"));
        Assert.Equal([null], env.Chain.Expected);
    }

    [Fact]
    public async Task Verify_says_the_first_record_that_is_not_as_it_was_written()
    {
        env.Chain.Verdict = new(16, null, new("audit-edited", 17, "Its field hash was edited; the others are as they were written."));

        Assert.Equal(
            "The audit trail is broken at record 17: Its field hash was edited; the others are as they were written. 16 records before it are good. (audit-edited) docs/audit.md says what to do.",
            await env.ReplyToAsync($"audit verify {new string('A', 64)}"));
        Assert.Equal([new string('a', 64)], env.Chain.Expected);
    }

    [Theory]
    [InlineData("audit verify 12ab", "That is no hash of the trail: it has 64 hexadecimal digits, as audit verify says them. (audit-hash-form)")]
    [InlineData("audit export yesterday", "Write days like 2026-01-31: audit export 2026-01-01 2026-02-01. They begin at midnight UTC. (audit-day-form)")]
    [InlineData("audit export 2026-01-01 2026-02-30", "Write days like 2026-01-31: audit export 2026-01-01 2026-02-01. They begin at midnight UTC. (audit-day-form)")]
    public async Task What_cannot_be_read_is_said(string text, string reply) => Assert.Equal(reply, await env.ReplyToAsync(text));

    [Theory]
    [InlineData("audit verify", "vera")]
    [InlineData("audit export", "chris")]
    public async Task Only_approvers_and_admins_check_and_export(string text, string who)
    {
        var said = await env.SayAsync(text, new Actor(who, who), TestEnvironment.Chat);

        Assert.Contains(" is for approver or admin, and your account ", said.Single().Message.Text, StringComparison.Ordinal);
        Assert.Empty(env.Changes.Audit);
    }

    [Fact]
    public async Task An_export_is_a_file_of_lines_that_holds_its_own_record_and_verifies_by_itself()
    {
        Write("planned", "ana", trunk: "acme-east", at: 1);

        var message = (await env.SayAsync("audit export 2026-11-22 2026-11-23")).Single().Message;

        var file = Assert.Single(message.Files);
        Assert.Equal("audit.jsonl", file.Name);
        var lines = Encoding.UTF8.GetString([.. file.Content]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith(
            "{\"sequence\":1,\"previous\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"at\":\"2026-11-22T12:01:00.000000Z\",\"who\":\"ana\",\"what\":\"planned\",\"change\":null,\"trunk\":\"acme-east\",\"plan\":null,\"policy\":null,\"number\":null,\"detail\":\"said\\nit\",\"channel\":null,",
            lines[0],
            StringComparison.Ordinal);
        var walk = new AuditWalk(new(0, AuditRecord.Nothing));
        Assert.All(lines, l => Assert.Null(walk.Take(AuditJson.Read(l))));
        Assert.Equal("audit-exported", walk.Last!.What);
        Assert.Equal($"2 records of the audit trail, up to 2 with hash {walk.Last.Hash}.", message.Text);
        Assert.NotNull(new AuditWalk(new(0, AuditRecord.Nothing)).Take(AuditJson.Read(lines[1])));
    }

    [Fact]
    public async Task The_message_that_led_to_an_act_is_kept_with_it()
    {
        env.AddTrunk();

        await env.SayAsync("test acme-east");

        var entry = env.Changes.Audit.Single(a => a.What == "test-call-started");
        Assert.Equal("acme-east", entry.Trunk);
        Assert.Equal(new Origin("webchat", "webchat:ana", TestEnvironment.Chat.ConversationId, "t1", "test acme-east"), entry.Via);
        Assert.Equal("ana", entry.Who);
    }

    private void Write(string what, string who, string? trunk, int at) =>
        env.Changes.Audit.Add(new AuditEntry(TestEnvironment.Noon.AddMinutes(at), who, what, null, null, "said\nit") { Trunk = trunk });
}
