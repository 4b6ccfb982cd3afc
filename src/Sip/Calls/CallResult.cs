using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip;

public enum CallOutcome
{
    /// <summary>A 2xx came and was acknowledged.</summary>
    Answered,

    /// <summary>A final response other than busy; the status says which. Also a 3xx that was not followed.</summary>
    Rejected,

    /// <summary>486 or 600.</summary>
    Busy,

    /// <summary>It rang, and we gave up after the ring timeout.</summary>
    NoAnswer,

    /// <summary>No answer to the INVITE, or nothing after 100, or 408.</summary>
    Timeout,

    /// <summary>The name was not found, the address is not allowed, or the transport refused.</summary>
    TransportError,

    /// <summary>The caller of this API gave up.</summary>
    Cancelled,
}

/// <summary>Whose BYE came first.</summary>
public enum HungUpBy
{
    Us,
    FarEnd,
}

/// <summary>
/// What a test call measured. Names follow RFC 6076 where it has one. Null is "not measured", never 0.
/// </summary>
public sealed record CallResult
{
    public required CallOutcome Outcome { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Status of the last response to INVITE, or null when there was none.</summary>
    public int? FinalStatus { get; init; }

    public string? FinalReason { get; init; }

    /// <summary>Reason header (RFC 3326) of the final response, or of the far end's BYE.</summary>
    public string? ReasonHeader { get; init; }

    public string? Warning { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>X-Twilio-Error header of the final response, or of the far end's BYE; for example <c>32201 ...</c>.</summary>
    public string? TwilioError { get; init; }

    /// <summary>Contact of the first 3xx, whether it was followed or not.</summary>
    public string? RedirectedTo { get; init; }

    /// <summary>Successful session request delay: first INVITE sent to first 180; null when none came (100 and 183 do not count).</summary>
    public TimeSpan? PostDialDelay { get; init; }

    /// <summary>First INVITE sent to the first response with a session description before the answer, or null.</summary>
    public TimeSpan? EarlyMediaAfter { get; init; }

    /// <summary>First INVITE sent to 200.</summary>
    public TimeSpan? AnswerDelay { get; init; }

    /// <summary>Our BYE sent to its 2xx; null when the far end hung up or did not answer the BYE.</summary>
    public TimeSpan? SessionDisconnectDelay { get; init; }

    /// <summary>From the answer to the first BYE.</summary>
    public TimeSpan? TalkTime { get; init; }

    public HungUpBy? HungUpBy { get; init; }

    /// <summary>Our own SIP address and port; null when nothing was sent.</summary>
    public IPEndPoint? LocalSignalling { get; init; }

    /// <summary>Our own RTP address and port; null when the call came to no offer.</summary>
    public IPEndPoint? LocalMedia { get; init; }

    /// <summary>Where the final response came from.</summary>
    public IPEndPoint? RemoteSignalling { get; init; }

    /// <summary>What the server showed over TLS, also when it was refused.</summary>
    public SipTlsPeer? Tls { get; init; }

    /// <summary>Servers of the domain that were tried before.</summary>
    public IReadOnlyList<SkippedTarget> Skipped { get; init; } = [];

    /// <summary>Our own address as the peer saw it (Via received and rport); null when it did not say.</summary>
    public IPEndPoint? SeenAs { get; init; }

    public string? RemoteContact { get; init; }

    /// <summary>Where the far end's session description wants media.</summary>
    public IPEndPoint? RemoteMedia { get; init; }

    /// <summary>Where the first RTP packet came from.</summary>
    public IPEndPoint? FirstRtpFrom { get; init; }

    /// <summary>From the INVITE that was answered, or the offer before it, to the first RTP packet.</summary>
    public TimeSpan? FirstRtpAfter { get; init; }

    /// <summary>The codec that arrived; null when no audio did.</summary>
    public AudioCodec? Codec { get; init; }

    /// <summary>Milliseconds per packet that arrived.</summary>
    public int? Ptime { get; init; }

    /// <summary>Packets that went out.</summary>
    public int? PacketsSent { get; init; }

    /// <summary>The longest time by which this machine was late to send or to receive media: above 200 ms it may itself be the reason of bad audio.</summary>
    public TimeSpan? MachineLate { get; init; }

    public long? PacketsReceived { get; init; }

    public long? PacketsExpected { get; init; }

    public long? PacketsLost { get; init; }

    public long? PacketsDuplicate { get; init; }

    public long? PacketsReordered { get; init; }

    /// <summary>The suite that protected the media; null for plain RTP.</summary>
    public SrtpSuite? Srtp { get; init; }

    /// <summary>SRTP packets that were refused because they were not genuine or came twice; null for plain RTP.</summary>
    public long? SrtpPacketsRefused { get; init; }

    /// <summary>SRTP packets that came before the answer with their key, and could not be read; null for plain RTP.</summary>
    public long? SrtpPacketsEarly { get; init; }

    /// <summary>Packets of comfort noise (RFC 3389): silence described, not lost.</summary>
    public long? ComfortNoisePackets { get; init; }

    /// <summary>Keys that the far end pressed (RFC 4733); null when the call had no media.</summary>
    public IReadOnlyList<DtmfDigit>? DigitsReceived { get; init; }

    /// <summary>How long the far end held the call: it wanted no media from us. Null when the call had no media.</summary>
    public TimeSpan? HoldTime { get; init; }

    /// <summary>Mean interarrival jitter (RFC 3550 A.8).</summary>
    public double? JitterMilliseconds { get; init; }

    public double? MaxJitterMilliseconds { get; init; }

    /// <summary>RTCP round trip (RFC 3550 6.4.1), the quickest that was measured; null when the far end sent no report of what we sent.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Packets of ours that the far end got, as its last RTCP report says.</summary>
    public long? FarEndPacketsReceived { get; init; }

    /// <summary>Packets of ours that the far end lost, as its last RTCP report says.</summary>
    public long? FarEndPacketsLost { get; init; }

    /// <summary>Interarrival jitter that the far end reports, mean of its reports.</summary>
    public double? FarEndJitterMilliseconds { get; init; }

    /// <summary>RTCP packets that the far end sent; null when the call had no media.</summary>
    public int? RtcpReportsReceived { get; init; }

    /// <summary>The call as the far end has it, by its own extended reports (RTCP XR, RFC 3611 4.7); null: it sent none about us.</summary>
    public VoipMetrics? FarEndMetrics { get; init; }

    /// <summary>What the far end counted of our packets, by its own extended reports (RTCP XR, RFC 3611 4.6); null: it sent none about us.</summary>
    public StatisticsSummary? FarEndSummary { get; init; }

    /// <summary>Estimated quality of what we got; null as long as loss or round trip is not measured.</summary>
    public QualityEstimate? QualityHere { get; init; }

    /// <summary>Estimated quality of what the far end got, by its own reports.</summary>
    public QualityEstimate? QualityAtFarEnd { get; init; }

    public required AudioProof Audio { get; init; }

    /// <summary>What was heard and every packet; null unless the request asked for it and there was media.</summary>
    public CallRecording? Recording { get; init; }

    /// <summary>Why the call did not go as asked, or null.</summary>
    public SipFailure? Failure { get; init; }

    /// <summary>Every message of the call; credentials are struck out.</summary>
    public required IReadOnlyList<SipTraceLine> Trace { get; init; }
}
