using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>What was read of one Configured SIP Binding.</summary>
internal sealed record BindingSnapshot
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public required string Name { get; init; }

    /// <summary>The fields, in the order in which they came; null when the binding does not exist.</summary>
    public IReadOnlyList<ShField>? Fields { get; init; }

    /// <summary>null when not read, not proven on this switch, or not returned.</summary>
    public string? RequestedStatus { get; init; }

    /// <summary>Whether a pull showed that the status group answers on this switch, or does not; null when none was made: the site profile is believed.</summary>
    public bool? StatusGroupAnswers { get; init; }

    /// <summary>What the shadow database shows; null where the site has none.</summary>
    public ShadowFacts? Shadow { get; init; }

    /// <summary>What people confirmed when the bot last provisioned this trunk; null when it never did, with this binding at this site.</summary>
    public ConfirmedWork? Confirmed { get; init; }

    /// <summary>Other trunks under management whose binding uses the same Remote Media Gateway Model; null when that was not asked: only a removal asks.</summary>
    public IReadOnlyList<string>? ModelUsedBy { get; init; }

    public string ToText() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is no snapshot.</exception>
    public static BindingSnapshot Parse(string text) =>
        JsonSerializer.Deserialize<BindingSnapshot>(text, Json) ?? throw new JsonException("empty snapshot");

    /// <summary>Everything read that a plan depends on, apart from sequence numbers: they move when nothing of ours does.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Shadow = Shadow?.ForPlan() }, Json)));
}
