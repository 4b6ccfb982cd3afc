using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Views;

/// <summary>The app's Home tab: drawn when somebody opens it, at once with what is known and again when the trunks were asked.</summary>
internal sealed partial class HomeTab(IHomeBoard board, IBlockKitRenderer cards, ISlackApi api, IBackgroundWork background, ILogger<HomeTab> log)
{
    private readonly ConcurrentDictionary<string, byte> drawing = new(StringComparer.Ordinal);

    /// <summary>Begins to draw and returns. Somebody whose tab is being drawn already needs no second drawing.</summary>
    /// <param name="user">Slack's own id of the person.</param>
    public void Show(string workspace, ChannelUser who, string user)
    {
        if (drawing.TryAdd(who.Id, 0))
        {
            background.Run($"Home tab of {who.Id}", token => DrawAsync(workspace, who, user, token));
        }
    }

    private async Task DrawAsync(string workspace, ChannelUser who, string user, CancellationToken cancellationToken)
    {
        try
        {
            await board.DrawAsync(
                who,
                async card =>
                {
                    var view = new JsonObject { ["type"] = "home", ["blocks"] = cards.Render(card) };
                    await api.CallAsync("views.publish", new() { ["user_id"] = user, ["view"] = view }, workspace, cancellationToken);
                },
                cancellationToken);
        }
        catch (ChannelException e)
        {
            Log.NotShown(log, e, who.Id);
        }
        finally
        {
            drawing.TryRemove(who.Id, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2412, LogLevel.Warning, "The Home tab of {User} could not be shown")]
        public static partial void NotShown(ILogger logger, Exception exception, string user);
    }
}
