using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Hosting;

/// <summary>Where the store keeps its files.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Folder of the SQLite database; made when missing. A relative path counts from the folder in which the bot is started.</summary>
    [Required]
    public string DataDirectory { get; set; } = "";
}

/// <summary>Where site profiles are.</summary>
public sealed class SitesOptions
{
    public const string Section = "Sites";

    /// <summary>Folder with one JSON file a site.</summary>
    [Required]
    public string Directory { get; set; } = "";
}

/// <summary>The Orleans silo on this machine.</summary>
public sealed class ClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Port between silos; 0: any free one.</summary>
    [Range(0, 65535)]
    public int SiloPort { get; set; }

    /// <summary>
    /// Seconds that running work has to finish when the host stops; then it is broken off, and looked at after the next start. Whole stop: up to 8 s more,
    /// which is less than the 30 s that supervisors commonly give.
    /// </summary>
    [Range(1, 300)]
    public int DrainSeconds { get; set; } = 20;
}

/// <summary>How trunks are watched between questions.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>Seconds between two looks at a trunk; 0: not watched. Twilio bans OPTIONS faster than one in 10 to 15 s.</summary>
    [Range(0, 86400)]
    public int IntervalSeconds { get; set; }
}
