using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Work;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>Work that the site's own command does in a person's place. Whatever it does not do is left to the worksheet.</summary>
internal sealed class CommandStep(CommandCall call, PlannedStep step, StepContext context, TimeProvider time)
{
    private const string FollowWorksheet = "Follow the worksheet.";
    private const string LookFirst = "Look in MetaView Explorer what it did, then follow the worksheet from there.";
    private const string Done = "done";

    /// <summary>Set when the command said that it did the work: only then is it asked to take it back.</summary>
    private readonly string _fact = $"metaswitch.command.{step.Id}";

    public async Task<StepResult> ApplyAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync(CommandInput.Apply, cancellationToken);
        return result.Succeeded ? result with { Facts = new Dictionary<string, string> { [_fact] = Done } } : result;
    }

    public async Task<StepResult> UndoAsync(CancellationToken cancellationToken)
    {
        if (context.Facts.GetValueOrDefault(_fact) != Done)
        {
            return StepResult.Failed("step-is-manual", $"The site's command did not do \"{step.Title}\", so a person takes it back.", step.Worksheet!.Undo);
        }

        var result = await RunAsync(CommandInput.Undo, cancellationToken);
        return result.Succeeded ? result with { Facts = new Dictionary<string, string> { [_fact] = CommandInput.Undo } } : result;
    }

    private async Task<StepResult> RunAsync(string action, CancellationToken cancellationToken)
    {
        var input = CommandInput.Of(action, context.Ticket, call.Work, step.Worksheet!, context.Intent, context.Site.Metaswitch);
        context.Record(new(time.GetUtcNow(), WireDirection.Sent, string.Join('\n', CommandInput.Shown(call, input))));
        var answer = await new ExternalCommand(time).RunAsync(call, input, cancellationToken);
        context.Record(new(time.GetUtcNow(), WireDirection.Received, $"{answer.Outcome}: {answer.Sentence}\n{answer.Text}"));
        return answer.Outcome switch
        {
            CommandOutcome.Done => StepResult.Done($"The site's command says: {answer.Sentence}"),
            CommandOutcome.Refused => StepResult.Failed("cfs-command-refused", $"The site's command did not do it: {answer.Sentence}", FollowWorksheet),
            _ => StepResult.Failed("cfs-command-unknown", answer.Sentence, LookFirst, outcomeKnown: false),
        };
    }
}
