using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Storage.Audit;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Life;

namespace TrunkBot.Storage.Journal;

/// <summary>The journal as three append-only tables: tickets, what went over the wire under them, and how they ended.</summary>
internal sealed class JournalStore(IDatabase database) : IJournal
{
    public Task<bool> OpenAsync(JournalTicket ticket, CancellationToken cancellationToken) => OpenAsync(ticket, null, cancellationToken);

    public Task<bool> OpenAsync(JournalTicket ticket, long version, CancellationToken cancellationToken) => OpenAsync(ticket, (long?)version, cancellationToken);

    private async Task<bool> OpenAsync(JournalTicket ticket, long? version, CancellationToken cancellationToken)
    {
        using var turn = await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (version is { } mine && !await HoldAsync(context, ticket.ChangeId, mine, cancellationToken))
        {
            return false;
        }

        var row = new TicketRow
        {
            Ticket = ticket.Id,
            ChangeId = ticket.ChangeId,
            StepId = ticket.StepId,
            Purpose = ticket.Purpose,
            Attempt = ticket.Attempt,
            Opened = CanonicalText.Storable(ticket.Opened),
        };
        context.Tickets.Add(row);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            return false;
        }

        await SealWhatWasLeftAsync(context, row, cancellationToken);
        var entry = await EntryAsync(context, row, "ticket-opened", row.Opened, $"{row.Ticket} before anything was sent", cancellationToken);
        await context.AppendAuditAsync(entry, new($"{Evidence.Ticket}:{row.Ticket}", TicketRow.Seal(row)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    // Writes what stands there, so that nobody writes another version before the ticket is in.
    private static async Task<bool> HoldAsync(BotDatabase context, string changeId, long version, CancellationToken cancellationToken)
    {
        var number = ChangeStore.NumberOf(changeId) ?? throw new ArgumentException($"{changeId} is not the id of a change.", nameof(changeId));
        return await context.Changes.Where(c => c.Number == number && c.Version == version)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Version, version), cancellationToken) == 1;
    }

    public void Record(string ticketId, WireExchange exchange)
    {
        using var context = database.Open();
        using var transaction = context.Database.BeginTransaction();
        if (database.HoldTicket is { } hold)
        {
            context.Database.ExecuteSqlRaw(hold, ticketId);
        }

        if (context.Outcomes.Any(o => o.Ticket == ticketId))
        {
            throw new TicketClosedException(ticketId);
        }

        var before = context.Exchanges.Where(e => e.Ticket == ticketId).OrderByDescending(e => e.Sequence).Select(e => e.Seal).FirstOrDefault()
            ?? (context.Tickets.SingleOrDefault(t => t.Ticket == ticketId) is { } ticket ? TicketRow.Seal(ticket) : "");
        var row = new ExchangeRow { Ticket = ticketId, At = CanonicalText.Storable(exchange.At), Direction = exchange.Direction, Text = CanonicalText.Storable(exchange.Text) };
        row.Seal = ExchangeRow.SealOf(row, before);
        context.Exchanges.Add(row);
        context.SaveChanges();
        transaction.Commit();
    }

    public async Task AbandonAsync(string changeId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var turn = await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var open = await context.Tickets
            .Where(t => t.ChangeId == changeId && (t.Purpose == TicketPurpose.Apply || t.Purpose == TicketPurpose.Undo) && !context.Outcomes.Any(o => o.Ticket == t.Ticket)).OrderBy(t => t.Sequence).Select(t => t.Ticket).ToListAsync(cancellationToken);
        foreach (var ticket in open)
        {
            if (database.HoldTicket is { } hold)
            {
                // Waits for a line that is being written under it.
                await context.Database.ExecuteSqlRawAsync(hold, [ticket], cancellationToken);
            }

            if (!await context.Outcomes.AnyAsync(o => o.Ticket == ticket, cancellationToken))
            {
                await CloseAsync(context, ticket, TicketOutcome.Unknown, at, cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async Task CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var turn = await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        try
        {
            await CloseAsync(context, ticketId, outcome, at, cancellationToken);
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            throw new TicketClosedException(ticketId);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CloseAsync(BotDatabase context, string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var row = new OutcomeRow { Ticket = ticketId, Outcome = outcome, At = CanonicalText.Storable(at) };
        context.Outcomes.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        if (await context.Tickets.AsNoTracking().SingleOrDefaultAsync(t => t.Ticket == ticketId, cancellationToken) is { } ticket)
        {
            var (count, seal) = await SentAsync(context, ticket, cancellationToken);
            var entry = await EntryAsync(context, ticket, "ticket-closed", row.At, $"{ticketId} {outcome.ToString().ToLowerInvariant()}, {count} sent and received", cancellationToken);
            await context.AppendAuditAsync(entry, seal is null ? null : new($"{Evidence.Outcome}:{count}:{ticketId}", OutcomeRow.Seal(row, seal)), cancellationToken);
        }
    }

    public async Task<IReadOnlyList<JournalTicket>> TicketsAsync(string changeId, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await (
            from ticket in context.Tickets
            where ticket.ChangeId == changeId
            join outcome in context.Outcomes on ticket.Ticket equals outcome.Ticket into outcomes
            from outcome in outcomes.DefaultIfEmpty()
            orderby ticket.Sequence
            select new { ticket.StepId, ticket.Purpose, ticket.Attempt, ticket.Opened, Outcome = (TicketOutcome?)outcome!.Outcome }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new JournalTicket(changeId, r.StepId, r.Purpose, r.Attempt, r.Opened, r.Outcome))];
    }

    public async Task<IReadOnlyList<JournalLine>> LinesAsync(string changeId, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await (
            from exchange in context.Exchanges
            join ticket in context.Tickets on exchange.Ticket equals ticket.Ticket
            where ticket.ChangeId == changeId
            orderby exchange.Sequence
            select new { ticket.StepId, exchange.Ticket, exchange.At, exchange.Direction, exchange.Text }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new JournalLine(r.StepId, r.Ticket, new WireExchange(r.At, r.Direction, r.Text)))];
    }

    /// <summary>A ticket without an outcome was left by a process that died: what it had sent by then is vouched for when the change goes on.</summary>
    private static async Task SealWhatWasLeftAsync(BotDatabase context, TicketRow opened, CancellationToken cancellationToken)
    {
        var left = await context.Tickets.AsNoTracking()
            .Where(t => t.ChangeId == opened.ChangeId && t.Ticket != opened.Ticket && !context.Outcomes.Any(o => o.Ticket == t.Ticket))
            .OrderBy(t => t.Sequence).ToListAsync(cancellationToken);
        foreach (var ticket in left)
        {
            var (count, seal) = await SentAsync(context, ticket, cancellationToken);
            var covers = $"{Evidence.Exchanges}:{count}:{ticket.Ticket}";
            if (seal is not null && !await context.Audit.AnyAsync(a => a.ChangeId == ticket.ChangeId && a.Covers == covers, cancellationToken))
            {
                var entry = await EntryAsync(context, ticket, "ticket-left", opened.Opened, $"{ticket.Ticket} without an outcome, {count} sent and received", cancellationToken);
                await context.AppendAuditAsync(entry, new(covers, seal), cancellationToken);
            }
        }
    }

    /// <summary>How much was sent and received under a ticket, and the seal of the last of it; null where the first of it is from before there was a chain.</summary>
    private static async Task<(int Count, string? Seal)> SentAsync(BotDatabase context, TicketRow ticket, CancellationToken cancellationToken)
    {
        var seals = await context.Exchanges.Where(e => e.Ticket == ticket.Ticket).OrderBy(e => e.Sequence).Select(e => e.Seal).ToListAsync(cancellationToken);
        return (seals.Count, seals is [null, ..] ? null : seals is [.., var last] ? last : TicketRow.Seal(ticket));
    }

    /// <summary>Plan, policy and number are those of the act that led here.</summary>
    private static async Task<AuditEntry> EntryAsync(BotDatabase context, TicketRow ticket, string what, DateTimeOffset at, string detail, CancellationToken cancellationToken)
    {
        var act = await context.Audit.AsNoTracking().Where(a => a.ChangeId == ticket.ChangeId && a.PlanHash != null).OrderByDescending(a => a.Sequence).FirstOrDefaultAsync(cancellationToken);
        return new AuditEntry(at, AuditEntry.Program, what, ticket.ChangeId, act?.PlanHash, detail)
        {
            Trunk = act?.Trunk,
            PolicyVersion = act?.PolicyVersion,
            TicketNumber = act?.TicketNumber,
        };
    }
}

internal sealed class TicketRow
{
    public long Sequence { get; set; }

    public required string Ticket { get; set; }

    public required string ChangeId { get; set; }

    public required string StepId { get; set; }

    public TicketPurpose Purpose { get; set; }

    public int Attempt { get; set; }

    public DateTimeOffset Opened { get; set; }

    /// <summary>Hash by which the audit vouches for the row, and on which the first thing sent under it follows.</summary>
    public static string Seal(TicketRow row) => new CanonicalText("trunkbot-ticket-1")
        .Add("ticket", row.Ticket).Add("change", row.ChangeId).Add("step", row.StepId).Add("purpose", row.Purpose.ToString()).Add("attempt", row.Attempt).Add("opened", row.Opened).Hash();
}

internal sealed class ExchangeRow
{
    public long Sequence { get; set; }

    public required string Ticket { get; set; }

    public DateTimeOffset At { get; set; }

    public WireDirection Direction { get; set; }

    public required string Text { get; set; }

    /// <summary>Chains it to what went before it under its ticket; null in rows from before there was a chain.</summary>
    public string? Seal { get; set; }

    /// <param name="before">Seal of what went before, or of the ticket.</param>
    public static string SealOf(ExchangeRow row, string before) => new CanonicalText("trunkbot-exchange-1")
        .Add("previous", before).Add("ticket", row.Ticket).Add("at", row.At).Add("direction", row.Direction.ToString()).Add("text", row.Text).Hash();
}

internal sealed class OutcomeRow
{
    public required string Ticket { get; set; }

    public TicketOutcome Outcome { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Hash by which the audit vouches for the row and for everything that was sent and received under its ticket.</summary>
    /// <param name="last">Seal of the last thing sent or received, or of the ticket.</param>
    public static string Seal(OutcomeRow row, string last) => new CanonicalText("trunkbot-outcome-1")
        .Add("previous", last).Add("ticket", row.Ticket).Add("outcome", row.Outcome.ToString()).Add("at", row.At).Hash();
}
