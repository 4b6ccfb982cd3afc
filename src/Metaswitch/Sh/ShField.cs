using System.Text.Json.Serialization;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>One element of an object on the switch.</summary>
/// <param name="Name">Local name of the element.</param>
/// <param name="Value">Its text; a choice is its label, a boolean <c>True</c> or <c>False</c>, a reference the object's name.</param>
/// <param name="Inheriting">Written as <c>UseDefault</c> and <c>Value</c>.</param>
/// <param name="UsesDefault">Inheriting, and the default counts: the value, if one came, is that of the default.</param>
public sealed record ShField(
    string Name, string Value, bool Inheriting = false, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool UsesDefault = false);
