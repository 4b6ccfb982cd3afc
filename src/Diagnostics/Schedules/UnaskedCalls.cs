using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks;

namespace TrunkBot.Diagnostics.Schedules;

/// <summary>
/// Whether a call may be placed that nobody asks for each time. The one place where that is decided: at the moment it is asked for, and again before each call.
/// </summary>
public static class UnaskedCalls
{
    /// <summary>Why not, in a sentence with its code; null when it may.</summary>
    public static string? Against(TrunkIntent trunk) => TestCallOrder.ThroughSwitch.MayCost(trunk)
        ? $"calls to {trunk.TestNumber} may cost money, and only Twilio's free echo numbers are called without somebody asking each time (unasked-call-costs)"
        : null;
}
