using System.Text.Json;

namespace TrunkBot.Perimeta.Planning;

/// <summary>What a trunk's changes did by templates, kept as facts of the trunk: a template that is another one by then takes nothing else back.</summary>
internal static class TemplateFacts
{
    public const string Tls = "perimeta.template.tls";

    public static string CallPolicy(string adjacency) => $"perimeta.template.callPolicy.{adjacency}";

    public static string Of(TemplateWork work) => JsonSerializer.Serialize(work, JsonSerializerOptions.Web);

    /// <summary>Null when there is no such fact, or when it was taken back.</summary>
    public static TemplateWork? Find(IReadOnlyDictionary<string, string> facts, string fact) =>
        facts.TryGetValue(fact, out var work) && work.Length > 0 ? JsonSerializer.Deserialize<TemplateWork>(work, JsonSerializerOptions.Web) : null;
}
