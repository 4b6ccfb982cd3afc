using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Twilio.Rest;

/// <summary>
/// Dates of the API: RFC 2822 under 2010-04-01, ISO 8601 elsewhere; the descriptions contradict the examples, so both are read everywhere. What is
/// neither is not set: a date that can't be read is no reason to lose the rest of an answer.
/// </summary>
internal sealed class TwilioTime : JsonConverter<DateTimeOffset?>
{
    private static readonly string[] Formats =
    [
        "ddd, d MMM yyyy HH:mm:ss zzz", "ddd, dd MMM yyyy HH:mm:ss zzz", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz",
    ];

    public static DateTimeOffset? Read(string? text) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    public static string? Write(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public override DateTimeOffset? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return Read(reader.GetString());
        }

        reader.Skip();
        return null;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) => writer.WriteStringValue(Write(value));
}

/// <summary>Numbers that come as numbers or as text; an empty text is no number (<c>"duration": ""</c>).</summary>
internal sealed class TwilioNumber<T> : JsonConverter<T?>
    where T : struct, ISpanParsable<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
        if (text is null)
        {
            reader.Skip();
        }

        return T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    public override void Write(Utf8JsonWriter writer, T? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{value}"));
}
