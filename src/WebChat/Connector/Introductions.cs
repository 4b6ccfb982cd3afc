using Microsoft.Extensions.Logging;
using TrunkBot.WebChat.Conversations;

namespace TrunkBot.WebChat.Connector;

/// <summary>Tells the bot of each conversation once, so that it can write there unasked. A bot that was away is told at the next contact.</summary>
internal sealed partial class Introductions(BotClient bot, Roster roster, ILogger<Introductions> log) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private readonly HashSet<string> introduced = new(StringComparer.Ordinal);

    /// <summary>Makes sure that the bot knows the person's own chat and the groups.</summary>
    public async Task IntroduceAsync(LabPerson person, CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await IntroduceAsync(person, Roster.PersonalOf(person), [person], cancellationToken);
            foreach (var group in roster.Groups)
            {
                await IntroduceAsync(person, group.Id, roster.People, cancellationToken);
            }
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private async Task IntroduceAsync(LabPerson by, string conversationId, IEnumerable<LabPerson> people, CancellationToken cancellationToken)
    {
        if (introduced.Contains(conversationId))
        {
            return;
        }

        var answer = await bot.SendJoinedAsync(by, conversationId, people, cancellationToken);
        if (answer.IsTaken)
        {
            introduced.Add(conversationId);
        }
        else
        {
            Log.NotIntroduced(log, conversationId, answer.Code!);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "The bot was not told of the conversation {Conversation}: {Code}")]
        public static partial void NotIntroduced(ILogger logger, string conversation, string code);
    }
}
