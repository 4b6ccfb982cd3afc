using System.Globalization;
using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>One form parameter of an operation: its PascalCase name, the JSON property that shows it, and what Twilio takes for a value.</summary>
/// <param name="Read">Turns the text into what is stored; throws <see cref="TwilioRefusalException"/> for what is not taken.</param>
public sealed record FormField(string Name, string Json, Func<string, string, JsonNode?> Read, bool Required = false)
{
    /// <summary>Any text. An empty value clears it (seen on a live account by a third party).</summary>
    public static FormField Text(string name, string json, int? longest = null, bool required = false) =>
        new(name, json, (key, value) => longest is int limit && value.Length > limit
            ? throw TwilioRefusalException.Parameter(key, $"longer than {limit} characters")
            : value.Length == 0 ? null : JsonValue.Create(value), required);

    /// <summary>Lower-case <c>true</c> or <c>false</c>. Whether Twilio takes <c>True</c> is unknown, so the lab takes the strict side.</summary>
    public static FormField Flag(string name, string json, bool required = false) =>
        new(name, json, (key, value) => value switch
        {
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ => throw TwilioRefusalException.Parameter(key, "neither true nor false"),
        }, required);

    public static FormField Choice(string name, string json, params string[] choices) =>
        new(name, json, (key, value) => choices.Contains(value, StringComparer.Ordinal)
            ? JsonValue.Create(value)
            : throw TwilioRefusalException.Parameter(key, $"not one of {string.Join(", ", choices)}"));

    public static FormField Number(string name, string json, int least, int most, bool required = false) =>
        new(name, json, (key, value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? JsonValue.Create(number)
            : throw TwilioRefusalException.Parameter(key, $"not a whole number from {least} to {most}"), required);

    /// <summary>Writes every known parameter of <paramref name="form"/> into <paramref name="fields"/>. Unknown ones are ignored without a word, as Twilio does.</summary>
    public static void Apply(IEnumerable<FormField> known, FormBody form, JsonObject fields, bool creating)
    {
        foreach (var field in known)
        {
            if (form[field.Name] is not { } value)
            {
                if (creating && field.Required)
                {
                    throw TwilioRefusalException.Missing(field.Name);
                }

                continue;
            }

            if (field.Required && value.Length == 0)
            {
                throw TwilioRefusalException.Missing(field.Name);
            }

            fields[field.Json] = field.Read(field.Name, value);
        }
    }
}
