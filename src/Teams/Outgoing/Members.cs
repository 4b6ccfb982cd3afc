using System.Collections.Concurrent;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Connector;

namespace TrunkBot.Teams.Outgoing;

/// <summary>
/// The channel's own ids (<c>29:…</c>, which differ for each bot) of people whom the bot knows by their Entra object id. Learned from what they
/// send, else asked of the connector; a platform's user without one is still mentioned by the object id.
/// </summary>
internal sealed class Members(ConnectorClient connector, TimeProvider time)
{
    private const int Most = 10_000;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, ChannelAccount> known = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, DateTimeOffset> unknown = new(StringComparer.Ordinal);

    /// <summary>Remembers who sent an activity.</summary>
    public void Learn(Activity activity)
    {
        if (activity is { ChannelId: "msteams", From: { AadObjectId.Length: > 0, Id.Length: > 0 } from } && known.Count < Most)
        {
            known[$"msteams:{from.AadObjectId}"] = from;
        }
    }

    /// <summary>The channel's account of a user; null when nobody knows it.</summary>
    public async Task<ChannelAccount?> FindAsync(ConversationReference conversation, ChannelUser user, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(user.Id, out var account))
        {
            return account;
        }

        var place = $"{conversation.ConversationId} {user.Id}";
        if (unknown.TryGetValue(place, out var asked) && time.GetUtcNow() - asked < AskAgainAfter)
        {
            return null;
        }

        try
        {
            var member = await connector.GetMemberAsync(conversation.ServiceUrl, TeamsConversation.RootOf(conversation.ConversationId), TeamsConversation.PlatformIdOf(user), cancellationToken);
            if (member is { Id.Length: > 0 } && known.Count < Most)
            {
                known[user.Id] = member;
            }

            return member;
        }
        catch (ChannelException)
        {
            // Not a member, or the connector is away: the card goes out all the same.
            if (unknown.Count < Most)
            {
                unknown[place] = time.GetUtcNow();
            }

            return null;
        }
    }
}
