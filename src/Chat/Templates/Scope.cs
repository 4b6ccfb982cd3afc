using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Templates;

/// <summary>What names in an expression mean: the data at hand, the whole data, and the place in a repeat.</summary>
internal sealed record Scope(JsonNode? Data, JsonObject Root, int? Index)
{
    /// <summary>The value of a plain name. Exact case; outer scopes are not seen, only <c>$root</c>.</summary>
    public bool TryFind(string name, out JsonNode? value)
    {
        switch (name)
        {
            case "$root":
                value = Root;
                return true;
            case "$data":
                value = Data;
                return true;
            case "$index" when Index is { } index:
                value = JsonValue.Create(index);
                return true;
            default:
                value = null;
                return Data is JsonObject members && members.TryGetPropertyValue(name, out value);
        }
    }
}
