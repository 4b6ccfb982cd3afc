using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>
/// Hands one step to its system with a ticket in the journal, keeps what goes over the wire, and turns every way
/// in which it may end into a <see cref="StepResult"/>. Only a journal that fails and a stop of the process come out as exceptions.
/// </summary>
internal sealed partial class StepSender(Planner planner, IJournal journal, Redactor redactor, TimeProvider time, ILogger<StepSender> logger)
{
    /// <summary>Applies or undoes a step. The ticket is durable before the system is asked for anything.</summary>
    /// <exception cref="ChangeTakenOverException">Another run holds this ticket.</exception>
    public async Task<StepResult> SendAsync(
        Change change, PlannedStep step, SiteProfile site, TicketPurpose purpose, CancellationToken cancellationToken)
    {
        // Not only unique but bound to the version that this run wrote last: a run that slept while another took the change over finds out here, before it sends.
        var ticket = await OpenAsync(change, step, purpose, cancellationToken);
        var redaction = redactor.For(site);
        var (context, recording) = ContextOf(change, site, ticket, redaction);
        StepResult result;
        try
        {
            var system = planner.SystemOf(step.System);
            result = purpose == TicketPurpose.Apply
                ? await system.ApplyAsync(step, context, cancellationToken)
                : await system.UndoAsync(step, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (SystemFailureException e)
        {
            result = StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: false);
        }
        catch (Exception e)
        {
            recording.Rethrow();
            Log.StepBroke(logger, ticket.Id, e);
            result = StepResult.Failed(
                "step-broke",
                $"An error inside the program stopped this step (reference {ticket.Id}).",
                "Look for the reference in the log; then retry, which looks at the system first, or undo.",
                outcomeKnown: false);
        }

        // A driver may swallow the exception; without a journal nothing goes on all the same.
        recording.Rethrow();
        var outcome = result switch
        {
            { Succeeded: true } => TicketOutcome.Succeeded,
            { OutcomeKnown: true } => TicketOutcome.Failed,
            _ => TicketOutcome.Unknown,
        };
        await CloseAsync(ticket, outcome);
        return result with
        {
            Sentence = redaction.Clean(result.Sentence),
            Fix = result.Fix is null ? null : redaction.Clean(result.Fix),
            Facts = redaction.Clean(result.Facts),
        };
    }

    /// <summary>Looks at a step without changing anything.</summary>
    /// <exception cref="SystemFailureException">It could not be seen.</exception>
    public async Task<StepObservation> ObserveAsync(
        Change change, PlannedStep step, SiteProfile site, CancellationToken cancellationToken, TicketPurpose purpose = TicketPurpose.Observe)
    {
        var ticket = await OpenAsync(change, step, purpose, cancellationToken);
        var redaction = redactor.For(site);
        var (context, recording) = ContextOf(change, site, ticket, redaction);
        StepObservation? seen = null;
        SystemFailureException? failure = null;
        try
        {
            seen = await planner.SystemOf(step.System).ObserveAsync(step, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (SystemFailureException e)
        {
            failure = new SystemFailureException(e.Code, redaction.Clean(e.Said), redaction.Clean(e.Fix), e);
        }
        catch (Exception e)
        {
            recording.Rethrow();
            Log.StepBroke(logger, ticket.Id, e);
            failure = new SystemFailureException(
                "step-broke",
                $"An error inside the program kept it from looking at this step (reference {ticket.Id}).",
                "Look for the reference in the log; then try again.",
                e);
        }

        recording.Rethrow();
        await CloseAsync(ticket, seen is null ? TicketOutcome.Failed : TicketOutcome.Succeeded);
        return seen is null
            ? throw failure!
            : seen with { Sentence = redaction.Clean(seen.Sentence), Facts = seen.Facts is null ? null : redaction.Clean(seen.Facts) };
    }

    private async Task<JournalTicket> OpenAsync(Change change, PlannedStep step, TicketPurpose purpose, CancellationToken cancellationToken)
    {
        var before = await journal.TicketsAsync(change.Id, cancellationToken);
        var ticket = new JournalTicket(
            change.Id, step.Id, purpose, before.Count(t => t.StepId == step.Id && t.Purpose == purpose) + 1, time.GetUtcNow());
        var opened = purpose is TicketPurpose.Apply or TicketPurpose.Undo ? await journal.OpenAsync(ticket, change.Version, cancellationToken) : await journal.OpenAsync(ticket, cancellationToken);
        return opened ? ticket : throw new ChangeTakenOverException(change.Id);
    }

    private async Task CloseAsync(JournalTicket ticket, TicketOutcome outcome)
    {
        try
        {
            await journal.CloseAsync(ticket.Id, outcome, time.GetUtcNow(), CancellationToken.None);
        }
        catch (TicketClosedException)
        {
            throw new ChangeTakenOverException(ticket.ChangeId);
        }
    }

    private (StepContext Context, Recording Recording) ContextOf(Change change, SiteProfile site, JournalTicket ticket, SiteRedaction redaction)
    {
        var recording = new Recording(journal, ticket, redaction);
        return (new StepContext { Intent = change.Plan.Intent, Site = site, Facts = change.Facts, Ticket = ticket.Id, Record = recording.Record }, recording);
    }

    /// <summary>Writes exchanges one after another and remembers a journal that failed.</summary>
    private sealed class Recording(IJournal journal, JournalTicket ticket, SiteRedaction redaction)
    {
        private readonly Lock _order = new();

        public Exception? Failure { get; private set; }

        public void Record(WireExchange exchange)
        {
            lock (_order)
            {
                try
                {
                    journal.Record(ticket.Id, exchange with { Text = redaction.Clean(exchange.Text) });
                }
                catch (Exception e)
                {
                    Failure ??= e;
                    throw;
                }
            }
        }

        public void Rethrow()
        {
            if (Failure is TicketClosedException)
            {
                throw new ChangeTakenOverException(ticket.ChangeId);
            }

            if (Failure is not null)
            {
                ExceptionDispatchInfo.Throw(Failure);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Error, "The driver broke its contract at {Ticket}")]
        public static partial void StepBroke(ILogger logger, string ticket, Exception exception);
    }
}
