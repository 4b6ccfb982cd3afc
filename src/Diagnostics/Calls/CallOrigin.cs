namespace TrunkBot.Diagnostics.Calls;

/// <summary>On whose behalf a test call is placed.</summary>
/// <param name="By">Account.</param>
/// <param name="IsScheduled">By a schedule that they set, not asked for at that moment.</param>
public sealed record CallOrigin(string By, bool IsScheduled);
