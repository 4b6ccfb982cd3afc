using Microsoft.Extensions.Logging;
using TrunkBot.Changes;
using TrunkBot.Chat.Language;

namespace TrunkBot.Chat.Conversation;

/// <summary>Unexpected errors: the whole in the log, a short reference in chat, never a stack trace.</summary>
public sealed partial class Incidents(ILogger<Incidents> logger)
{
    /// <summary>Logs the error and returns the reference under which it is found.</summary>
    public string Report(string what, Exception error)
    {
        var reference = Reference.New();
        LogIncident(logger, reference, what, error);
        return reference;
    }

    public static string Sentence(string what, string reference) =>
        Localized.Text($"Something went wrong during {what} that should not have. Whoever runs the bot finds it in the log under reference {reference}.");

    [LoggerMessage(1, LogLevel.Error, "Incident {Reference} during {What}")]
    private static partial void LogIncident(ILogger logger, string reference, string what, Exception error);
}
