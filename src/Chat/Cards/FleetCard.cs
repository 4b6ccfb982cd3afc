using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Cards;

/// <summary>The one card of a fleet change: what stands where, and what may be done.</summary>
internal static class FleetCard
{
    // A card holds 28,000 bytes (Teams): the rest is counted, and whole in the file.
    private const int MostMembers = 15;
    private const int MostRest = 8;

    /// <param name="members">The fleet's changes, in its order.</param>
    /// <param name="decides">It stands where people decide.</param>
    public static CardContent Of(Fleet fleet, IReadOnlyList<Change> members, ISites sites, bool decides)
    {
        var rows = fleet.Members.Zip(members).OrderBy(m => m.Second.State == ChangeState.Done).Take(MostMembers).OrderBy(m => m.First.Batch).Select(m => RowOf(m.First, m.Second)).ToList();
        return CardData.Content("fleet", new FleetView(
            fleet.Id,
            ShownText.Cut(fleet.Selector, 60),
            fleet.Edits.Length == 0 ? Localized.Text("as planned today") : ShownText.Cut(fleet.Edits, 120),
            fleet.Members.Select(m => m.Site).Concat(fleet.Rest.Select(r => r.Site)).Any(name => sites.Find(name)?.Simulated == true),
            Words.Of(fleet.State),
            fleet.Trouble is { } trouble ? ShownText.Cut($"{Localized.Text(trouble.Sentence)} ({trouble.Code})", 600) : Counted(members),
            fleet.Trouble is { } fix ? ShownText.Cut($"{Counted(members)} {Localized.Text(fix.Fix)}", 400) : "",
            ShownText.Cut(fleet.Requester.DisplayName, 60),
            CardData.Time(fleet.Created),
            fleet.ShortHash,
            fleet.Hash,
            rows,
            (fleet.Members.Count - rows.Count) switch
            {
                0 => "",
                1 => Localized.Text("1 more change is in the file."),
                var more => Localized.Text($"{more} more changes are in the file."),
            },
            Rest(fleet),
            CanSubmit: fleet.State == FleetState.Planned && fleet.Members.Count > 0,
            CanDecide: decides && fleet.State == FleetState.WaitingForApproval,
            CanStop: fleet.State is FleetState.Running or FleetState.Undoing,
            CanResume: fleet.State == FleetState.Stopped,
            CanUndo: fleet.State == FleetState.Stopped || (fleet.State == FleetState.Done && fleet.Members.Count > 0),
            CanCancel: fleet.State is FleetState.Planned or FleetState.WaitingForApproval && !decides));
    }

    /// <summary>How many stand where, in a sentence.</summary>
    public static string Counted(IReadOnlyList<Change> members)
    {
        if (members.Count == 0)
        {
            return Localized.Text("There is nothing to do.");
        }

        var states = members.GroupBy(c => c.State).OrderByDescending(g => g.Key == ChangeState.Done).Select(g => $"{g.Count()} × {Words.Of(g.Key)}");
        return members.Count == 1
            ? Localized.Text($"1 change: {string.Join(", ", states)}.")
            : Localized.Text($"{members.Count} changes: {string.Join(", ", states)}.");
    }

    private static MemberView RowOf(FleetMember member, Change change)
    {
        var done = change.Steps.Count(s => s.State is StepProgressState.Done or StepProgressState.Skipped);
        return new MemberView(
            member.ChangeId,
            member.Batch == 0 ? Localized.Text("canary") : Localized.Text($"batch {member.Batch}"),
            ShownText.Cut(member.Trunk, 60),
            ShownText.Cut(member.Site, 40),
            Words.Of(change.State),
            change.Trouble is { } trouble
                ? ShownText.Cut($"{Localized.Text(trouble.Sentence)} ({trouble.Code})", 200)
                : Localized.Text($"{done} of {change.Steps.Count} steps."));
    }

    private static List<string> Rest(Fleet fleet)
    {
        var lines = new List<string>();
        Count(FleetRestKind.AsPlanned, one: Localized.Text("1 trunk is as planned already."), many: n => Localized.Text($"{n} trunks are as planned already."));
        Count(
            FleetRestKind.Covered,
            one: Localized.Text("1 trunk lacks nothing but what another change here sends."),
            many: n => Localized.Text($"{n} trunks lack nothing but what another change here sends."));
        var left = fleet.Rest.Where(r => r.Kind == FleetRestKind.LeftOut).ToList();
        lines.AddRange(left.Take(MostRest).Select(r => Localized.Text($"{ShownText.Cut(r.Trunk, 60)} at {r.Site} is left out: {ShownText.Cut(r.Sentence, 200)}")));
        if (left.Count > MostRest)
        {
            lines.Add(Localized.Text($"{left.Count - MostRest} more are left out; the file says why."));
        }

        return lines;

        void Count(FleetRestKind kind, string one, Func<int, string> many)
        {
            var count = fleet.Rest.Count(r => r.Kind == kind);
            if (count > 0)
            {
                lines.Add(count == 1 ? one : many(count));
            }
        }
    }

    private sealed record FleetView(
        string Fleet, string Selector, string What, bool Simulated, string State, string Sentence, string Next, string Requester, string Created, string Hash, string FullHash,
        IReadOnlyList<MemberView> Members, string More, IReadOnlyList<string> Rest,
        bool CanSubmit, bool CanDecide, bool CanStop, bool CanResume, bool CanUndo, bool CanCancel);

    private sealed record MemberView(string Change, string Batch, string Trunk, string Site, string State, string Detail);
}
