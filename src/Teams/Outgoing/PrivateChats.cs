using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Connector;

namespace TrunkBot.Teams.Outgoing;

/// <summary>Private chats with people whom the bot knows from somewhere else. Making one that there is already gives the same one.</summary>
internal sealed partial class PrivateChats(ConnectorClient connector, ConversationPace pace, ILogger<PrivateChats> log)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);

    /// <param name="near">Where the person was met: it tells service URL, bot and tenant.</param>
    /// <returns>Null when Teams gives none, such as to a guest or to whoever the app is not installed for.</returns>
    public async Task<ConversationReference?> FindAsync(ConversationReference near, ChannelUser person, CancellationToken cancellationToken)
    {
        var key = $"{near.TenantId} {person.Id}";
        if (!known.TryGetValue(key, out var id))
        {
            try
            {
                await pace.WaitAsync($"new {person.Id}", cancellationToken);
                id = (await connector.CreateConversationAsync(near.ServiceUrl, ParametersOf(near, person), cancellationToken)).Id!;
            }
            catch (ChannelException e)
            {
                Log.NotMade(log, e);
                return null;
            }

            if (known.Count < Most)
            {
                known[key] = id;
            }
        }

        return near with { ConversationId = id, IsGroup = false, ConversationType = "personal", Greeted = null, ClosedSince = null };
    }

    private static ConversationParameters ParametersOf(ConversationReference near, ChannelUser person) => new()
    {
        IsGroup = false,
        Bot = new(near.BotId),
        Members = [new(TeamsConversation.PlatformIdOf(person))],
        TenantId = near.TenantId,
        ChannelData = near.TenantId is null ? null : JsonSerializer.SerializeToElement(new { tenant = new { id = near.TenantId } }),
    };

    private static partial class Log
    {
        [LoggerMessage(2111, LogLevel.Information, "Teams gave no private chat with a person")]
        public static partial void NotMade(ILogger logger, Exception exception);
    }
}
