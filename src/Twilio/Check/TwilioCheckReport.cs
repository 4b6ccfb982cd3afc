using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Twilio.Check;

/// <summary>One thing that was looked at and what it is.</summary>
public sealed record TwilioCheckLine(string What, string Detail);

/// <summary>What a check of a site's Twilio account found. Field names of the JSON are stable; new ones may be added.</summary>
public sealed record TwilioCheckReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new EnglishSentences() },
    };

    public required string Site { get; init; }

    public required string AccountSid { get; init; }

    /// <summary>Which login is used, by its name; never the secret.</summary>
    public required string Credential { get; init; }

    /// <summary>False when Twilio could not be asked: the finding says why.</summary>
    public required bool Reached { get; init; }

    public required IReadOnlyList<TwilioCheckLine> Lines { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>No finding weighs more than information.</summary>
    public bool IsFine => Findings.All(f => f.Severity == FindingSeverity.Info);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public string ToText()
    {
        var text = new StringBuilder();
        text.Append("Twilio account ").Append(AccountSid).Append(" of site ").Append(Site).Append('\n');
        var width = Lines.Select(l => l.What.Length).DefaultIfEmpty(0).Max();
        foreach (var line in Lines)
        {
            text.Append("  ").Append(line.What.PadRight(width)).Append("  ").Append(line.Detail).Append('\n');
        }

        foreach (var finding in Findings)
        {
            text.Append(finding.Severity.ToString().ToLowerInvariant()).Append(' ').Append(finding.Code).Append(": ").Append(finding.Sentence).Append(finding.Fix is null ? "" : " " + finding.Fix).Append('\n');
        }

        return text.Append(IsFine ? "Nothing to do.\n" : "").ToString();
    }
}
