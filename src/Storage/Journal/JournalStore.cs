using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Journal;

/// <summary>The journal as three append-only tables: tickets, what went over the wire under them, and how they ended.</summary>
internal sealed class JournalStore(IDatabase database) : IJournal
{
    public async Task<bool> OpenAsync(JournalTicket ticket, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
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
            return true;
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            return false;
        }
    }

    public void Record(string ticketId, WireExchange exchange)
    {
        using var context = database.Open();
        context.Exchanges.Add(new ExchangeRow { Ticket = ticketId, At = exchange.At, Direction = exchange.Direction, Text = exchange.Text });
        context.SaveChanges();
    }

    public async Task CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Outcomes.Add(new OutcomeRow { Ticket = ticketId, Outcome = outcome, At = at });
        await context.SaveChangesAsync(cancellationToken);
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
