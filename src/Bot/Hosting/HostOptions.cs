using System.ComponentModel.DataAnnotations;
using System.Net;
using TrunkBot.Storage;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Hosting;

/// <summary>What the truth is kept in.</summary>
public enum StorageProvider
{
    /// <summary>A file, for one process.</summary>
    Sqlite,

    /// <summary>A server, for one silo or several.</summary>
    PostgreSQL,
}

/// <summary>Where the store keeps what it keeps.</summary>
public sealed class StorageOptions : IValidatableObject
{
    public const string Section = "Storage";

    /// <summary>Folder of the SQLite database; made when missing. A relative path counts from the folder in which the bot is started.</summary>
    [Required]
    public string DataDirectory { get; set; } = "";

    public StorageProvider Provider { get; set; }

    /// <summary>Of PostgreSQL, as Npgsql takes it, such as <c>Host=db.example.net;Database=trunkbot;Username=trunkbot;SSL Mode=VerifyFull</c>; without the password.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The password of PostgreSQL as <c>secret:NAME</c>; empty: none.</summary>
    public string Password { get; set; } = "";

    /// <summary>Folder of the keys that seal what the bot keeps of others' secrets; all silos must have the same one. Empty: <c>keys</c> in the data folder.</summary>
    public string KeysDirectory { get; set; } = "";

    public string KeysPath => Path.GetFullPath(KeysDirectory.Length > 0 ? KeysDirectory : Path.Combine(DataDirectory, "keys"));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider == StorageProvider.PostgreSQL && StorageRegistration.FaultOf(ConnectionString) is { } fault)
        {
            yield return new ValidationResult(fault, [nameof(ConnectionString)]);
        }

        if (!SecretSetting.IsWellFormed(Password))
        {
            yield return new ValidationResult(SecretSetting.Form, [nameof(Password)]);
        }
    }
}

/// <summary>A setting that names a secret: <c>secret:NAME</c>, or nothing.</summary>
internal static class SecretSetting
{
    public const string Form = "must be of the form secret:NAME, which stands in the secrets file as Secrets:NAME; a secret itself never stands here";

    private const string Prefix = "secret:";

    public static bool IsWellFormed(string setting) => setting.Length == 0 || (setting.StartsWith(Prefix, StringComparison.Ordinal) && setting.Length > Prefix.Length);

    /// <summary>Null when nothing is named.</summary>
    public static SecretReference? Of(string setting) => setting.Length == 0 ? null : new SecretReference(setting[Prefix.Length..]);

    public static string? Reveal(string setting, ISecrets secrets) => Of(setting) is { } reference ? secrets.Reveal(reference) : null;
}

/// <summary>Where site profiles are.</summary>
public sealed class SitesOptions
{
    public const string Section = "Sites";

    /// <summary>Folder with one JSON file a site.</summary>
    [Required]
    public string Directory { get; set; } = "";
}

/// <summary>The Orleans silo: alone on this machine, or one of a cluster that meets at a Redis.</summary>
public sealed class ClusterOptions : IValidatableObject
{
    public const string Section = "Cluster";

    /// <summary>Where the silos of a cluster find each other, as StackExchange.Redis takes it, such as <c>redis.example.net:6380,ssl=true</c>; without the password. Empty: alone.</summary>
    public string Redis { get; set; } = "";

    /// <summary>The password of Redis as <c>secret:NAME</c>; empty: none.</summary>
    public string RedisPassword { get; set; } = "";

    /// <summary>Silos with the same one belong together.</summary>
    [Required]
    public string ClusterId { get; set; } = "trunkbot";

    /// <summary>Stays the same as long as the service lives.</summary>
    [Required]
    public string ServiceId { get; set; } = "trunkbot";

    /// <summary>IP address of this machine at which the other silos reach this one, and at which it listens.</summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>For programs that speak to the cluster without being part of it; there is none today. 0: closed.</summary>
    [Range(0, 65535)]
    public int GatewayPort { get; set; }

    /// <summary>Seconds that a silo has to answer another one's probe.</summary>
    [Range(1, 60)]
    public int ProbeTimeoutSeconds { get; set; } = 5;

    /// <summary>Probes in a row without an answer after which a silo counts as dead, and others take over what it did.</summary>
    [Range(1, 20)]
    public int MissedProbes { get; set; } = 3;

    /// <summary>Seconds between two rounds of duties; in each, changes that nobody works on are taken up.</summary>
    [Range(1, 600)]
    public int DutySeconds { get; set; } = 60;

    public bool IsShared => Redis.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Redis.Contains("password=", StringComparison.OrdinalIgnoreCase))
        {
            yield return new ValidationResult("a password must not stand here: name it in Cluster:RedisPassword as secret:NAME", [nameof(Redis)]);
        }

        if (!SecretSetting.IsWellFormed(RedisPassword))
        {
            yield return new ValidationResult(SecretSetting.Form, [nameof(RedisPassword)]);
        }

        if (IsShared && !IPAddress.TryParse(AdvertisedAddress, out _))
        {
            yield return new ValidationResult("must be the IP address at which the other silos reach this one", [nameof(AdvertisedAddress)]);
        }
    }

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
