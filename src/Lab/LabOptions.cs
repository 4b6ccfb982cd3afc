namespace TrunkBot.Lab;

/// <summary>Where the lab keeps its state and on which loopback ports it listens; port 0 lets the operating system choose.</summary>
public sealed record LabOptions
{
    /// <summary>Created when missing. All state of the lab is in it, secrets included.</summary>
    public required string DataDirectory { get; init; }

    public int SshPort { get; init; } = 15022;

    public int MetaViewPort { get; init; } = 18087;

    public int TwilioPort { get; init; } = 15080;

    public int ControlPort { get; init; } = 18000;

    /// <summary>UDP and TCP.</summary>
    public int SipPort { get; init; } = 15060;

    /// <summary>UDP.</summary>
    public int DnsPort { get; init; } = 15053;

    /// <summary>The test number hangs up after this.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromSeconds(30);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Options with every port chosen by the operating system: for tests, which run side by side.</summary>
    public static LabOptions OnFreePorts(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        SshPort = 0,
        MetaViewPort = 0,
        TwilioPort = 0,
        ControlPort = 0,
        SipPort = 0,
        DnsPort = 0,
    };
}
