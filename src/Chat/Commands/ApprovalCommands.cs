using System.Globalization;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Commands;

/// <summary>What is said of the approval of changes beside the buttons. Who may do what is decided by the engine.</summary>
internal sealed class ApprovalCommands(IChangeService changes, PolicyExplanation explanation, ISites sites, Accounts accounts, TimeProvider time, Speech speech)
{
    private const string NotBefore = "not-before";
    private const string NotAfter = "not-after";
    private const string Reason = "reason";

    private static readonly string[] Moments = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm"];

    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "submit", Needs = Roles.Engineer, Acts = true, Arguments = "CHG-n [reason=\"...\"] [not-before=TIME] [not-after=TIME]", Least = 1, Most = int.MaxValue, ReadsRest = true,
            Purpose = "send a plan for approval, with what it is for and when it may begin", Example = "submit CHG-17 reason=\"new site\" not-before=\"2026-11-27 02:00\"", Run = SubmitAsync,
        },
        new()
        {
            Name = "break glass", Acts = true, Arguments = "CHG-n REASON", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "in an emergency: let a change begin without approval; it is announced and reviewed", Example = "break glass CHG-17 calls to 911 fail",
            Run = (c, t) => AskAsync(c, new BreakTheGlass(ChangeCommands.TextOf(c)), t),
        },
        new()
        {
            Name = "review", Needs = Roles.Approver, Acts = true, Arguments = "CHG-n NOTE", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "say what you found about a change that began by broken glass", Example = "review CHG-17 was right, the edge was down",
            Run = (c, t) => AskAsync(c, new ReviewBreakGlass(ChangeCommands.TextOf(c)), t),
        },
        new() { Name = "reviews", Needs = Roles.Viewer, Purpose = "changes that began by broken glass and wait for a review", Run = ReviewsAsync },
        new() { Name = "policy", Needs = Roles.Viewer, Arguments = "[SITE]", Most = 1, Example = "policy denver", Purpose = "who may ask, who decides, and when changes may begin", Run = PolicyAsync },
        new()
        {
            Name = "policy explain", Needs = Roles.Viewer, Arguments = "CHG-n", Least = 1, Most = 1, Example = "policy explain CHG-17",
            Purpose = "who could approve a change, and why each gate passes or not", Run = ExplainAsync,
        },
    ];

    private async Task SubmitAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var id = ChangeCommands.IdOf(call.Arguments[0]);
        var (given, errors) = ParameterLine.Read(ChangeCommands.TextOf(call));
        var zone = await changes.FindAsync(id, cancellationToken) is { } change ? ZoneOf(change) : TimeZoneInfo.Utc;
        IReadOnlyList<string> wrong =
        [
            .. errors,
            .. given.Keys.Where(k => k is not (Reason or NotBefore or NotAfter)).Select(k => Localized.Text($"there is no {ShownText.Cut(k, 40)}; there is {Reason}, {NotBefore}, {NotAfter}")),
            .. new[] { NotBefore, NotAfter }.Where(k => given.ContainsKey(k) && TimeOf(given[k], zone) is null)
                .Select(k => Localized.Text($"{k} is no time; write it like \"2026-11-27 02:00\" ({zone.Id})")),
        ];
        if (wrong.Count > 0)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Nothing was submitted (parameter-wrong): {ShownText.Cut(string.Join("; ", wrong), 500)}."), cancellationToken);
            return;
        }

        await AskAsync(
            call,
            new Submit(given.GetValueOrDefault(Reason))
            {
                NotBefore = given.TryGetValue(NotBefore, out var begin) ? TimeOf(begin, zone) : null,
                NotAfter = given.TryGetValue(NotAfter, out var end) ? TimeOf(end, zone) : null,
            },
            cancellationToken);
    }

    private async Task ReviewsAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var open = await explanation.UnreviewedAsync(cancellationToken);
        var lines = open.Take(30).Select(c => Localized.Text(
            $"{c.Id}: trunk {c.Plan.Intent.Name}, {Words.Of(c.State)}; {ShownText.Cut(c.BreakGlass!.By.DisplayName, 60)} broke the glass on {CardData.Time(c.BreakGlass.At)}: {ShownText.Cut(c.BreakGlass.Reason, 200)}"));
        await speech.SayAsync(
            call.Turn.Where,
            open.Count == 0 ? Localized.Text("No change waits for a review.") : string.Join('\n', lines) + (open.Count > 30 ? Localized.Text($"\n{open.Count - 30} more") : ""),
            cancellationToken);
    }

    private async Task PolicyAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var site = call.Arguments.Count == 1 ? sites.Find(call.Arguments[0]) : sites.All is [var only] ? only : null;
        await speech.SayAsync(
            call.Turn.Where,
            site is null
                ? Localized.Text($"Which site? There is {string.Join(", ", sites.All.Select(s => s.Name))}. (site-unknown)")
                : PolicyText.Of(site, Name),
            cancellationToken);
    }

    private async Task ExplainAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var answer = await explanation.ExplainAsync(ChangeCommands.IdOf(call.Arguments[0]), cancellationToken);
        await speech.SayAsync(
            call.Turn.Where,
            answer is null
                ? Localized.Text($"There is no change \"{ShownText.Cut(call.Arguments[0], 20)}\" (change-not-found). Say changes for those that are open.")
                : PolicyText.Of(answer, Name, time.GetUtcNow()),
            cancellationToken);
    }

    private async Task AskAsync(CommandCall call, ChangeRequest request, CancellationToken cancellationToken)
    {
        var reply = await changes.AskAsync(ChangeCommands.IdOf(call.Arguments[0]), request, call.Turn.Who, cancellationToken);
        await speech.SayAsync(call.Turn.Where, reply.Code is null ? Localized.Text(reply.Sentence) : $"{Localized.Text(reply.Sentence)} ({string.Join(", ", reply.Refusals.Select(r => r.Code).DefaultIfEmpty(reply.Code))})", cancellationToken);
    }

    /// <summary>An account as people know it.</summary>
    private string Name(string account) => accounts.Find(account) is { } known ? $"{ShownText.Cut(known.Name, 60)} ({account})" : account;

    private TimeZoneInfo ZoneOf(Change change) =>
        sites.Find(change.Plan.Intent.Site)?.TimeZone is { } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    // A time that the clocks leave out is none; of one that comes twice the first counts.
    private static DateTimeOffset? TimeOf(string text, TimeZoneInfo zone)
    {
        if (!DateTime.TryParseExact(text.Trim(), Moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) || zone.IsInvalidTime(local))
        {
            return null;
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
