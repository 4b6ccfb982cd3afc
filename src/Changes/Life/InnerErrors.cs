using Microsoft.Extensions.Logging;

namespace TrunkBot.Changes.Life;

/// <summary>An error of the program's own outside a step: the whole in the log, a reference on the card, and the change comes to rest.</summary>
internal sealed partial class InnerErrors(ILogger<InnerErrors> logger)
{
    /// <param name="doing">What was being done, such as "looking whether a system has changed".</param>
    public ChangeTrouble Report(Change change, string doing, Exception error)
    {
        var reference = Reference.New();
        Log.Broke(logger, change.Id, doing, reference, error);
        return Trouble(reference);
    }

    public static ChangeTrouble Trouble(string reference) => new(
        "step-broke",
        $"An error inside the program stopped this change (reference {reference}).",
        "Look for the reference in the log; then retry, which looks at the systems first, or undo.");

    private static partial class Log
    {
        [LoggerMessage(3601, LogLevel.Error, "{ChangeId} broke while {Doing}; reference {Reference}")]
        public static partial void Broke(ILogger logger, string changeId, string doing, string reference, Exception exception);
    }
}
