using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Diagnostics;

/// <summary>Time limits of the checks. Section <c>Diagnostics</c>.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>Section name in the settings.</summary>
    public const string Section = "Diagnostics";

    /// <summary>How long one system may take to say how it is.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ReadLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the OPTIONS of all edges may take together; timer F is 32 s (RFC 3261 section 17.1.2.2).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan OptionsLimit { get; set; } = TimeSpan.FromSeconds(35);

    /// <summary>How long a test call may take from REGISTER to its end.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan CallLimit { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>How long the DNS may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan NamesLimit { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>More packets lost on the way to us than this are a finding (published warning line).</summary>
    [Range(0.1, 100)]
    public double LossWarningPercent { get; set; } = 3;

    /// <summary>More jitter than this is a finding (published warning line).</summary>
    [Range(1, 10_000)]
    public double JitterWarningMilliseconds { get; set; } = 30;

    /// <summary>A longer round trip than this is a finding (published warning line).</summary>
    [Range(1, 10_000)]
    public double RoundTripWarningMilliseconds { get; set; } = 400;

    /// <summary>A longer post-dial delay than this is a finding: ITU-T E.721 has 8 s as the mean for international calls.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan PostDialDelayWarning { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Least time between two OPTIONS to one edge. Twilio bans sources that ask faster than once in 10 to 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan OptionsInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The same while nobody asks, for the trunks that are watched and share the edge. Longer, so that who asks finds the edge free; it counts when it is more than <see cref="OptionsInterval"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan WatchOptionsInterval { get; set; } = TimeSpan.FromSeconds(30);
}
