using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Twilio.State;

/// <summary>What was read of the account, as far as one trunk depends on it.</summary>
internal sealed record TwilioState
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public string? AccountStatus { get; init; }

    public string? AccountType { get; init; }

    /// <summary>In the account's currency; null when it can't be had. Not part of the fingerprint: every call changes it.</summary>
    public decimal? Balance { get; init; }

    public string? Currency { get; init; }

    /// <summary>Account of the site profile; null in snapshots of earlier versions.</summary>
    public string? AccountSid { get; init; }

    /// <summary>An account that the login shows trunks of, although the site profile names another.</summary>
    public string? OtherAccount { get; init; }

    /// <summary>Whether the test call may be made; null when that was not read. Not part of the fingerprint: no step depends on it.</summary>
    public DialingState? Dialing { get; init; }

    /// <summary>Access control lists that are the trunk's own, those with its mark first; more than one of these can't be told apart.</summary>
    public IReadOnlyList<AclState> Acls { get; init; } = [];

    /// <summary>The trunk with the intended domain, whoever's it is; null when the account has none.</summary>
    public TrunkState? Trunk { get; init; }

    /// <summary>Domain names of trunks that carry our mark but another domain.</summary>
    public IReadOnlyList<string> TaggedElsewhere { get; init; } = [];

    /// <summary>Every number that is attached to the trunk, whoever did it; null when that was not read: only a trunk under management is asked.</summary>
    public IReadOnlyList<string>? NumbersOnTrunk { get; init; }

    /// <summary>One entry for each intended number, and for each that the trunk has and shall not have any more.</summary>
    public IReadOnlyList<NumberState> Numbers { get; init; } = [];

    public string ToText() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is no snapshot.</exception>
    public static TwilioState Parse(string text) => JsonSerializer.Deserialize<TwilioState>(text, Json) ?? throw new JsonException("empty snapshot");

    public string Fingerprint() => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Balance = null, Currency = null, Dialing = null }, Json)));
}

internal sealed record AclState(string Sid, string FriendlyName, IReadOnlyList<AddressState> Addresses)
{
    /// <summary>Domain names of other trunks that use the list; empty also when that was not read.</summary>
    public IReadOnlyList<string> SharedWith { get; init; } = [];

    /// <summary>Another list of the account has the same name, so that this one, once deleted, could not be told from it.</summary>
    public bool NameTwice { get; init; }
}

/// <param name="Range">Such as <c>203.0.113.0/28</c>, its first address first.</param>
/// <param name="Address">The address as the entry has it: any one of the range. null in snapshots of earlier versions.</param>
internal sealed record AddressState(string Sid, string Range, string? FriendlyName = null, string? Address = null)
{
    /// <summary>The range that an entry allows. Twilio takes any address of the range; null when the entry can't be read.</summary>
    public static IPNetwork? Network(string? address, int? prefixLength)
    {
        if (!IPAddress.TryParse(address, out var ip) || ip.GetAddressBytes() is not { Length: 4 } bytes || prefixLength is < 0 or > 32)
        {
            return null;
        }

        var prefix = prefixLength ?? 32;
        for (var bit = prefix; bit < 32; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    public static string Text(IPNetwork network) => string.Create(CultureInfo.InvariantCulture, $"{network.BaseAddress}/{network.PrefixLength}");
}

internal sealed record TrunkState
{
    public required string Sid { get; init; }

    public string? FriendlyName { get; init; }

    public bool? Secure { get; init; }

    /// <summary>null when Twilio does not say.</summary>
    public bool? SymmetricRtp { get; init; }

    public string AuthType { get; init; } = "";

    /// <summary>All that would be needed to make the trunk again; null in snapshots of earlier versions.</summary>
    public TrunkSettings? Settings { get; init; }

    public IReadOnlyList<AclState> Acls { get; init; } = [];

    /// <summary>Friendly names of the credential lists.</summary>
    public IReadOnlyList<string> CredentialLists { get; init; } = [];

    public IReadOnlyList<OriginationState> OriginationUrls { get; init; } = [];
}

/// <param name="SipUrl">Never with a password.</param>
/// <param name="Withheld">The URL holds a password, which is not kept: it could not be made again.</param>
internal sealed record OriginationState(string Sid, string? FriendlyName, string SipUrl, int? Priority, int? Weight, bool? Enabled, bool Withheld = false);

/// <summary>A number and the voice routing that attaching it replaces.</summary>
/// <param name="Sid">null when the account does not own the number.</param>
/// <param name="Routing">Names of API parameters and their present values, in Twilio's order; never with a password.</param>
/// <param name="Withheld">Parameters whose URL holds a password, which is not kept.</param>
/// <param name="HasEmergencyAddress">Twilio does not let it leave a trunk then (21634).</param>
internal sealed record NumberState(
    string Number,
    string? Sid,
    string? TrunkSid,
    IReadOnlyList<KeyValuePair<string, string>> Routing,
    IReadOnlyList<string> Withheld,
    bool HasEmergencyAddress = false);
