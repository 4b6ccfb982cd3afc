using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Journal;
using TrunkBot.Storage.Life;

namespace TrunkBot.Storage.Audit;

/// <summary>Holds rows of other tables against the records that vouch for them.</summary>
internal sealed class CoveredRows(BotDatabase context)
{
    /// <summary>Between the clocks of two machines, and between a ticket and its record.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _covered = new(StringComparer.Ordinal);
    private string? _since;

    /// <summary>What of the rows is not as it was when the records were written; the first. null: all is.</summary>
    public async Task<AuditBreak?> AgainstAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken)
    {
        var covering = records.Select(r => (Record: r, Covers: r.Covers is null ? null : Evidence.Read(r.Covers))).Where(r => r.Covers is not null).ToList();
        if (records is [var first, ..])
        {
            // A trail that was cut, or that is older than the chain, does not know every ticket.
            _since ??= first.Sequence == 1 ? "" : first.At;
            _since = records.FirstOrDefault(r => r.What == AuditRecordKinds.ChainBegan)?.At ?? _since;
        }

        var tickets = covering.Where(c => c.Covers!.Value.Kind is Evidence.Ticket or Evidence.Exchanges or Evidence.Outcome).Select(c => c.Covers!.Value.Name).Distinct().ToList();
        var opened = await context.Tickets.AsNoTracking().Where(t => tickets.Contains(t.Ticket)).ToDictionaryAsync(t => t.Ticket, cancellationToken);
        var outcomes = await context.Outcomes.AsNoTracking().Where(o => tickets.Contains(o.Ticket)).ToDictionaryAsync(o => o.Ticket, cancellationToken);
        var exchanges = (await context.Exchanges.AsNoTracking().Where(e => tickets.Contains(e.Ticket)).OrderBy(e => e.Sequence).ToListAsync(cancellationToken)).ToLookup(e => e.Ticket, StringComparer.Ordinal);
        foreach (var (record, covers) in covering)
        {
            var (kind, count, name) = covers!.Value;
            _covered.Add(record.Covers!);
            var wrong = kind switch
            {
                Evidence.Ticket => Opened(record, name),
                Evidence.Exchanges or Evidence.Outcome => Sent(record, kind, count, name),
                Evidence.Decision => await DecisionAsync(record, count, name, cancellationToken),
                _ => null,
            };
            if (wrong is not null)
            {
                return new("audit-evidence-differs", record.Sequence, wrong);
            }
        }

        return null;

        string? Opened(AuditRecord record, string ticket)
        {
            return !opened.TryGetValue(ticket, out var row) ? $"The journal has no ticket {ticket} any more, for which it vouches."
                : TicketRow.Seal(row) != record.Digest ? $"The journal's ticket {ticket} is not as it was written."
                : !outcomes.ContainsKey(ticket) ? Chain(ticket, record.Digest!, out _)
                : null;
        }

        string? Sent(AuditRecord record, string kind, int count, string ticket)
        {
            if (!opened.TryGetValue(ticket, out var row))
            {
                return $"The journal has no ticket {ticket} any more, for which it vouches.";
            }

            if (Chain(ticket, TicketRow.Seal(row), out var seals) is { } edited)
            {
                return edited;
            }

            var found = seals.Count - 1;
            if (kind == Evidence.Exchanges ? found < count : found != count)
            {
                return $"Under ticket {ticket} {count} things were sent and received when it was written; now there are {found}.";
            }

            return kind == Evidence.Exchanges ? seals[count] == record.Digest ? null : $"What was sent and received under ticket {ticket} is not what it was."
                : !outcomes.TryGetValue(ticket, out var outcome) ? $"How ticket {ticket} ended is not in the journal any more."
                : OutcomeRow.Seal(outcome, seals[count]) == record.Digest ? null
                : $"How ticket {ticket} ended, or what was sent and received under it, is not what it was.";
        }

        string? Chain(string ticket, string seed, out List<string> seals)
        {
            seals = [seed];
            foreach (var exchange in exchanges[ticket])
            {
                var seal = ExchangeRow.SealOf(exchange, seals[^1]);
                if (seal != exchange.Seal)
                {
                    return $"Of what was sent and received under ticket {ticket}, number {seals.Count} is not as it was written, or something before it is missing.";
                }

                seals.Add(seal);
            }

            return null;
        }
    }

    /// <summary>A ticket or a decision for which no record vouches, so that somebody else wrote it. To be asked after the last record.</summary>
    public async Task<AuditBreak?> StrangerAsync(CancellationToken cancellationToken)
    {
        if (_since is null)
        {
            return null;
        }

        DateTimeOffset? after = _since.Length == 0 ? null : DateTimeOffset.Parse(_since, CultureInfo.InvariantCulture) + Slack;
        var strangers = new List<(string Covers, string What)>();
        await foreach (var ticket in context.Tickets.AsNoTracking().OrderBy(t => t.Sequence).Select(t => new { t.Ticket, t.Opened }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Consider($"{Evidence.Ticket}:{ticket.Ticket}", ticket.Opened, $"The journal has a ticket {ticket.Ticket}");
        }

        await foreach (var decision in context.Decisions.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var change = $"{ChangeStore.Prefix}{decision.ChangeNumber}";
            Consider($"{Evidence.Decision}:{decision.Ordinal}:{change}", decision.At, $"There is a decision of {decision.ById} on {change}");
        }

        foreach (var (covers, what) in strangers)
        {
            // What was written while the records were read has its own behind them.
            if (!await context.Audit.AnyAsync(a => a.Covers == covers, cancellationToken))
            {
                return new("audit-evidence-differs", null, $"{what} for which no record vouches: it was not written by the program.");
            }
        }

        return null;

        void Consider(string covers, DateTimeOffset at, string what)
        {
            if (!_covered.Contains(covers) && (after is null || at > after))
            {
                strangers.Add((covers, what));
            }
        }
    }

    private async Task<string?> DecisionAsync(AuditRecord record, int ordinal, string changeId, CancellationToken cancellationToken)
    {
        var number = ChangeStore.NumberOf(changeId);
        var row = await context.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.ChangeNumber == number && d.Ordinal == ordinal, cancellationToken);
        return row is null ? $"The decision on {changeId} for which it vouches is not there any more."
            : DecisionRow.Seal(row) == record.Digest ? null
            : $"The decision on {changeId} for which it vouches is not as it was written.";
    }
}

internal static class AuditRecordKinds
{
    /// <summary>The records before it were written before there was a chain.</summary>
    public const string ChainBegan = "chain-began";
}
