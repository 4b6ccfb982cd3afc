using System.ComponentModel.DataAnnotations;
using TrunkBot.Alerts;

namespace TrunkBot.Metrics;

/// <summary>Who may read the metrics, and of how many trunks there are series. Section <c>Metrics</c>. Without a login there is no such page.</summary>
public sealed class MetricsOptions : LoginOptions
{
    public const string Section = "Metrics";

    /// <summary>Trunks, by name, of which each has series of its own: about 10, and 2 for each edge. The counts are of all.</summary>
    [Range(0, 100_000)]
    public int MostTrunks { get; set; } = 2000;
}
