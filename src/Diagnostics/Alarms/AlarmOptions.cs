using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Diagnostics.Alarms;

/// <summary>What devices say by themselves: where it is listened for, whom it is believed, and what it means. Section <c>Alarms</c>. Off as it ships.</summary>
public sealed class AlarmOptions
{
    public const string Section = "Alarms";

    /// <summary>Address and port for syslog over UDP (RFC 5426), such as <c>0.0.0.0:514</c>; empty: closed.</summary>
    public string SyslogUdp { get; set; } = "";

    /// <summary>The same for TCP (RFC 6587).</summary>
    public string SyslogTcp { get; set; } = "";

    /// <summary>The same for TLS (RFC 5425), with <see cref="Certificate"/>.</summary>
    public string SyslogTls { get; set; } = "";

    /// <summary>File with the certificate and its chain for <see cref="SyslogTls"/>, PEM.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>File with its private key, PEM.</summary>
    public string CertificateKey { get; set; } = "";

    /// <summary>Address and port for SNMP traps and informs over UDP, such as <c>0.0.0.0:162</c>; empty: closed.</summary>
    public string SnmpUdp { get; set; } = "";

    /// <summary>Communities that are believed, each as <c>secret:NAME</c>.</summary>
    public IList<string> Communities { get; set; } = [];

    /// <summary>Networks of the devices that are listened to, such as <c>192.0.2.0/28</c>. A sender outside is refused before anything is read.</summary>
    public IList<string> From { get; set; } = [];

    /// <summary>Bytes of one message.</summary>
    [Range(480, 65_535)]
    public int LargestMessage { get; set; } = 8192;

    /// <summary>Messages of one sender that are taken in a second; more are refused, and counted.</summary>
    [Range(1, 100_000)]
    public int MostPerSecond { get; set; } = 200;

    /// <summary>Connections at a time, over TCP and TLS together.</summary>
    [Range(1, 10_000)]
    public int MostConnections { get; set; } = 64;

    /// <summary>The same said again of the same thing within this is no news.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Messages without a rule that are kept, the newest, for <c>trunkbot alarms</c>.</summary>
    [Range(0, 10_000)]
    public int KeepUnmapped { get; set; } = 200;

    /// <summary>Tried in order; the first that fits decides.</summary>
    public IList<AlarmRule> Rules { get; set; } = [];

    public bool IsOn => SyslogUdp.Length + SyslogTcp.Length + SyslogTls.Length + SnmpUdp.Length > 0;
}

/// <summary>
/// One thing that may be wrong, as a device says it: what raises it, and what clears it. Named groups of the patterns are labels of the alert; <c>trunk</c>, <c>adjacency</c>,
/// <c>binding</c> and <c>termination</c> lead to its trunk.
/// </summary>
public sealed class AlarmRule
{
    /// <summary>What is wrong, in short; a part of the alert's id.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>syslog</c> or <c>snmp</c>; empty: both.</summary>
    public string Source { get; set; } = "";

    /// <summary>All of these must hold.</summary>
    public IList<AlarmCondition> Raise { get; set; } = [];

    /// <summary>All of these must hold; none: it is never cleared by the device.</summary>
    public IList<AlarmCondition> Clear { get; set; } = [];

    /// <summary>With labels and fields in braces, such as <c>Adjacency {adjacency} is down</c>; empty: the name.</summary>
    public string Title { get; set; } = "";

    /// <summary>critical, error, warning or info; empty: as the device says (syslog), or warning.</summary>
    public string Severity { get; set; } = "";

    /// <summary>Code of a finding whose cause and fix the alert names, such as <c>adjacency-inactive</c>; empty: none.</summary>
    public string Finding { get; set; } = "";

    /// <summary>Whether it is another alert for each sender; false where both nodes of a pair speak of the same thing.</summary>
    public bool PerSender { get; set; } = true;
}

/// <summary>One field equals, or matches.</summary>
public sealed class AlarmCondition
{
    /// <summary>
    /// Of syslog: <c>host</c>, <c>facility</c>, <c>severity</c>, <c>app</c>, <c>procid</c>, <c>msgid</c>, <c>text</c>, or structured data as <c>ID.PARAM</c>. Of SNMP: <c>trap</c>,
    /// <c>enterprise</c>, <c>agent</c>, <c>version</c>, <c>text</c>, or a varbind's OID; <c>OID.*</c>: the first varbind below it. Of both: <c>from</c>, the sender's address.
    /// </summary>
    public string Field { get; set; } = "";

    /// <summary>The whole value, case ignored; empty where <see cref="Pattern"/> is used.</summary>
    public string EqualTo { get; set; } = "";

    /// <summary>Regular expression of .NET.</summary>
    public string Pattern { get; set; } = "";
}
