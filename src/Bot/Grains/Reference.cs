using System.Security.Cryptography;

namespace TrunkBot.Grains;

/// <summary>Short references that join what a person sees with the log.</summary>
internal static class Reference
{
    /// <summary>Eight letters and digits without those that are easily confused.</summary>
    public static string New() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 8);
}
