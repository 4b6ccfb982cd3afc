using System.Security.Cryptography;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>Random identifiers (RFC 3261 sections 8.1.1.7 and 19.3).</summary>
internal static class SipIds
{
    public static string Tag() => RandomNumberGenerator.GetHexString(10, lowercase: true);

    public static string Branch() => "z9hG4bK" + RandomNumberGenerator.GetHexString(16, lowercase: true);
}
