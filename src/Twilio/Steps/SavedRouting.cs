using System.Text.Json;

namespace TrunkBot.Twilio.Steps;

/// <summary>The voice routing that a number had before it was attached, kept as a fact of the trunk until the number leaves it.</summary>
/// <param name="Routing">Parameters that restore it; never with a password.</param>
/// <param name="Withheld">Parameters that can't be restored, because their URL holds a password that is not kept.</param>
internal sealed record SavedRouting(IReadOnlyList<KeyValuePair<string, string>> Routing, IReadOnlyList<string> Withheld)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public KeyValuePair<string, string> ToFact(string number) => KeyValuePair.Create(FactOf(number), JsonSerializer.Serialize(this, Json));

    /// <summary>null when nobody kept it.</summary>
    public static SavedRouting? Of(IReadOnlyDictionary<string, string> facts, string number) =>
        facts.TryGetValue(FactOf(number), out var text) && text.Length > 0 ? JsonSerializer.Deserialize<SavedRouting>(text, Json) : null;

    public static string FactOf(string number) => $"twilio.number.{number}.before";
}
