using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;

namespace TrunkBot.Changes.Fleets;

/// <summary>What there is to do for a fleet, as a pure function of it and of its changes as they stand.</summary>
internal static class FleetRun
{
    /// <param name="Fleet">The fleet in its next state; null: it stays.</param>
    /// <param name="Ask">What to ask of which change, and as whom; null: as the program.</param>
    public sealed record Move(Fleet? Fleet, IReadOnlyList<(string ChangeId, ChangeRequest Request, Actor? As)> Ask)
    {
        public static Move Stay { get; } = new(null, []);
    }

    /// <summary>How long a draft stands, as that of a single change does.</summary>
    private static readonly TimeSpan DraftLife = TimeSpan.FromHours(24);

    /// <summary>Whether a change ended otherwise than done.</summary>
    public static bool IsGivenUp(Change change) => change.State is ChangeState.Undone or ChangeState.Cancelled or ChangeState.Rejected or ChangeState.Expired;

    /// <param name="members">The fleet's changes, in its order.</param>
    public static Move Next(Fleet fleet, IReadOnlyList<Change> members, DateTimeOffset now) => fleet.State switch
    {
        FleetState.Planned when now >= fleet.Created + DraftLife => new Move(
            fleet with { State = FleetState.Expired, Trouble = new ChangeTrouble("draft-expired", "The plans were not sent for approval within a day.", "Plan them again.") }, []),
        FleetState.WaitingForApproval => Decided(fleet, members),
        FleetState.Running => Forward(fleet, members, now),
        FleetState.Undoing => Back(fleet, members, now),
        _ => Move.Stay,
    };

    private static Move Decided(Fleet fleet, IReadOnlyList<Change> members)
    {
        if (members.FirstOrDefault(IsGivenUp) is { } given)
        {
            var state = given.State switch
            {
                ChangeState.Rejected => FleetState.Rejected,
                ChangeState.Expired => FleetState.Expired,
                _ => FleetState.Cancelled,
            };
            return new Move(
                fleet with { State = state, Trouble = new ChangeTrouble($"fleet-{state.ToString().ToLowerInvariant()}", $"{given.Id}: {given.Trouble?.Sentence ?? "it was taken back."}", "Plan it again.") }, []);
        }

        return members.All(c => c.State is not (ChangeState.Planned or ChangeState.WaitingForApproval)) ? new Move(fleet with { State = FleetState.Running }, []) : Move.Stay;
    }

    private static Move Forward(Fleet fleet, IReadOnlyList<Change> members, DateTimeOffset now)
    {
        var counted = fleet.Members.Zip(members).Where(m => !fleet.WithoutChanges.Contains(m.Second.Id, StringComparer.Ordinal)).ToList();
        if (counted.Select(m => m.Second).FirstOrDefault(c => IsGivenUp(c) || c.State is ChangeState.Failed or ChangeState.Stuck or ChangeState.Undoing or ChangeState.UndoPaused) is { } bad)
        {
            return new Move(fleet with
            {
                State = FleetState.Stopped,
                Trouble = new ChangeTrouble(
                    "fleet-stopped",
                    $"{bad.Id} (trunk {bad.Plan.Intent.Name}) did not end well, so no further change begins: {bad.Trouble?.Sentence ?? $"it is {bad.State}."}",
                    $"See to {bad.Id} (retry or undo); then say `fleet resume {fleet.Id}`, or `fleet undo {fleet.Id}` to take everything back."),
            }, []);
        }

        var left = counted.Where(m => m.Second.State != ChangeState.Done).ToList();
        if (left.Count == 0)
        {
            return new Move(fleet with { State = FleetState.Done, Trouble = null, Finished = now }, []);
        }

        // One at a time per element: what would only be refused its lock waits for its turn.
        var batch = left.Min(m => m.First.Batch);
        var taken = left.Where(m => m.Second.Released).SelectMany(m => m.First.Elements).ToHashSet(StringComparer.Ordinal);
        var ask = new List<(string, ChangeRequest, Actor?)>();
        foreach (var (member, change) in left.Where(m => m.First.Batch == batch && m.Second is { Released: false, State: ChangeState.Approved }))
        {
            if (!member.Elements.Any(taken.Contains))
            {
                taken.UnionWith(member.Elements);
                ask.Add((change.Id, new ReleaseMember(fleet.Id), null));
            }
        }

        return new Move(null, ask);
    }

    private static Move Back(Fleet fleet, IReadOnlyList<Change> members, DateTimeOffset now)
    {
        var waiting = members.Where(c => c is { Released: false, State: ChangeState.Approved or ChangeState.WaitingForApproval or ChangeState.Planned }).ToList();
        if (waiting.Count > 0)
        {
            return new Move(null, [.. waiting.Select(c => (c.Id, (ChangeRequest)new DropMember(fleet.Id, $"{fleet.Id} is undone."), (Actor?)null))]);
        }

        if (members.FirstOrDefault(c => c.State == ChangeState.Stuck) is { } stuck)
        {
            return new Move(fleet with { State = FleetState.Stopped, Trouble = stuck.Trouble }, []);
        }

        return members.LastOrDefault(c => !IsGivenUp(c)) switch
        {
            null => new Move(fleet with { State = FleetState.Undone, Trouble = null, Finished = now }, []),
            { State: ChangeState.Done or ChangeState.Failed or ChangeState.Paused } last => new Move(null, [(last.Id, new Undo(), fleet.UndoAskedBy)]),
            _ => Move.Stay,
        };
    }
}
