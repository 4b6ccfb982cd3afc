using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.State;

/// <summary>
/// Settings of a trunk under the names of the API's parameters. null: not told, or to be left alone; an empty text: not set, or to be
/// cleared (reported from a live account).
/// </summary>
internal sealed record TrunkSettings
{
    public string? FriendlyName { get; init; }

    public string? DomainName { get; init; }

    public string? DisasterRecoveryUrl { get; init; }

    public string? DisasterRecoveryMethod { get; init; }

    public string? TransferMode { get; init; }

    public string? TransferCallerId { get; init; }

    public bool? Secure { get; init; }

    public bool? CnamLookupEnabled { get; init; }

    /// <summary>No parameter of the trunk: it has a resource of its own.</summary>
    public TrunkRecording? Recording { get; init; }

    /// <summary>The disaster recovery URL holds a password, which is not kept.</summary>
    public bool UrlWithheld { get; init; }

    public static TrunkSettings Of(Trunk trunk)
    {
        var withheld = TwilioRedaction.HoldsPassword(trunk.DisasterRecoveryUrl);
        return new()
        {
            FriendlyName = trunk.FriendlyName,
            DomainName = trunk.DomainName,
            DisasterRecoveryUrl = withheld ? null : trunk.DisasterRecoveryUrl,
            DisasterRecoveryMethod = trunk.DisasterRecoveryMethod,
            TransferMode = trunk.TransferMode,
            TransferCallerId = trunk.TransferCallerId,
            Secure = trunk.Secure,
            CnamLookupEnabled = trunk.CnamLookupEnabled,
            Recording = trunk.Recording,
            UrlWithheld = withheld,
        };
    }

    /// <summary>What is to be set, as a form; recording is not part of it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Form() =>
        [.. Values().Where(v => v.Value is not null).Select(v => KeyValuePair.Create(v.Name, v.Value!))];

    /// <summary>The form of a new trunk, where an empty value has nothing to clear.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> NewForm() => [.. Form().Where(f => f.Value.Length > 0)];

    /// <summary>Names of the parameters of the form that a trunk has with another value; recording is not looked at.</summary>
    public IReadOnlyList<string> Differences(Trunk trunk)
    {
        var there = Of(trunk).Values().ToDictionary(v => v.Name, v => v.Value ?? "");
        return [.. Form().Where(f => !string.Equals(f.Value, there[f.Key], f.Key == nameof(DomainName) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)).Select(f => f.Key)];
    }

    private IEnumerable<(string Name, string? Value)> Values() =>
    [
        (nameof(FriendlyName), FriendlyName),
        (nameof(DomainName), DomainName),
        (nameof(DisasterRecoveryUrl), DisasterRecoveryUrl),
        (nameof(DisasterRecoveryMethod), DisasterRecoveryMethod),
        (nameof(TransferMode), TransferMode),
        (nameof(TransferCallerId), TransferCallerId),
        (nameof(Secure), Text(Secure)),
        (nameof(CnamLookupEnabled), Text(CnamLookupEnabled)),
    ];

    private static string? Text(bool? value) => value switch { null => null, true => "true", false => "false" };
}
