using System.Globalization;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Switch.Media;

/// <summary>What the networks of the world do with the sound of a call. Nothing, unless a condition says so.</summary>
/// <param name="Mute">Both sides wait for the other's first packet (Symmetric RTP): nothing is ever sent.</param>
internal sealed record SoundTrouble(bool Mute)
{
    /// <summary>The caller's packets do not arrive.</summary>
    public bool LosesOut { get; init; }

    /// <summary>The called side's RTP does not arrive; its RTCP does.</summary>
    public bool LosesIn { get; init; }

    /// <summary>A firewall lets nothing of the called side's pass.</summary>
    public bool Blocked { get; init; }

    /// <summary>0 to 100: of the called side's packets.</summary>
    public double LossPercent { get; init; }

    /// <summary>Mean deviation of the packets' transit time, as RFC 3550 section 6.4.1 measures it, in milliseconds.</summary>
    public double JitterMilliseconds { get; init; }

    public static SoundTrouble Of(Func<string, string?> conditions, bool mute) => new(mute)
    {
        LosesOut = conditions(Conditions.SoundLostOut) is not null,
        LosesIn = conditions(Conditions.SoundLostIn) is not null,
        Blocked = conditions(Conditions.SoundBlocked) is not null,
        LossPercent = Number(conditions(Conditions.SoundLoss)),
        JitterMilliseconds = Number(conditions(Conditions.SoundJitter)),
    };

    private static double Number(string? text) => text is null ? 0 : double.Parse(text, CultureInfo.InvariantCulture);
}
