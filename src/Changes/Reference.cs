using System.Security.Cryptography;

namespace TrunkBot.Changes;

/// <summary>Short references that join what a person sees with the log. The only place that makes them.</summary>
public static class Reference
{
    /// <summary>Eight letters and digits without those that are easily confused.</summary>
    public static string New() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 8);
}
