using System.Globalization;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>Approval policies in words: of a site, and of one change with all its gates.</summary>
internal static class PolicyText
{
    /// <summary>The policy of a site for each kind of change; kinds that are as the base are one.</summary>
    public static string Of(SiteProfile site, Func<string, string> name)
    {
        var kinds = ChangeKinds.All.Select(k => (Kind: k, Policy: PolicyPin.Of(site, k))).GroupBy(k => k.Policy.Version).Select(g => (Kinds: string.Join(", ", g.Select(k => k.Kind)), g.First().Policy));
        return string.Join('\n', (IEnumerable<string>)
        [
            Localized.Text($"Approval at {site.Title}"),
            .. kinds.SelectMany(k => (IEnumerable<string>)[Localized.Text($"For {k.Kinds} (version {k.Policy.Version}):"), .. Lines(k.Policy, name).Select(l => $"- {l}")]),
        ]);
    }

    /// <summary>All gates of a change, passed or not, and who could decide.</summary>
    public static string Of(PolicyAnswer answer, Func<string, string> name, DateTimeOffset now)
    {
        var change = answer.Change;
        return string.Join('\n', (IEnumerable<string>)
        [
            Localized.Text($"{change.Id}, trunk {change.Plan.Intent.Name} at {change.Plan.Intent.Site}: {Words.Of(change.State)}. {Verdict(change, answer.Outcome)}"),
            answer.Policy is { } policy
                ? Localized.Text($"Policy for {policy.Kind ?? "-"}, version {policy.Version ?? "-"}: approvals needed: {policy.Needed}; rejections that end it: {policy.DenyThreshold}.")
                : Localized.Text("It has no policy."),
            Localized.Text($"Could decide now: {Listed(answer.Able.Select(name))}"),
            .. answer.Excluded.Select(e => Localized.Text($"Could not: {name(e.Account)}: {e.Why}")),
            Localized.Text($"May break the glass: {Listed((answer.Policy?.GlassBreakers ?? []).Where(b => answer.Policy!.BreakGlassByRequester || !ApprovalRules.TookPart(change, b)).Select(name))}"),
            .. answer.Gates.Select(g => $"{Word(g.State)} {g.Name}: {ShownText.Cut(Localized.Text(g.Sentence), 300)}{(g.Code.Length == 0 ? "" : $" ({g.Code})")}"),
            .. answer.OpensAt is { } opens && opens > now ? [Localized.Text($"As far as time is concerned it may begin {CardData.Time(opens)}.")] : (IEnumerable<string>)[],
        ]);
    }

    private static string Verdict(Change change, GateState outcome) => change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval or ChangeState.Approved)
        ? Localized.Text("It is decided; the gates are as they stand today.")
        : outcome switch
        {
            GateState.Passes => Localized.Text("Nothing stands against its beginning."),
            GateState.Waits => Localized.Text("It waits."),
            _ => Localized.Text("It can't begin like this."),
        };

    private static string Word(GateState state) => state switch
    {
        GateState.Passes => Localized.Text("passes"),
        GateState.Waits => Localized.Text("WAITS"),
        _ => Localized.Text("FAILS"),
    };

    private static IEnumerable<string> Lines(PinnedPolicy policy, Func<string, string> name)
    {
        if (policy.OnePersonLab)
        {
            yield return Localized.Text("ONE-PERSON LAB: who asks for a change may approve it");
        }

        yield return Localized.Text($"ask: {(policy.Requesters.Count == 0 ? Localized.Text("any engineer") : Listed(policy.Requesters.Select(name)))}");
        yield return Localized.Text($"decide: {policy.Needed} of {Listed(policy.Approvers.Select(name))}; rejections that end it: {policy.DenyThreshold}");
        yield return Localized.Text($"give a reason: {Listed(policy.ReasonRequired.Select(Word))}");
        yield return Localized.Text($"expires after {policy.ApprovalMinutes} minutes{(policy.RemindBeforeMinutes is { } remind ? Localized.Text($", with a reminder {remind} minutes before") : "")}");
        if (policy.EscalateAfterMinutes is { } minutes)
        {
            yield return Localized.Text($"after {minutes} minutes without a decision also {Listed(policy.Fallback.Select(name))}");
        }

        yield return Localized.Text($"break the glass: {Listed(policy.GlassBreakers.Select(name))}{(policy.BreakGlassByRequester ? Localized.Text(", also for their own changes") : "")}");
        var zone = policy.TimeZone ?? "UTC";
        if (policy.BusinessHours.Count > 0)
        {
            yield return Localized.Text($"business hours ({zone}): {string.Join("; ", policy.BusinessHours.Select(Hours))}");
        }

        if (policy.MaintenanceWindows.Count > 0)
        {
            yield return Localized.Text($"maintenance windows ({zone}): {string.Join("; ", policy.MaintenanceWindows.Select(Hours))}");
        }

        foreach (var freeze in policy.Freezes)
        {
            yield return Localized.Text($"freeze ({zone}): {Moment(freeze.From)} to {Moment(freeze.To)}, {ShownText.Cut(freeze.Reason, 200)}");
        }
    }

    private static string Hours(WeeklyWindow window) =>
        $"{(window.Days.Count == 7 ? Localized.Text("every day") : string.Join(", ", window.Days.Select(d => d.ToString()[..3])))} {window.From:HH\\:mm}-{(window.To == TimeOnly.MinValue ? "24:00" : window.To.ToString("HH:mm", CultureInfo.InvariantCulture))}";

    private static string Moment(DateTime local) => local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Word(ReasonFrom from) => from switch
    {
        ReasonFrom.Requester => Localized.Text("who asks"),
        ReasonFrom.Approver => Localized.Text("who approves"),
        _ => Localized.Text("who rejects"),
    };

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } all ? all : Localized.Text("nobody");
}
