using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Plans;

/// <summary>How plans and changes are written as JSON: for the store, for the plan file and as the base of the plan's hash.</summary>
public static class PlanJson
{
    /// <summary>
    /// Computed properties are left out, so that nothing is stored twice; nulls are left out, so that an optional
    /// property added later leaves the hash of older plans as it was.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The base of the hash: sentences as what they say in English, however they are stored, so that plans of all versions are compared alike.</summary>
    internal static JsonSerializerOptions Canonical { get; } = Create(new EnglishSentences());

    private static JsonSerializerOptions Create(params JsonConverter[] more)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            IgnoreReadOnlyProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutOrigin } },
            Converters = { new JsonStringEnumConverter(), new AddressConverter(), new NetworkConverter() },
        };
        foreach (var converter in more)
        {
            options.Converters.Add(converter);
        }

        options.MakeReadOnly();
        return options;
    }

    /// <summary>By which message somebody acted is the audit's to keep, not the change's.</summary>
    private static void WithoutOrigin(JsonTypeInfo type)
    {
        if (type.Type == typeof(Actor) && type.Properties.FirstOrDefault(p => p.PropertyType == typeof(Origin)) is { } via)
        {
            type.Properties.Remove(via);
        }
    }

    private sealed class AddressConverter : JsonConverter<IPAddress>
    {
        public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an IP address");

        public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class NetworkConverter : JsonConverter<IPNetwork>
    {
        public override IPNetwork Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IPNetwork.TryParse(reader.GetString(), out var network) ? network : throw new JsonException("not an IP network");

        public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
