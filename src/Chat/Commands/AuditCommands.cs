using System.Globalization;
using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Commands;

/// <summary>The audit trail: who did what, whether anybody touched it since, and all of it as a file.</summary>
internal sealed class AuditCommands(IChangeService changes, IAuditTrail trail, IAuditChain chain, ISites sites, Accounts accounts, Speech speech, SlowAnswer slow, TimeProvider time)
{
    private const int PageLines = 20;

    /// <summary>A file that a chat takes, and a person opens.</summary>
    private const int MostExported = 50_000;

    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "audit", Needs = Roles.Viewer, Example = "audit CHG-17", Arguments = "CHG-n|NAME|USER [before N]", Least = 1, Most = 3,
            Purpose = "who did or tried what with a change or a trunk, or what somebody did, and when", Run = ShowAsync,
        },
        new()
        {
            Name = "audit verify", Needs = Roles.Approver | Roles.Admin, Arguments = "[HASH]", Most = 1,
            Purpose = "whether the audit trail is as it was written; with a hash that you kept: whether it still holds that record", Run = VerifyAsync,
        },
        new()
        {
            Name = "audit export", Needs = Roles.Approver | Roles.Admin, Example = "audit export 2026-01-01 2026-02-01", Arguments = "[FROM] [TO]", Most = 2,
            Purpose = "the audit trail as a file of JSON lines, from one day to before another", Run = ExportAsync,
        },
    ];

    private async Task ShowAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var (before, isRead) = Before(call.Arguments);
        if (!isRead)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("Say it like this: audit CHG-n|NAME|USER [before N]"), cancellationToken);
            return;
        }

        var typed = call.Arguments[0];
        var change = await changes.FindAsync(ChangeCommands.IdOf(typed), cancellationToken);
        if (change is not null && before is null)
        {
            var card = AuditCard.Of(change, sites.Find(change.Plan.Intent.Site), await trail.ListAsync(change.Id, cancellationToken));
            await speech.SayAsync(call.Turn.Where, Message.OfCard(card, Localized.Text($"Audit trail of {change.Id}")), cancellationToken);
            return;
        }

        var query = new AuditQuery(PageLines + 1, before);
        var person = UserIds.Read(typed) ?? accounts.Find(typed)?.Id ?? typed;
        var found = change is not null ? await chain.FindAsync(query with { ChangeId = change.Id }, cancellationToken)
            : await chain.FindAsync(query with { Trunk = typed.ToLowerInvariant() }, cancellationToken) is { Count: > 0 } ofTrunk ? ofTrunk
            : await chain.FindAsync(query with { Who = person }, cancellationToken);
        await speech.SayAsync(call.Turn.Where, found.Count > 0 ? Page(typed, found) : Nothing(typed, before), cancellationToken);
    }

    private static string Page(string typed, IReadOnlyList<AuditRecord> found)
    {
        var shown = found.Take(PageLines).ToList();
        var lines = shown.Select(r => ShownText.Cut($"{r.Sequence} {CardData.Time(r.Entry().At)} {r.Who} {r.What}{(r.ChangeId is null ? "" : $" {r.ChangeId}")}{(r.Detail.Length == 0 ? "" : $": {r.Detail}")}", 300));
        var older = found.Count > shown.Count ? Localized.Text($"\nOlder ones: audit {ShownText.Cut(typed, 60)} before {shown[^1].Sequence}") : "";
        return string.Join('\n', lines) + older;
    }

    private static string Nothing(string typed, long? before) => before is null
        ? Localized.Text($"There is no change, trunk or person \"{ShownText.Cut(typed, 40)}\" in the audit trail (audit-nothing-found).")
        : Localized.Text($"There is nothing older of \"{ShownText.Cut(typed, 40)}\" in the audit trail.");

    private static (long? Before, bool IsRead) Before(IReadOnlyList<string> arguments) => arguments switch
    {
        [_] => (null, true),
        [_, var word, var number] when string.Equals(word, "before", StringComparison.OrdinalIgnoreCase) && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var before) => (before, true),
        _ => (null, false),
    };

    private async Task VerifyAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var expected = call.Arguments.Count == 0 ? null : call.Arguments[0].ToLowerInvariant();
        if (expected is not null && (expected.Length != 64 || !expected.All(char.IsAsciiHexDigit)))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("That is no hash of the trail: it has 64 hexadecimal digits, as audit verify says them. (audit-hash-form)"), cancellationToken);
            return;
        }

        await slow.RunAsync(
            call.Turn.Where,
            Localized.Text("check of the audit trail"),
            Message.OfText(Localized.Text("Reading every record of the audit trail.")),
            async (_, token) =>
            {
                var verdict = await chain.VerifyAsync(expected, token);
                return Message.OfText(verdict.Break is { } broken
                    ? Localized.Text($"{ShownText.Cut(verdict.Sentence, 600)} ({broken.Code}) docs/audit.md says what to do.")
                    : ShownText.Cut(verdict.Sentence, 600));
            },
            cancellationToken);
    }

    private async Task ExportAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var from = call.Arguments.Count > 0 ? Day(call.Arguments[0]) : null;
        var to = call.Arguments.Count > 1 ? Day(call.Arguments[1]) : null;
        if ((call.Arguments.Count > 0 && from is null) || (call.Arguments.Count > 1 && to is null))
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("Write days like 2026-01-31: audit export 2026-01-01 2026-02-01. They begin at midnight UTC. (audit-day-form)"), cancellationToken);
            return;
        }

        // Recorded before it is read, so that the file holds it.
        await trail.AppendAsync(AuditEntry.Of(call.Turn.Who, "audit-exported", $"from {Shown(from)} to before {Shown(to)}", time.GetUtcNow()), cancellationToken);
        using var file = new MemoryStream();
        var count = 0;
        AuditRecord? last = null;
        await using (var writer = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true))
        {
            await foreach (var record in chain.ReadAsync(from, to, cancellationToken))
            {
                if (++count > MostExported)
                {
                    await speech.SayAsync(
                        call.Turn.Where,
                        Localized.Text($"These are more than {MostExported} records, too many for a chat. Name fewer days, or say trunkbot audit export where the bot runs. (audit-too-many)"),
                        cancellationToken);
                    return;
                }

                await writer.WriteAsync(AuditJson.Line(record));
                last = record;
            }
        }

        var said = last is null
            ? Localized.Text("There is no record of that time in the audit trail.")
            : Localized.Text($"{count} records of the audit trail, up to {last.Sequence} with hash {last.Hash}.");
        var message = Message.OfText(said);
        await speech.SayAsync(
            call.Turn.Where,
            last is null ? message : message with { Files = [new MessageFile("audit.jsonl", "application/x-ndjson", file.ToArray())], FilesFor = call.Turn.From },
            cancellationToken);
    }

    private static string Shown(DateTimeOffset? day) => day is { } given ? given.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "open";

    private static DateTimeOffset? Day(string typed) =>
        DateTimeOffset.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : null;
}
