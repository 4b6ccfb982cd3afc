using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Commands;

/// <summary>Commands about changes. Who may do what is decided by the engine.</summary>
internal sealed class ChangeCommands(IChangeService changes, IJournal tickets, IAuditTrail audit, Speech speech)
{
    public IEnumerable<Command> All =>
    [
        new() { Name = "changes", Needs = Roles.Viewer, Purpose = "the changes that are not at their end", Run = ListAsync },
        new() { Name = "plan", Needs = Roles.Viewer, Example = "plan CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "the whole plan of a change as a file", Run = (c, t) => SendPlanAsync(c.Turn, c.Arguments[0], t) },
        new() { Name = "journal", Needs = Roles.Viewer, Example = "journal CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "who did what, and everything sent to and received from the systems, as a file", Run = (c, t) => SendJournalAsync(c.Turn, c.Arguments[0], t) },
        new() { Name = "undo", Acts = true, Example = "undo CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "undo what a change did", Run = (c, t) => AskAsync(c, new Undo(), t) },
        new() { Name = "retry", Acts = true, Example = "retry CHG-17", Arguments = "CHG-n", Least = 1, Most = 1, Purpose = "try a failed change again from the step that failed", Run = (c, t) => AskAsync(c, new Retry(), t) },
        new()
        {
            Name = "proof", Acts = true, Arguments = "CHG-n TEXT", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "show that the manual step that waits is done: what the system's own tool shows, pasted", Example = "proof CHG-17 Model name: Twilio",
            Run = (c, t) => AskAsync(c, new ProveManualStep(TextOf(c)), t),
        },
        new()
        {
            Name = "problem", Acts = true, Arguments = "CHG-n TEXT", Least = 2, Most = int.MaxValue, ReadsRest = true,
            Purpose = "say what stands against the manual step that waits", Example = "problem CHG-17 the menu has no such field",
            Run = (c, t) => AskAsync(c, new ReportProblem(TextOf(c)), t),
        },
        new() { Name = "cancel", Acts = true, Example = "cancel CHG-17", Arguments = "[CHG-n] [REASON]", Most = int.MaxValue, ReadsRest = true, Purpose = "close the form you are filling in, or take back a change that has not begun", Run = CancelAsync },
    ];

    /// <summary>A change's id as people type it: <c>chg-17</c> and <c>17</c> are <c>CHG-17</c>.</summary>
    public static string IdOf(string typed)
    {
        var id = typed.Trim().ToUpperInvariant();
        return id.Length > 0 && id.All(char.IsAsciiDigit) ? $"CHG-{id}" : id;
    }

    public async Task SendPlanAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(turn, id, cancellationToken) is { } change)
        {
            await SendAsync(turn, $"{change.Id}-plan.txt", PlanText.FileOf(change), Localized.Text($"The whole plan of {change.Id}, hash {change.Plan.ShortHash}."), cancellationToken);
        }
    }

    public async Task SendJournalAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(turn, id, cancellationToken) is not { } change)
        {
            return;
        }

        var journal = await changes.JournalAsync(change.Id, cancellationToken);
        var text = PlanText.JournalOf(
            change, await audit.ListAsync(change.Id, cancellationToken), await tickets.TicketsAsync(change.Id, cancellationToken), journal);
        var said = journal.Count == 0 ? Localized.Text($"{change.Id} has sent nothing to any system.") : Localized.Text($"Everything that {change.Id} sent and received: {journal.Count} entries.");
        await SendAsync(turn, $"{change.Id}-journal.txt", text, said, cancellationToken);
    }

    private async Task ListAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var open = await changes.ListOpenAsync(cancellationToken);
        var lines = open.Take(30).Select(c => Localized.Text($"{c.Id}: trunk {c.TrunkName}, {Words.Of(c)}, by {ShownText.Cut(c.Requester.DisplayName, 60)}, {CardData.Time(c.Created)}"));
        await speech.SayAsync(
            call.Turn.Where, open.Count == 0 ? Localized.Text("No change is open.") : string.Join('\n', lines) + (open.Count > 30 ? Localized.Text($"\n{open.Count - 30} more") : ""), cancellationToken);
    }

    private async Task CancelAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Count > 0)
        {
            await AskAsync(call, new Cancel(TextOf(call) is { Length: > 0 } why ? why : null), cancellationToken);
            return;
        }

        var own = (await changes.ListOpenAsync(cancellationToken))
            .Where(c => c.Requester.Id == call.Turn.Who.Id && c.State is ChangeState.Planned or ChangeState.WaitingForApproval)
            .Select(c => $"cancel {c.Id}").ToList();
        await speech.SayAsync(
            call.Turn.Where,
            own.Count == 0 ? Localized.Text("There is nothing of yours to cancel.") : Localized.Text($"Which one? Say {string.Join(Localized.Text(" or "), own)}."),
            cancellationToken);
    }

    /// <summary>What was typed after the change's id, as typed.</summary>
    public static string TextOf(CommandCall call) => call.Rest[(call.Rest.IndexOf(call.Arguments[0], StringComparison.Ordinal) + call.Arguments[0].Length)..].Trim();

    /// <summary>What the engine answered, with the code of a refusal.</summary>
    public static string Said(ChangeReply reply) => reply.Code is null ? Localized.Text(reply.Sentence) : $"{Localized.Text(reply.Sentence)} ({reply.Code})";

    /// <summary>Asks something of the change that is named first, and says what came of it.</summary>
    public async Task AskAsync(CommandCall call, ChangeRequest request, CancellationToken cancellationToken) =>
        await speech.SayAsync(call.Turn.Where, Said(await changes.AskAsync(IdOf(call.Arguments[0]), request, call.Turn.Who, cancellationToken)), cancellationToken);

    private async Task<Change?> FindAsync(Turn turn, string id, CancellationToken cancellationToken)
    {
        var change = await changes.FindAsync(IdOf(id), cancellationToken);
        if (change is null)
        {
            await speech.SayAsync(turn.Where, Localized.Text($"There is no change \"{ShownText.Cut(id, 20)}\" (change-not-found). Say changes for those that are open."), cancellationToken);
        }

        return change;
    }

    private Task<string> SendAsync(Turn turn, string name, string text, string said, CancellationToken cancellationToken) => speech.SayAsync(
        turn.Where, Message.OfText(said) with { Files = [new MessageFile(name, "text/plain", Encoding.UTF8.GetBytes(text))], FilesFor = turn.From }, cancellationToken);
}
