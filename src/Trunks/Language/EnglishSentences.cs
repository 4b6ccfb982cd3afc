using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Trunks.Language;

/// <summary>Sentences as what they say in English: for contracts that scripts rely on, and for hashes, which shall not depend on how a sentence is stored.</summary>
public sealed class EnglishSentences : JsonConverter<Sentence>
{
    public override Sentence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
