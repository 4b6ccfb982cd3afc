using TrunkBot.Trunks;

namespace TrunkBot.Diagnostics.Schedules;

/// <summary>
/// Whether a call may be placed that nobody asks for each time. The one place where that is decided: at the moment it is asked for, and again before each call.
/// </summary>
public static class UnaskedCalls
{
    /// <summary>Twilio's echo numbers, which cost nothing and are reached only through a Twilio trunk (Twilio: "Test your Elastic SIP Trunk").</summary>
    private static readonly string[] Free = ["16504894546", "14154758378", "441618508378", "551940422255"];

    /// <summary>Why not, in a sentence with its code; null when it may.</summary>
    public static string? Against(TrunkIntent trunk)
    {
        var digits = string.Concat(trunk.TestNumber.Where(char.IsAsciiDigit));
        return Free.Contains(digits, StringComparer.Ordinal)
            ? null
            : $"calls to {trunk.TestNumber} may cost money, and only Twilio's free echo numbers are called without somebody asking each time (unasked-call-costs)";
    }
}
