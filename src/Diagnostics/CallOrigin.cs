namespace TrunkBot.Diagnostics;

/// <summary>On whose behalf a test call is placed.</summary>
/// <param name="By">Account; <c>trunkbot</c> when nobody asked.</param>
/// <param name="IsScheduled">By a schedule that they set, not asked for at that moment.</param>
public sealed record CallOrigin(string By, bool IsScheduled)
{
    private static readonly AsyncLocal<CallOrigin?> Now = new();

    /// <summary>Of the calls that are placed in this flow of execution; null: not known.</summary>
    public static CallOrigin? Current => Now.Value;

    /// <summary>From here on, in this flow of execution and what it calls.</summary>
    public static void Enter(CallOrigin origin) => Now.Value = origin;
}
