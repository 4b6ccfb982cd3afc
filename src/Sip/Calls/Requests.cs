using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip;

/// <summary>An OPTIONS probe.</summary>
public sealed record OptionsRequest
{
    /// <summary>The Request-URI, for example <c>sip:acme.pstn.umatilla.twilio.com</c>.</summary>
    public required SipUri Target { get; init; }

    /// <summary>Where to send it; null for the address of the target's host.</summary>
    public SipUri? OutboundProxy { get; init; }

    /// <summary>From; null for a URI at our own address.</summary>
    public SipUri? From { get; init; }

    /// <summary>Give up after this, however many servers the domain has; null waits for timer F (32 s) at each.</summary>
    public TimeSpan? Timeout { get; init; }
}

public enum OptionsState
{
    /// <summary>Any final response came, whatever its code.</summary>
    Up,

    /// <summary>None came in time, or the transport refused.</summary>
    Unreachable,

    /// <summary>Nothing was sent: the name was not found or the address is not allowed.</summary>
    Unchecked,
}

/// <param name="Status">Code of the final response, or null.</param>
/// <param name="RoundTripMilliseconds">First OPTIONS sent to final response, or null.</param>
/// <param name="Failure">Why not up, or null.</param>
public sealed record OptionsResult(
    OptionsState State, int? Status, string? Reason, double? RoundTripMilliseconds, SipFailure? Failure, IReadOnlyList<SipTraceLine> Trace)
{
    /// <summary>Reason header (RFC 3326) of the final response.</summary>
    public string? ReasonHeader { get; init; }

    /// <summary>X-Twilio-Error header of the final response.</summary>
    public string? TwilioError { get; init; }

    /// <summary>Who was asked last; null when nobody was.</summary>
    public IPEndPoint? Peer { get; init; }

    /// <summary>What the peer showed over TLS, also when it was refused.</summary>
    public SipTlsPeer? Tls { get; init; }

    /// <summary>Servers of the domain that were asked before.</summary>
    public IReadOnlyList<SkippedTarget> Skipped { get; init; } = [];
}

/// <summary>A REGISTER (RFC 3261 10), with digest when challenged.</summary>
public sealed record RegisterRequest
{
    /// <summary>The registrar's domain, for example <c>sip:cfs.example.net</c>: Request-URI and host of the address of record.</summary>
    public required SipUri Registrar { get; init; }

    /// <summary>User part of the address of record.</summary>
    public required string User { get; init; }

    /// <summary>Digest user and password; null registers without.</summary>
    public SipCredentials? Credentials { get; init; }

    /// <summary>Where to send it; null for the address of the registrar's host.</summary>
    public SipUri? OutboundProxy { get; init; }

    /// <summary>Wanted lifetime; zero takes the registration back.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromSeconds(300);

    public TimeSpan? Timeout { get; init; }
}

/// <param name="Registered">True after a 2xx.</param>
/// <param name="Expires">Lifetime that the registrar granted, or null when it did not say.</param>
/// <param name="RoundTripMilliseconds">Last REGISTER sent to its final response, or null.</param>
/// <param name="Failure">Why not registered, or null.</param>
public sealed record RegisterResult(
    bool Registered, int? Status, string? Reason, TimeSpan? Expires, double? RoundTripMilliseconds, SipFailure? Failure, IReadOnlyList<SipTraceLine> Trace)
{
    /// <summary>What the registrar showed over TLS, also when it was refused.</summary>
    public SipTlsPeer? Tls { get; init; }
}

/// <summary>How the media of a call is protected.</summary>
public enum MediaSecurity
{
    /// <summary>Plain RTP (RTP/AVP).</summary>
    None,

    /// <summary>SRTP with keys in the session description (RTP/SAVP, RFC 4568). Only as secret as the signalling is.</summary>
    Sdes,
}

/// <summary>A test call.</summary>
public sealed record CallRequest
{
    /// <summary>Request-URI and To, for example <c>sip:16504894546@cfs.example.net</c>. Numbers toward Twilio are E.164 with plus.</summary>
    public required SipUri Target { get; init; }

    public required SipUri From { get; init; }

    /// <summary>Where to send the INVITE; null for the address of the target's host. No Route header is added for it.</summary>
    public SipUri? OutboundProxy { get; init; }

    public SipCredentials? Credentials { get; init; }

    /// <summary>The codecs to offer, best first.</summary>
    public IReadOnlyList<AudioCodec> Codecs { get; init; } = [AudioCodec.Pcmu, AudioCodec.Pcma];

    /// <summary>From the answer until we hang up, at least; at most two minutes.</summary>
    public TimeSpan TalkTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How much longer to talk when by then too little of our own signal came back: a far end that answers slowly is no fault.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>From the first INVITE until we give up.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>True to make no offer: the far end makes it in its 200 (or in a reliable provisional response), and ours is the answer.</summary>
    public bool LateOffer { get; init; }

    /// <summary>True to call the contacts of a 3xx, as far as the allowed peers reach; otherwise it is reported alone.</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>What is offered, and demanded of the far end.</summary>
    public MediaSecurity Security { get; init; }

    /// <summary>Milliseconds per packet that we wish to get, and send where the far end wishes nothing else: 10 to 60, a multiple of 10.</summary>
    public int Ptime
    {
        get;
        init => field = IsPtime(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "10 to 60, a multiple of 10.");
    } = 20;

    /// <summary>True to ask the far end for extended reports (RTCP XR, RFC 3611). Who asks us for them gets them anyway.</summary>
    public bool ExtendedReports { get; init; }

    /// <summary>Keys to press once the call is answered (RFC 4733): 0 to 9, *, #, A to D. Each takes a quarter of a second.</summary>
    public string Digits
    {
        get;
        init => field = value.All(c => DtmfKeys.CodeOf(c) >= 0) ? value : throw new ArgumentException("0 to 9, *, #, A to D.", nameof(value));
    } = "";

    /// <summary>True keeps the whole call: what was heard and every packet of it.</summary>
    public bool Record { get; init; }

    /// <summary>True when the far end plays our voice back (1-650-4-TWILIO, an echo): then its absence is a finding.</summary>
    public bool ExpectEcho { get; init; } = true;

    /// <summary>An echo faster than this never left our side (the round trip of the SBC); null when not known, and then no hairpin is claimed.</summary>
    public TimeSpan? HairpinWithin { get; init; }

    internal static bool IsPtime(int milliseconds) => milliseconds is >= 10 and <= 60 && milliseconds % 10 == 0;

    /// <summary>The longest talk.</summary>
    internal TimeSpan Longest => TalkTime + Patience < TimeSpan.FromMinutes(2) ? TalkTime + Patience : TimeSpan.FromMinutes(2);

    /// <summary>The distinctive signal to send; null draws one, so that no other call's signal is taken for this one's.</summary>
    public TestSignal? Signal { get; init; }

    /// <summary>What the far end sends, where it is ours too: then its signal is listened for, and no echo of ours is expected. Give the ends different tones.</summary>
    public TestSignal? FarSignal { get; init; }
}
