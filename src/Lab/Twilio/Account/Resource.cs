using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Twilio.Account;

/// <summary>One stored object of the account.</summary>
/// <param name="Parent">SID of what it hangs on: the access control list of an address, the trunk of an origination URL; null at the top.</param>
/// <param name="Fields">Its own properties under their JSON names, without SIDs, dates and links.</param>
public sealed record Resource(string Sid, string Kind, string? Parent, DateTimeOffset Created, DateTimeOffset Updated, JsonObject Fields)
{
    public string? Text(string json) => Fields[json]?.GetValue<string>();

    public bool Flag(string json) => Fields[json]?.GetValue<bool>() ?? false;
}

/// <summary>The kinds of stored object; each is named by the two letters its SIDs begin with.</summary>
public static class Kind
{
    public const string Account = "AC";
    public const string Trunk = "TK";
    public const string AccessControlList = "AL";
    public const string Address = "IP";
    public const string CredentialList = "CL";
    public const string Credential = "CR";
    public const string OriginationUrl = "OU";
    public const string Number = "PN";

    public const string Call = "CA";
    public const string Alert = "NO";
    public const string AuditEvent = "AE";

    /// <summary>The lab's own: a dialing permission that was switched.</summary>
    public const string DialingChange = "DC";

    /// <summary>The lab's own: a termination domain that somebody else's account holds.</summary>
    public const string ForeignDomain = "FD";
}
