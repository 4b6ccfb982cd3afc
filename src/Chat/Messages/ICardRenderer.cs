using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Messages;

/// <summary>Fills the Adaptive Card template of a card with its view. Channels that speak Adaptive Cards send the result as it is.</summary>
public interface ICardRenderer
{
    /// <summary>Returns the whole card object (<c>type: AdaptiveCard</c>), new for each call, so that the caller may attach it to a tree of its own.</summary>
    /// <exception cref="InvalidOperationException">No template of that name, or the view lacks a value that the template asks for.</exception>
    JsonObject Render(CardContent card);
}
