using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Teams.Activities;

/// <summary>How activities stand on the wire.</summary>
public static class ActivityJson
{
    /// <summary>camelCase, compared ordinally; what is null is left out; a key twice in one object is refused, because two readers could disagree about it.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            AllowDuplicateProperties = false,
            MaxDepth = 64,
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}
