using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Messages;

/// <summary>Turns a card's name and view into the Adaptive Card (version 1.5) that channels send.</summary>
public interface ICardRenderer
{
    /// <summary>The finished card.</summary>
    JsonObject Render(CardContent card);
}
