using System.Diagnostics.CodeAnalysis;
using TrunkBot.Trunks;

namespace TrunkBot.Twilio.State;

/// <summary>Twilio has no tags, so what the program makes carries its mark in the friendly name: <c>bot:{trunk name}:{kind}</c>.</summary>
public static class Ownership
{
    /// <summary>Longest friendly name that is documented for trunks and origination URLs.</summary>
    public const int LongestFriendlyName = 64;

    public static string AccessControlList(TrunkIntent intent) => Tag(intent, "acl");

    public static string Trunk(TrunkIntent intent) => Tag(intent, "trunk");

    public static string OriginationUrl(TrunkIntent intent) => Tag(intent, "origination");

    public static bool Is([NotNullWhen(true)] string? friendlyName, string tag) => string.Equals(friendlyName, tag, StringComparison.Ordinal);

    private static string Tag(TrunkIntent intent, string kind) => $"bot:{intent.Name}:{kind}";
}
