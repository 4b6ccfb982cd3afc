using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Trunks.Language;

/// <summary>
/// A sentence as JSON: its text where it has no values, else <c>{"template": "edge {0} is silent", "values": ["ashburn"]}</c>; a value that is a sentence is written as one.
/// What was stored as finished text is read as a sentence without values, and written back as the same text.
/// </summary>
internal sealed class SentenceJson : JsonConverter<Sentence>
{
    public override Sentence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        using var document = JsonDocument.ParseValue(ref reader);
        return Of(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options)
    {
        if (value.Values.Count == 0)
        {
            writer.WriteStringValue(value.Template);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("template", value.Template);
        writer.WriteStartArray("values");
        foreach (var inner in value.Values)
        {
            if (inner is Sentence sentence)
            {
                // An object always, so that it is not taken for a value on its way back.
                if (sentence.Values.Count == 0)
                {
                    writer.WriteStartObject();
                    writer.WriteString("template", sentence.Template);
                    writer.WriteEndObject();
                }
                else
                {
                    Write(writer, sentence, options);
                }
            }
            else
            {
                writer.WriteStringValue((string)inner);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static Sentence Of(JsonElement said)
    {
        if (said.ValueKind != JsonValueKind.Object || !said.TryGetProperty("template", out var template) || template.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("a sentence is a text, or an object with template and values");
        }

        return said.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array
            ? new Sentence(template.GetString()!, values.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? (object)v.GetString()! : Of(v)))
            : template.GetString()!;
    }
}
