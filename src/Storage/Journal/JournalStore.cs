using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
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
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (version is { } mine && !await HoldAsync(context, ticket.ChangeId, mine, cancellationToken))
        {
            return false;
        }

        context.Tickets.Add(new TicketRow
        {
            Ticket = ticket.Id,
            ChangeId = ticket.ChangeId,
            StepId = ticket.StepId,
            Purpose = ticket.Purpose,
            Attempt = ticket.Attempt,
            Opened = ticket.Opened,
        });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            return false;
        }
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

        context.Exchanges.Add(new ExchangeRow { Ticket = ticketId, At = exchange.At, Direction = exchange.Direction, Text = exchange.Text });
        context.SaveChanges();
        transaction.Commit();
    }

    public async Task AbandonAsync(string changeId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var open = await context.Tickets
            .Where(t => t.ChangeId == changeId && t.Purpose != TicketPurpose.Observe && !context.Outcomes.Any(o => o.Ticket == t.Ticket)).OrderBy(t => t.Sequence).Select(t => t.Ticket).ToListAsync(cancellationToken);
        foreach (var ticket in open)
        {
            if (database.HoldTicket is { } hold)
            {
                // Waits for a line that is being written under it.
                await context.Database.ExecuteSqlRawAsync(hold, [ticket], cancellationToken);
            }

            if (!await context.Outcomes.AnyAsync(o => o.Ticket == ticket, cancellationToken))
            {
                context.Outcomes.Add(new OutcomeRow { Ticket = ticket, Outcome = TicketOutcome.Unknown, At = at });
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Outcomes.Add(new OutcomeRow { Ticket = ticketId, Outcome = outcome, At = at });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            throw new TicketClosedException(ticketId);
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
}

internal sealed class ExchangeRow
{
    public long Sequence { get; set; }

    public required string Ticket { get; set; }

    public DateTimeOffset At { get; set; }

    public WireDirection Direction { get; set; }

    public required string Text { get; set; }
}

internal sealed class OutcomeRow
{
    public required string Ticket { get; set; }

    public TicketOutcome Outcome { get; set; }

    public DateTimeOffset At { get; set; }
}
