using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Cards;

/// <summary>What stands on the progress card about how a change is run: when it begins, what it waits for, what it holds, what befell it.</summary>
internal static class RunNotes
{
    private const int MostRemarks = 3;

    public static IReadOnlyList<string> Of(Change change, DateTimeOffset now) =>
    [
        .. Start(change, now), .. Run(change), .. Confirmation(change, now), .. Locks(change),
        .. change.Remarks.TakeLast(MostRemarks).Select(r => $"{CardData.Time(r.At)}: {ShownText.Cut(r.Sentence, 400)}"),
        .. change.Resolution is { } by ? [Localized.Text($"Resolved by hand by {ShownText.Cut(by.By.DisplayName, 60)} on {CardData.Time(by.At)}: {ShownText.Cut(by.Note, 500)}")] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Start(Change change, DateTimeOffset now)
    {
        if (change is { State: ChangeState.Approved, Start: { } start })
        {
            yield return Localized.Text($"Begins at {CardData.Minute(start.At)}, {Countdown.Until(start.At, now)}. {ShownText.Cut(start.By.DisplayName, 60)} chose the time.");
        }
        else if (change is { State: ChangeState.Approved, WaitsForApply: true })
        {
            yield return Localized.Text($"It waits for somebody to say apply {change.Id}, or apply {change.Id} at 02:00.");
        }
    }

    private static IEnumerable<string> Run(Change change)
    {
        if (change is { State: ChangeState.Applying, Wishes.Pause: { } wish })
        {
            yield return Localized.Text($"It stops before its next step: {ShownText.Cut(wish.By.DisplayName, 60)} asked for it.");
        }
        else if (change is { State: ChangeState.Paused, PausedFor: PauseReason.Asked, Wishes.Pause: { } asked })
        {
            yield return Localized.Text($"{ShownText.Cut(asked.By.DisplayName, 60)} paused it on {CardData.Time(asked.At)}.");
        }
    }

    private static IEnumerable<string> Confirmation(Change change, DateTimeOffset now)
    {
        if (change is { Confirm: { } window, Wishes.Confirmed: null } && change.State is ChangeState.Paused or ChangeState.Failed or ChangeState.Verifying)
        {
            yield return Localized.Text($"Not confirmed until {CardData.Minute(window.Until)}, {Countdown.Until(window.Until, now)}, it undoes itself.");
        }
    }

    private static IEnumerable<string> Locks(Change change)
    {
        if (change.State is ChangeState.Paused or ChangeState.UndoPaused)
        {
            var elements = string.Join(", ", change.Plan.Systems.Select(s => s.Element).Distinct(StringComparer.Ordinal));
            yield return Localized.Text($"While it is paused it keeps its elements locked for other changes: {elements}.");
        }
    }
}
