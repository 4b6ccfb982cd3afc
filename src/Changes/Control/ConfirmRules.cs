using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Control;

/// <summary>The dead man's switch: what a change did stays only if its test or a person confirms it in time. Pure.</summary>
internal static class ConfirmRules
{
    /// <summary>What is armed when all steps are done; null where the site does not want it.</summary>
    public static ConfirmWindow? Arm(ExecutionPolicy policy, DateTimeOffset now) =>
        policy.ConfirmWithinMinutes > 0 ? new ConfirmWindow(now.AddMinutes(policy.ConfirmWithinMinutes), policy.ConfirmedByTests) : null;

    public static bool IsExpired(Change change, DateTimeOffset now) => change is { Confirm: { } window, Wishes.Confirmed: null } && now >= window.Until;

    /// <summary>The change as it goes back because nobody confirmed it.</summary>
    public static Change Expired(Change change, DateTimeOffset now) => change.With(new Remark(now, ExpiredSentence(change))) with
    {
        State = ChangeState.Undoing,
        Confirm = null,
        PausedFor = null,
        Trouble = null,
        Activity = "Nobody confirmed it in time: it is taken back.",
    };

    public static string ExpiredSentence(Change change) => $"Nobody confirmed until {StartRules.Utc(change.Confirm!.Until)} that it works, so it undoes itself.";

    public static Verdict Confirm(Change change, Actor actor, DateTimeOffset now)
    {
        var refusals = Verdicts.Operator(change, actor);
        if (change is not { Confirm: { } window, State: ChangeState.Paused or ChangeState.Failed or ChangeState.Verifying })
        {
            refusals.Add(new Refusal("nothing-to-confirm", $"{change.Id} is {change.State} and waits for no confirmation."));
        }
        else if (change.State == ChangeState.Verifying && change.Wishes.Confirmed is { } first)
        {
            refusals.Add(new Refusal("nothing-to-confirm", $"{first.By.DisplayName} confirmed {change.Id} already, at {StartRules.Utc(first.At)}."));
        }
        else if (now >= window.Until)
        {
            refusals.Add(new Refusal("confirm-too-late", $"The time to confirm {change.Id} ended at {StartRules.Utc(window.Until)}: it undoes itself."));
        }

        var isRunning = change.State == ChangeState.Verifying;
        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with
                {
                    State = ChangeState.Verifying,
                    PausedFor = null,
                    Trouble = null,
                    Wishes = change.Wishes with { Made = change.Wishes.Made + (isRunning ? 1 : 0), Confirmed = new Wish(actor, now) },
                },
                "confirmed",
                $"{change.Id} is confirmed and does not undo itself any more; it is read back and ends.");
    }
}
