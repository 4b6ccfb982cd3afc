using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Changes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.BlockKit;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.Views;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Incoming;

/// <summary>Shows the outcome of a turn to the one who waits for it: a form as a modal, a notice or refusal to them alone.</summary>
internal sealed partial class Answering(
    ITurnIntake intake,
    ISlackApi api,
    Modals modals,
    ResponseUrl responses,
    IBlockKitRenderer cards,
    IEnumerable<IChannel> channels,
    IBackgroundWork background,
    IHostApplicationLifetime lifetime,
    IOptions<SlackOptions> options,
    TimeProvider time,
    ILogger<Answering> log)
{
    private const string Title = "TrunkBot";
    private const string NotOpened = "The form could not be opened (slack-form-not-opened). Ask for it again.";

    /// <summary>For the client to show the view that our answer put there, before that is edited.</summary>
    private static readonly TimeSpan BeforeEdit = TimeSpan.FromSeconds(1);

    private static readonly string[] VerbsOfForms = ["form-open", "new-trunk", "edit", "reject", "diagnose-from"];

    /// <summary>Has a command, press or shortcut handled and shows what came of it. Ends when all is shown, which may be long after Slack was answered.</summary>
    public Task AnswerAsync(Turn turn, Place place)
    {
        var work = BeginAsync(turn);
        return Tracked($"answer to {turn.Id}", token => ShowAsync(turn, place, work, token));
    }

    /// <summary>Has a sent form handled; the answer to Slack says what becomes of the modal.</summary>
    /// <param name="sent">What the modal remembered.</param>
    /// <param name="blockOf">By field id: the block of the modal in which the field stands.</param>
    public async Task<Ack> SubmitAsync(Turn turn, Place place, ViewState sent, IReadOnlyDictionary<string, string> blockOf)
    {
        var work = BeginAsync(turn);
        if (await IsDoneWithinAsync(work, options.Value.AnswerWithin))
        {
            return After(turn, place, await work, sent, blockOf);
        }

        _ = Tracked($"answer to {turn.Id}", async token =>
        {
            var outcome = await work;
            await Task.Delay(BeforeEdit, time, token);
            var view = outcome.Form is { } form
                ? modals.Form(form, turn.Where.ConversationId, place.Revision + 1)
                : Modals.Saying(Title, outcome.Notice ?? "Done.");
            await TryViewAsync("views.update", new() { ["view_id"] = place.ViewId, ["view"] = view }, place.Workspace, token);
        });
        return Updated(Modals.Saying(Title, "Working on it. This window shows what comes of it; it may also be closed."));
    }

    private Ack After(Turn turn, Place place, TurnOutcome outcome, ViewState sent, IReadOnlyDictionary<string, string> blockOf)
    {
        if (outcome.Form is { } form)
        {
            var view = modals.Form(form, turn.Where.ConversationId, place.Revision + 1);
            return form.Errors.Count > 0 && form.Errors.Keys.All(blockOf.ContainsKey) && ViewState.Of(view) is { } next && IsSameStep(next, sent)
                ? new(new JsonObject { ["response_action"] = "errors", ["errors"] = new JsonObject(form.Errors.Select(e => KeyValuePair.Create(blockOf[e.Key], (JsonNode?)PlainText.Fit(e.Value, 300)))) })
                : Updated(view);
        }

        if (outcome.RefusalCode is not null)
        {
            return Updated(Modals.Saying(Title, NoticeOf(outcome)!));
        }

        if (NoticeOf(outcome) is { } notice)
        {
            _ = Tracked($"answer to {turn.Id}", token => TellAsync(turn, place with { ViewId = null }, notice, token));
        }

        return new(new JsonObject { ["response_action"] = "clear" });
    }

    private static bool IsSameStep(ViewState next, ViewState sent) =>
        next.Data.Count == sent.Data.Count && next.Data.All(d => sent.Data.GetValueOrDefault(d.Key) == d.Value);

    private static Ack Updated(JsonObject view) => new(new JsonObject { ["response_action"] = "update", ["view"] = view });

    /// <summary>Never throws: whoever acted is told what went wrong, with a reference to the log.</summary>
    private async Task<TurnOutcome> BeginAsync(Turn turn)
    {
        try
        {
            return await intake.InvokeAsync(turn, lifetime.ApplicationStopping);
        }
#pragma warning disable CA1031 // Whoever acted is owed an answer whatever happened.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var reference = Reference.New();
            Log.Failed(log, e, turn.Id, reference);
            return TurnOutcome.Refused(
                "internal-error",
                $"Something unexpected happened here (internal-error, reference {reference}), and it is not known how far it went. Look at status before you do it again; the reference is in the bot's log.");
        }
    }

    private async Task ShowAsync(Turn turn, Place place, Task<TurnOutcome> work, CancellationToken cancellationToken)
    {
        JsonObject? loading = null;
        if (ExpectsForm(turn) && place is { ViewId: null, Trigger: not null })
        {
            // What opens a modal is good for 3 s: it is used up before the core has answered rather than lost.
            loading = await IsDoneWithinAsync(work, options.Value.LoadingViewAfter) ? null
                : await TryViewAsync("views.open", new() { ["trigger_id"] = place.Trigger, ["view"] = Modals.Saying(Title, "Loading …") }, place.Workspace, cancellationToken);
        }
        else if (!await IsDoneWithinAsync(work, options.Value.AnswerWithin))
        {
            await TellAsync(turn, place with { ViewId = null }, "This takes a little longer. The work goes on; the result follows here.", cancellationToken);
        }

        var outcome = await work;
        var shown = loading.At("view") is { } view ? place with { ViewId = view.TextAt("id"), ViewHash = view.TextAt("hash") } : place;
        if (outcome.Form is { } form)
        {
            await ShowFormAsync(turn, shown, modals.Form(form, turn.Where.ConversationId, place.Revision + 1), cancellationToken);
        }
        else if (loading is not null)
        {
            await EditAsync(shown, Modals.Saying(Title, NoticeOf(outcome) ?? "Done."), cancellationToken);
        }
        else
        {
            await ShowOutcomeAsync(turn, place, outcome, cancellationToken);
        }
    }

    private async Task ShowFormAsync(Turn turn, Place place, JsonObject view, CancellationToken cancellationToken)
    {
        var isShown = place.ViewId is not null
            ? await EditAsync(place, view, cancellationToken)
            : place.Trigger is not null
                && await TryViewAsync("views.open", new() { ["trigger_id"] = place.Trigger, ["view"] = view }, place.Workspace, cancellationToken) is not null;
        if (!isShown)
        {
            await TellAsync(turn, place with { ViewId = null }, NotOpened, cancellationToken);
        }
    }

    private async Task<bool> EditAsync(Place place, JsonObject view, CancellationToken cancellationToken)
    {
        var arguments = new JsonObject { ["view_id"] = place.ViewId, ["view"] = view };
        if (place.ViewHash is { } hash)
        {
            arguments["hash"] = hash;
        }

        return await TryViewAsync("views.update", arguments, place.Workspace, cancellationToken) is not null;
    }

    private async Task ShowOutcomeAsync(Turn turn, Place place, TurnOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Card is { } card && place.IsMessage)
        {
            await responses.TryPostAsync(
                place.ResponseUrl, new JsonObject { ["replace_original"] = true, ["text"] = SlackText.Escape(outcome.Notice ?? Title), ["blocks"] = cards.Render(card) }, cancellationToken);
        }

        if (NoticeOf(outcome) is { } notice)
        {
            await TellAsync(turn, place, notice, cancellationToken);
        }
    }

    /// <summary>Tells the one who acted, and nobody else: over the modal in which they are, else by the answer URL, else in the conversation.</summary>
    private async Task TellAsync(Turn turn, Place place, string text, CancellationToken cancellationToken)
    {
        if (place is { ViewId: not null, Trigger: not null }
            && await TryViewAsync("views.push", new() { ["trigger_id"] = place.Trigger, ["view"] = Modals.Saying(Title, text) }, place.Workspace, cancellationToken) is not null)
        {
            return;
        }

        if (await responses.TryPostAsync(place.ResponseUrl, Ephemeral.Body(text), cancellationToken))
        {
            return;
        }

        try
        {
            if (channels.FirstOrDefault(c => c.Serves(turn.Where.Channel)) is { } channel)
            {
                await channel.ReplyPrivatelyAsync(turn.Where, turn.From, text, cancellationToken);
            }
        }
        catch (ChannelException e)
        {
            Log.NotTold(log, e, turn.Id);
        }
    }

    private async Task<JsonObject?> TryViewAsync(string method, JsonObject arguments, string workspace, CancellationToken cancellationToken)
    {
        try
        {
            return await api.CallAsync(method, arguments, workspace, cancellationToken);
        }
        catch (ChannelException e)
        {
            Log.NoView(log, e, method);
            return null;
        }
    }

    /// <summary>Work beside the request, which the host waits for when it stops.</summary>
    private Task Tracked(string what, Func<CancellationToken, Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        background.Run(what, async token =>
        {
            try
            {
                await work(token);
            }
            finally
            {
                done.TrySetResult();
            }
        });
        return done.Task;
    }

    private async Task<bool> IsDoneWithinAsync(Task work, TimeSpan limit)
    {
        try
        {
            await work.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return work.IsCompleted;
        }
    }

    /// <summary>Whether a form will probably come, so that the time for it is not lost.</summary>
    private static bool ExpectsForm(Turn turn) =>
        turn.CanShowForm && (turn.Kind == TurnKind.Text ? turn.Text.StartsWith("new", StringComparison.OrdinalIgnoreCase) : VerbsOfForms.Contains(turn.Verb, StringComparer.Ordinal));

    private static string? NoticeOf(TurnOutcome outcome) => outcome switch
    {
        { Notice: { Length: > 0 } notice } => notice,
        { RefusalCode: { } code } => $"This was refused ({code}).",
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(2409, LogLevel.Error, "Turn {TurnId} failed, reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, string turnId, string reference);

        [LoggerMessage(2410, LogLevel.Warning, "Who sent turn {TurnId} could not be told what came of it")]
        public static partial void NotTold(ILogger logger, Exception exception, string turnId);

        [LoggerMessage(2411, LogLevel.Warning, "Slack did not take a view by {Method}")]
        public static partial void NoView(ILogger logger, Exception exception, string method);
    }
}
