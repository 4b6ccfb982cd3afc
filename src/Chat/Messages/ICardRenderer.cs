using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Messages;

/// <summary>Turns a card's name and view into the Adaptive Card (version 1.5) that channels send.</summary>
public interface ICardRenderer
{
    /// <summary>The finished card, within Teams' size: what does not fit is left out, and the card says so.</summary>
    JsonObject Render(CardContent card);

    /// <summary>Whether nothing has to be left out; whoever makes a card of many parts tries shorter excerpts until it is so.</summary>
    bool Fits(CardContent card);
}
