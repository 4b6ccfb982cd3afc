using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Control;

/// <summary>A person takes a change over that the program can't bring to an end. Pure.</summary>
internal static class ResolveRules
{
    private const int LongestNote = 1000;

    /// <param name="managed">The trunk of that name as it is under management once the change is resolved; null: there is none.</param>
    public static Verdict Decide(Change change, string note, Actor actor, ManagedTrunk? managed, DateTimeOffset now)
    {
        var refusals = Verdicts.Operator(change, actor);
        if (change.State is not (ChangeState.Stuck or ChangeState.Failed))
        {
            refusals.Add(new Refusal("nothing-to-resolve", $"{change.Id} is {change.State}: only a failed or stuck change can be taken over by hand."));
        }

        if (note.Length is 0 or > LongestNote)
        {
            refusals.Add(new Refusal("reason-required", $"Say what was done by hand, in at most {LongestNote} characters: resolve {change.Id} removed the adjacency on the SBC myself."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with
                {
                    State = ChangeState.Resolved,
                    Resolution = new Resolution(actor, note, now),
                    Confirm = null,
                    Activity = null,
                    Finished = now,
                },
                "resolved",
                $"{change.Id} is resolved by hand by {actor.DisplayName}: {note} {Belief(change.Plan.Intent.Name, managed)}");
    }

    // Nobody has looked: what stood before the change is what is believed, and it is said how to look.
    private static string Belief(string name, ManagedTrunk? managed) => managed is null
        ? $"Trunk {name} is not under management; `adopt {name}` shows what the systems have and takes it under management."
        : $"Trunk {name} is under management as {managed.ChangeId} left it; `drift {name}` shows whether the systems are like that.";
}
