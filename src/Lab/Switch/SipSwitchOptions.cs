using System.Net;

namespace TrunkBot.Lab.Switch;

/// <summary>How the switch between the three simulated systems is started.</summary>
public sealed record SipSwitchOptions
{
    /// <summary>Port for SIP over UDP and TCP; 0 looks for one that is free for both.</summary>
    public int Port { get; init; }

    public IPAddress Address { get; init; } = IPAddress.Loopback;

    public required ISbcView Sbc { get; init; }

    public required ICfsView Cfs { get; init; }

    public required ITwilioView Twilio { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The text of a lasting disturbance of the lab; null when it is off.</summary>
    public Func<string, string?> Conditions { get; init; } = static _ => null;

    /// <summary>Told of every call that is over: for Twilio's own record of it.</summary>
    public Action<Calls.CallRecord?> Ended { get; init; } = static _ => { };

    /// <summary>The call server's address on the core network, as the SBC's core adjacency has it for a signaling-peer.</summary>
    public IPAddress CfsAddress { get; init; } = IPAddress.Parse("10.20.0.20");

    /// <summary>The realm of the digest login.</summary>
    public string Realm { get; init; } = "cfs-1.lab.invalid";

    /// <summary>From INVITE to 180.</summary>
    public TimeSpan RingDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>From 180 to 200.</summary>
    public TimeSpan AnswerDelay { get; init; } = TimeSpan.FromMilliseconds(600);

    /// <summary>How long the call server waits for somebody who never answers. Real ones wait 32 s (RFC 3261 timer B); the lab's is short.</summary>
    public TimeSpan CfsTimer { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan AnnouncementLength { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan RecordingLength { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The test number hangs up after this.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is looked whether the adjacency of a call that is up still carries it.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>RFC 3261 T1: the first wait before a message is sent again over UDP.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>RFC 3261 T2: the longest wait between two of them.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);
}
