using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics;

/// <summary>Probes a trunk with SIP. Implemented by the Sip room.</summary>
public interface ITrunkProbe
{
    /// <summary>One OPTIONS to each edge's termination host, in the order of the intent's edges.</summary>
    Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken);

    /// <summary>What the DNS says of each edge's termination host, in the order of the intent's edges. Empty where the site's names are not this machine's to look up.</summary>
    Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken);

    /// <summary>One test call, with audio proof. What keeps it from being placed is in the result.</summary>
    Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken);
}

public static class TrunkProbes
{
    /// <summary>The usual test call: from the site's on-switch subscriber to the trunk's test number.</summary>
    public static Task<TestCall> CallAsync(this ITrunkProbe probe, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
        probe.CallAsync(TestCallOrder.ThroughSwitch, intent, site, cancellationToken);
}

/// <summary>What an OPTIONS probe can say (sip.md section 2).</summary>
public enum ProbeState
{
    /// <summary>A final response came, whatever its code.</summary>
    Up,

    /// <summary>None within timer F, or a transport error.</summary>
    Unreachable,

    /// <summary>Not asked: not configured, rate limit, inbound only.</summary>
    Unchecked,
}

/// <param name="Edge">Edge name.</param>
/// <param name="Host">Termination host that was asked.</param>
/// <param name="Status">SIP status of the final response; null when none came.</param>
/// <param name="RoundTripMilliseconds">null when not measured.</param>
/// <param name="Detail">Reason phrase with the Reason and X-Twilio-Error headers of the final response, or why there was none.</param>
public sealed record EdgeProbe(string Edge, string Host, ProbeState State, int? Status, double? RoundTripMilliseconds, Sentence Detail)
{
    /// <summary>Finding code where the probe knows more than the state says, such as <c>edge-name-not-found</c>, or <c>edge-certificate-expires</c> of an edge that answers; else null.</summary>
    public string? Code { get; init; }

    /// <summary>Of an edge that was not asked now: what it said when it was asked last; null when that is not known.</summary>
    public ProbeState? LastKnown { get; init; }

    /// <summary>Status and detail as they are read together.</summary>
    public Sentence Said => Status is not { } status ? Detail : Detail.IsEmpty ? Sentence.Of($"{status}") : $"{status} {Detail}";

    /// <summary>True when the edge answers and says no: it is there, and it does not serve us.</summary>
    public bool Refuses => State == ProbeState.Up && Status is not (>= 200 and < 300);

    /// <summary>True when the edge serves us, by a certificate that will not be good for long; <see cref="Code"/> says whose.</summary>
    public bool IsExpiring => State == ProbeState.Up && !Refuses && Code is not null;

    /// <summary>Of an edge that was asked.</summary>
    public HealthState Health => State == ProbeState.Unreachable ? HealthState.Failed : Refuses || IsExpiring ? HealthState.Attention : HealthState.Ok;
}

/// <param name="Edge">Edge name.</param>
/// <param name="Host">Termination host that was looked up.</param>
/// <param name="Addresses">A records; empty when the name is not found.</param>
/// <param name="Problem">Why nothing is known: the DNS did not answer. Null when it did.</param>
public sealed record EdgeAddresses(string Edge, string Host, IReadOnlyList<IPAddress> Addresses, Sentence? Problem);

public enum CallOutcome
{
    Answered,
    Rejected,
    Busy,
    NoAnswer,
    Timeout,
    TransportError,
    Cancelled,

    /// <summary>A rule of the site, a missing setting or a registration that failed stood against it; the call was not placed.</summary>
    NotPlaced,
}

/// <summary>What is proven about the audio of a call (sip.md section 4).</summary>
public enum AudioVerdict
{
    /// <summary>Our own signal came back: both ways work.</summary>
    TwoWay,

    /// <summary>The far end was heard, our own signal never came back.</summary>
    OneWayOut,

    /// <summary>The far end's receiver reports count our packets, and nothing was heard of it.</summary>
    OneWayIn,

    /// <summary>Our own signal came back, but for too short a time to prove a conversation.</summary>
    BrokenOff,

    /// <summary>Packets came, nothing was heard in them, or no packets at all.</summary>
    None,

    /// <summary>Our own signal came back so fast that it never left our side.</summary>
    Hairpin,

    /// <summary>No call, no verdict.</summary>
    NotMeasured,
}

/// <summary>What a test call measured. Unmeasured is null. Names follow RFC 6076.</summary>
public sealed record TestCall
{
    public required string To { get; init; }

    public CallRoute Route { get; init; }

    /// <summary>The edge that a direct call went to; null for other calls: which edge took them is not known.</summary>
    public string? Edge { get; init; }

    /// <summary>The calling number, as it stood in From; null when no call was placed.</summary>
    public string? From { get; init; }

    /// <summary>Our own address and port as the far end saw them (Via received and rport, RFC 3581); null when it did not say.</summary>
    public string? SeenAs { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required CallOutcome Outcome { get; init; }

    public int? FinalStatus { get; init; }

    /// <summary>Why the call did not go as asked, such as <c>sip-no-common-codec</c>; null when it did. Also an answered call may have one.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Reason phrase, Reason, Warning and X-Twilio-Error headers of the final response, joined.</summary>
    public string? Reason { get; init; }

    public double? PostDialDelayMilliseconds { get; init; }

    public double? AnswerDelayMilliseconds { get; init; }

    public double? SessionDisconnectDelayMilliseconds { get; init; }

    /// <summary>How often the 2xx to the INVITE came again after it had been acknowledged: the ACK does not get there (RFC 3261 section 13.3.1.4).</summary>
    public int? AnswersRepeated { get; init; }

    public string? Codec { get; init; }

    public int? PacketsSent { get; init; }

    public int? PacketsReceived { get; init; }

    /// <summary>Lost on the way to us, RFC 3550 A.3.</summary>
    public int? PacketsLost { get; init; }

    /// <summary>Lost on the way to the far end, from its RTCP receiver reports; null when it sent none.</summary>
    public int? PacketsLostFarEnd { get; init; }

    /// <summary>Packets of ours that the far end got, from its RTCP receiver reports; null when it sent none.</summary>
    public int? PacketsReceivedFarEnd { get; init; }

    public int? PacketsDuplicate { get; init; }

    public int? PacketsReordered { get; init; }

    public double? JitterMilliseconds { get; init; }

    /// <summary>Jitter of what we sent, from the far end's RTCP receiver reports.</summary>
    public double? JitterFarEndMilliseconds { get; init; }

    /// <summary>Of RTCP.</summary>
    public double? RoundTripMilliseconds { get; init; }

    /// <summary>
    /// Estimated quality of what came to us, 1 to 4.41, by the E-model (ITU-T G.107) from loss and half of the round trip, for a phone that conceals lost
    /// packets; null when one of the two was not measured. Nobody heard it: it stands for no audio.
    /// </summary>
    public double? MosEstimated { get; init; }

    /// <summary>Input of the estimate: packets lost, 0 to 100.</summary>
    public double? MosLossPercent { get; init; }

    /// <summary>Input of the estimate: half of the RTCP round trip.</summary>
    public double? MosOneWayDelayMilliseconds { get; init; }

    /// <summary>The same for a listener who hears the gaps.</summary>
    public double? MosEstimatedWithoutConcealment { get; init; }

    /// <summary>The same of what the far end got, with concealment, from its RTCP receiver reports.</summary>
    public double? MosEstimatedFarEnd { get; init; }

    /// <summary>Listening quality that the far end itself reports of what it got (RTCP XR, RFC 3611 4.7), 1 to 5; null: it reported none.</summary>
    public double? MosReportedFarEnd { get; init; }

    /// <summary>Share (0 to 100) of our own signal that came back, of the stretch in which it could have.</summary>
    public double? HeardOwnSignalPercent { get; init; }

    /// <summary>How much of our own signal came back, in seconds: a share of a short piece proves little.</summary>
    public double? OwnSignalHeardSeconds { get; init; }

    public double? EchoDelayMilliseconds { get; init; }

    /// <summary>Level of our own signal as it came back; it was sent at -12 dBm0.</summary>
    public double? LevelDbm0 { get; init; }

    /// <summary>How much of the far end's own signal was heard, where the far end plays one; null where it does not.</summary>
    public double? FarSignalHeardSeconds { get; init; }

    /// <summary>Share (0 to 100) of the received time that held any sound; null when nothing was received.</summary>
    public double? NonSilentPercent { get; init; }

    /// <summary>How long a voice or music was heard that is not our signal.</summary>
    public double? AnnouncementHeardSeconds { get; init; }

    /// <summary>How long a steady tone was heard that is not our signal.</summary>
    public double? ToneHeardSeconds { get; init; }

    /// <summary>How long noise was heard, which stands for nobody.</summary>
    public double? NoiseHeardSeconds { get; init; }

    public required AudioVerdict Audio { get; init; }

    /// <summary>"us" or "far end"; null when the call was not answered.</summary>
    public string? HungUpBy { get; init; }

    /// <summary>The verdict in one sentence.</summary>
    public required Sentence Sentence { get; init; }

    /// <summary>First line of every SIP message with time and direction; no credentials.</summary>
    public IReadOnlyList<string> Ladder { get; init; } = [];

    /// <summary>On whose behalf it was placed; null when that is not known.</summary>
    public CallOrigin? Origin { get; init; }

    /// <summary>What the carrier measured of it, looked up later; null when it was not looked for to the end.</summary>
    public CallInsights? Carrier { get; init; }

    /// <summary>A call that was not made.</summary>
    /// <param name="why">The rest of "The test call was not placed: ".</param>
    public static TestCall NotPlaced(TestCallOrder order, string to, DateTimeOffset at, string? code, Sentence why) => new()
    {
        To = to,
        Route = order.Route,
        Edge = order.Edge?.Name,
        StartedAt = at,
        Outcome = CallOutcome.NotPlaced,
        FailureCode = code,
        Audio = AudioVerdict.NotMeasured,
        Sentence = $"The test call was not placed: {why}",
    };

    /// <summary>What the call left to look at and to listen to. Not kept.</summary>
    [JsonIgnore]
    public IReadOnlyList<CallFile> Files { get; init; } = [];

    /// <summary>What a file of the call is called where it lies among those of other calls: trunk, time (UTC), edge of a direct call, content.</summary>
    public string NameOf(CallFile file, string trunk) =>
        string.Join('-', new[] { trunk, StartedAt.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture), Edge, file.Name }.OfType<string>());

    /// <summary>The call was set up as asked, and either our own signal came back, or that of a far end that plays one was heard (its hearing us is not asked for then).</summary>
    [JsonIgnore]
    public bool Passed => Outcome == CallOutcome.Answered && FailureCode is null && (Audio == AudioVerdict.TwoWay || FarSignalHeardSeconds >= SignalEnoughSeconds);

    /// <summary>Less of a signal than this proves no conversation.</summary>
    private const double SignalEnoughSeconds = 1.5;
}

/// <summary>A file of a test call.</summary>
/// <param name="Name">What it holds, with its extension, such as <c>heard.wav</c>.</param>
public sealed record CallFile(string Name, string MediaType, byte[] Content);
