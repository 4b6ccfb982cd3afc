using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Messages;

/// <summary>Turns a card's name and view into the Block Kit blocks that Slack shows.</summary>
public interface IBlockKitRenderer
{
    /// <summary>The finished blocks of a message.</summary>
    JsonArray Render(CardContent card);
}
