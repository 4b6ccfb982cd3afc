using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Diagnostics.Insights;

/// <summary>Looking for what Twilio measured of a test call. Section <c>VoiceInsights</c>.</summary>
public sealed class InsightsOptions
{
    public const string Section = "VoiceInsights";

    public bool Enabled { get; set; } = true;

    /// <summary>After the end of a call; Twilio has nothing before about 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan FirstAfter { get; set; } = TimeSpan.FromSeconds(95);

    /// <summary>Between two looks.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>After the end of a call; a complete summary takes about 30 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromMinutes(45);
}
