namespace TrunkBot.Lab.Twilio;

/// <summary>How the simulated Twilio is started. One account; trunking and api hosts share one port, their paths do not clash.</summary>
public sealed record TwilioServerOptions
{
    /// <summary>Loopback TCP port for HTTP; 0 lets the system pick a free one.</summary>
    public int Port { get; init; }

    /// <summary>The SQLite file; created and seeded when it is not there.</summary>
    public required string DatabasePath { get; init; }

    /// <summary><c>AC</c> and 32 hexadecimal digits.</summary>
    public required string AccountSid { get; init; }

    /// <summary><c>SK</c> and 32 hexadecimal digits: the user name of HTTP Basic.</summary>
    public required string ApiKeySid { get; init; }

    public required string ApiKeySecret { get; init; }

    /// <summary>The account's own token, the other login that Twilio knows; null switches that login off.</summary>
    public string? AuthToken { get; init; }

    /// <summary>The text of a lasting disturbance of the lab; null when it is off.</summary>
    public Func<string, string?> Conditions { get; init; } = static _ => null;

    /// <summary>Brings a call to the switch and tells how it goes; null: nobody is called, and each call that is asked for counts as answered and ended.</summary>
    public Action<Switch.Calls.InboundOffer, Action<Switch.Calls.InboundProgress>>? Bring { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>A record's generated text would show both secrets to whoever logs the options.</summary>
    public override string ToString() => $"{nameof(TwilioServerOptions)} {{ Port = {Port}, AccountSid = {AccountSid} }}";
}
