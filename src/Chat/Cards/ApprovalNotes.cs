using System.Globalization;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Cards;

/// <summary>Something that is said once about the approval of a change, beside its cards: an edit of a card notifies nobody.</summary>
/// <param name="View">Names it among what was posted for the change, so that it is said once.</param>
/// <param name="ToApprovers">In the approvals channel; else where the change was asked for.</param>
/// <param name="Accounts">Who is mentioned.</param>
/// <param name="Text">Written in the language of whoever reads it.</param>
internal sealed record ApprovalNote(string View, bool ToApprovers, IReadOnlyList<string> Accounts, Func<string> Text);

/// <summary>Which of those there are to say as the change stands; decisions have their own.</summary>
internal static class ApprovalNotes
{
    public static IEnumerable<ApprovalNote> Of(Change change)
    {
        IReadOnlyList<string> requester = [change.Requester.Id];
        if (change is { State: ChangeState.Expired, ApprovalExpires: not null, Trouble: not null } or { State: ChangeState.Cancelled, Trouble: not null })
        {
            yield return new ApprovalNote("outcome", ToApprovers: false, requester, () => Outcome(change));
        }

        if (change is { State: ChangeState.WaitingForApproval, Course.Reminded: not null, ApprovalExpires: { } expires })
        {
            yield return new ApprovalNote(
                "reminder",
                ToApprovers: true,
                Undecided(change),
                () => Localized.Text($"{change.Id} for trunk {change.Plan.Intent.Name} still waits for a decision: {ApprovalRules.Approvals(change).Count} of {change.Policy?.Needed} approvals. It expires {CardData.Time(expires)}."));
        }

        if (change is { State: ChangeState.WaitingForApproval, Course.Escalated: not null, Policy: { } policy })
        {
            yield return new ApprovalNote(
                "escalation",
                ToApprovers: true,
                policy.Fallback,
                () => Localized.Text($"{change.Id} for trunk {change.Plan.Intent.Name} was not decided within {policy.EscalateAfterMinutes} minutes. From now on {string.Join(", ", policy.Fallback)} may decide it too."));
        }

        if (change.BreakGlass is { } glass)
        {
            foreach (var note in OfBreakGlass(change, glass))
            {
                yield return note;
            }
        }
    }

    /// <summary>What broke the glass and what came of it, for the cards.</summary>
    public static IEnumerable<string> Lines(Change change)
    {
        if (change.BreakGlass is not { } glass)
        {
            yield break;
        }

        yield return Localized.Text($"BREAK-GLASS: {ShownText.Cut(glass.By.DisplayName, 60)} let {change.Id} begin without approval on {CardData.Time(glass.At)}. Reason: {ShownText.Cut(glass.Reason, 500)}");
        yield return glass.Review is { } review
            ? Localized.Text($"Reviewed by {ShownText.Cut(review.By.DisplayName, 60)} on {CardData.Time(review.At)}: {ShownText.Cut(review.Note, 500)}")
            : Localized.Text($"Not reviewed yet: an approver says review {change.Id} and what was found.");
    }

    private static IEnumerable<ApprovalNote> OfBreakGlass(Change change, BreakGlass glass)
    {
        var approvers = change.Policy?.Approvers ?? [];
        yield return new ApprovalNote("glass", ToApprovers: true, approvers, () => $"{string.Join('\n', Lines(change).Take(1))}\n{Overridden(glass)}{Localized.Text($"An approver who took no part reviews it afterwards: review {change.Id} and what was found.")}");
        yield return new ApprovalNote("glass-told", ToApprovers: false, [change.Requester.Id], () => string.Join('\n', Lines(change).Take(1)));
        if (glass.Review is not null)
        {
            yield return new ApprovalNote("review", ToApprovers: true, [glass.By.Id], () => $"{change.Id}: {Lines(change).Last()}");
            yield return new ApprovalNote("review-told", ToApprovers: false, [change.Requester.Id], () => $"{change.Id}: {Lines(change).Last()}");
        }
        else if (glass.Reminded is { } reminded)
        {
            yield return new ApprovalNote(
                $"review-{reminded.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}",
                ToApprovers: true,
                [.. approvers.Where(a => a != glass.By.Id && !ApprovalRules.TookPart(change, a))],
                () => Localized.Text($"{ShownText.Cut(glass.By.DisplayName, 60)} broke the glass of {change.Id} on {CardData.Time(glass.At)}, and nobody has reviewed it. Say review {change.Id} and what was found."));
        }
    }

    private static string Outcome(Change change) =>
        $"{Localized.Text($"{change.Id} for trunk {change.Plan.Intent.Name}: {Words.Of(change.State)}")}. {ShownText.Cut(Localized.Text(change.Trouble!.Sentence), 500)} {ShownText.Cut(Localized.Text(change.Trouble.Fix), 200)} ({change.Trouble.Code})";

    private static string Overridden(BreakGlass glass) =>
        glass.Overridden.Count == 0 ? "" : Localized.Text($"Overridden: {ShownText.Cut(string.Join(" ", glass.Overridden), 500)}\n");

    private static IReadOnlyList<string> Undecided(Change change) => [.. ApprovalRules.Able(change).Where(a => change.Decisions.All(d => d.By.Id != a))];
}
