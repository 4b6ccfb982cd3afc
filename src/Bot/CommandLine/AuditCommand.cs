using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TrunkBot.Changes.Audit;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot audit verify</c> and <c>trunkbot audit export</c>: the audit trail of the bot's database, or of a file. The bot may be running.</summary>
internal static class AuditCommand
{
    public static Command Make() => new("audit", "Looks at the audit trail. Nothing is changed.") { Verify(), Export() };

    private static Command Verify()
    {
        var expect = new Option<string?>("--expect") { Description = "A hash that was kept elsewhere: the trail must hold the record with it.", HelpName = "HASH" };
        var file = new Option<string?>("--file") { Description = "Check this export instead of the database.", HelpName = "FILE" };
        var command = new Command("verify", "Checks that no record was edited, inserted, taken out or moved, and that journal and decisions are those that it vouches for. Ends with 1 when one was.") { expect, file };
        command.SetAction(async (result, cancellationToken) =>
        {
            var expected = result.GetValue(expect)?.ToLowerInvariant();
            var verdict = result.GetValue(file) is { } name ? await OfFileAsync(name, expected, cancellationToken) : await StoreReading.ReadAsync((IAuditChain chain) => chain.VerifyAsync(expected, cancellationToken));
            await result.InvocationConfiguration.Output.WriteLineAsync(Terminal.Printable(verdict.Break is { } broken ? $"{broken.Code}: {verdict.Sentence}" : verdict.Sentence));
            return verdict.IsWhole ? ExitCode.Fine : ExitCode.Findings;
        });
        return command;
    }

    private static Command Export()
    {
        var from = new Option<string?>("--from") { Description = "First day, such as 2026-01-31 (UTC).", HelpName = "DAY" };
        var to = new Option<string?>("--to") { Description = "Before this day.", HelpName = "DAY" };
        var command = new Command("export", "Writes the audit trail as JSON lines to standard output.") { from, to };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (first, end) = (Day(result.GetValue(from)), Day(result.GetValue(to)));
            return await StoreReading.ReadAsync(async (IAuditChain chain) =>
            {
                await foreach (var record in chain.ReadAsync(first, end, cancellationToken))
                {
                    await result.InvocationConfiguration.Output.WriteAsync(AuditJson.Line(record));
                }

                return ExitCode.Fine;
            });
        });
        return command;
    }

    /// <summary>By itself: that its records follow on each other. What they vouch for is in the database.</summary>
    private static async Task<AuditVerdict> OfFileAsync(string name, string? expected, CancellationToken cancellationToken)
    {
        var text = (await InputText.ReadAsync(name, cancellationToken)).Text;
        AuditWalk? walk = null;
        var isExpected = expected is null;
        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            AuditRecord record;
            number++;
            try
            {
                record = AuditJson.Read(line);
            }
            catch (JsonException e)
            {
                throw new InputException($"line {number} of \"{name}\" is no audit record: {e.Message}", e);
            }

            walk ??= new AuditWalk(new AuditHead(record.Sequence - 1, record.Previous));
            if (walk.Take(record) is { } broken)
            {
                return new(walk.Good, walk.Last, broken);
            }

            isExpected |= record.Hash == expected;
        }

        var end = walk?.End();
        return new(walk?.Good ?? 0, walk?.Last, end ?? (isExpected ? null : new("audit-hash-unknown", null, $"No record of the file has the hash {expected}.")));
    }

    private static DateTimeOffset? Day(string? typed) => typed is null ? null
        : DateTimeOffset.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day
        : throw new InputException($"\"{typed}\" is no day: write it like 2026-01-31");
}
