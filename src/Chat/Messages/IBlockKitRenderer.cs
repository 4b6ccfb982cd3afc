using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Messages;

/// <summary>Turns a card's name and view into the Block Kit blocks that Slack shows.</summary>
public interface IBlockKitRenderer
{
    /// <summary>
    /// The finished blocks, within Slack's limits. A button has its verb as <c>action_id</c> (<c>verb:which</c> where one verb stands more than once in a
    /// message) and its data as a JSON object in <c>value</c>; an <c>input</c> block has the field's id as <c>block_id</c> and <c>action_id</c>. The buttons of a
    /// form stand in the block <c>form-buttons</c>, which a modal leaves out for its own.
    /// </summary>
    JsonArray Render(CardContent card);
}
