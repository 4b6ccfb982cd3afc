using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>What is noted while a call runs, and the result made from it.</summary>
internal sealed class CallNotes(TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private long? _ringingAt;
    private long? _earlyMediaAt;
    private long? _answeredAt;
    private long? _endedAt;
    private HungUpBy? _hungUpBy;
    private string? _byeReason;
    private string? _byeTwilioError;
    private string? _redirectedTo;
    private ResponseReceived? _final;

    public long? InvitedAt { get; set; }

    public TimeSpan? DisconnectDelay { get; set; }

    public IPEndPoint? LocalSignalling { get; set; }

    public IPEndPoint? LocalMedia { get; set; }

    public IPEndPoint? RemoteMedia { get; set; }

    public MediaReport? Media { get; set; }

    public AudioProof? Audio { get; set; }

    public void Take(InviteAttempt attempt)
    {
        _ringingAt ??= attempt.RingingAt;
        _earlyMediaAt ??= attempt.EarlyMediaAt;
    }

    public void Take(ResponseReceived final)
    {
        _final = final;
        _redirectedTo ??= final.Response.StatusCode is >= 300 and < 400 ? final.Response.Headers["Contact"] : null;
        if (final.Response.StatusCode < 300)
        {
            _answeredAt = final.Timestamp;
        }
    }

    /// <summary>We answered a call to us.</summary>
    public void Answered(long at) => _answeredAt = at;

    public void Ended(HungUpBy by, long at, SipMessage? bye)
    {
        _hungUpBy = by;
        _endedAt = at;
        _byeReason = bye?.Headers["Reason"];
        _byeTwilioError = bye?.Headers["X-Twilio-Error"];
    }

    public static CallOutcome OutcomeOf(int status) => status switch
    {
        486 or 600 => CallOutcome.Busy,
        408 => CallOutcome.Timeout,
        _ => CallOutcome.Rejected,
    };

    public static SipFailure Rejection(SipMessage response) => response.StatusCode switch
    {
        486 or 600 => new SipFailure("sip-busy", "The far end is busy: try again later or dial another number."),
        408 => new SipFailure("sip-timeout", "A server on the way waited in vain for the next one (408): check what lies behind the answering hop."),
        >= 300 and < 400 => new SipFailure("sip-redirected", "The far end redirected the call, and that was not followed or led nowhere: call the address in its Contact directly if it is right."),
        var status => new SipFailure("sip-rejected", $"The far end rejected the call with {status}: its reason, Warning and X-Twilio-Error say why."),
    };

    public CallResult Result(CallOutcome outcome, SipFailure? failure, SipTrace trace)
    {
        var response = _final?.Response;
        var heard = Media?.Received > 0;
        return new CallResult
        {
            Outcome = outcome,
            StartedAt = _startedAt,
            FinalStatus = response?.StatusCode,
            FinalReason = response?.ReasonPhrase,
            ReasonHeader = _byeReason ?? response?.Headers["Reason"],
            Warning = response?.Headers["Warning"],
            RetryAfter = response?.Headers["Retry-After"],
            TwilioError = _byeTwilioError ?? response?.Headers["X-Twilio-Error"],
            RedirectedTo = _redirectedTo,
            PostDialDelay = Since(InvitedAt, _ringingAt),
            EarlyMediaAfter = Since(InvitedAt, _earlyMediaAt),
            AnswerDelay = Since(InvitedAt, _answeredAt),
            SessionDisconnectDelay = DisconnectDelay,
            TalkTime = Since(_answeredAt, _endedAt),
            HungUpBy = _hungUpBy,
            LocalSignalling = LocalSignalling,
            LocalMedia = LocalMedia,
            RemoteSignalling = _final?.Source,
            SeenAs = response?.TopVia is { } via && (via.Received is not null || via.ReceivedPort is not null) ? SeenAs(via) : null,
            RemoteContact = response?.StatusCode < 300 ? response.ContactUri?.ToString() : null,
            RemoteMedia = RemoteMedia,
            FirstRtpFrom = Media?.FirstPacketFrom,
            FirstRtpAfter = Media?.FirstPacketAfter,
            Codec = Media?.Codec,
            Ptime = Media?.Ptime,
            PacketsSent = Media?.PacketsSent,
            MachineLate = Media?.MachineLate,
            PacketsReceived = Media?.Received,
            PacketsExpected = Media?.Expected,
            PacketsLost = Media?.Lost,
            PacketsDuplicate = Media?.Duplicates,
            PacketsReordered = Media?.Reordered,
            Srtp = Media?.Srtp,
            SrtpPacketsRefused = Media?.Refused,
            SrtpPacketsEarly = Media?.Early,
            ComfortNoisePackets = Media?.ComfortNoisePackets,
            DigitsReceived = Media?.Digits,
            HoldTime = Media?.Held,
            JitterMilliseconds = heard ? Round(Media?.MeanJitterMilliseconds) : null,
            MaxJitterMilliseconds = heard ? Round(Media?.MaxJitterMilliseconds) : null,
            RoundTrip = Media?.FarEnd.RoundTrip,
            FarEndPacketsReceived = Media?.FarEnd.PacketsReceived,
            FarEndPacketsLost = Media?.FarEnd.PacketsLost,
            FarEndJitterMilliseconds = Round(Media?.FarEnd.JitterMilliseconds),
            RtcpReportsReceived = Media?.FarEnd.ReportsReceived,
            FarEndMetrics = Media?.FarEnd.Metrics,
            FarEndSummary = Media?.FarEnd.Summary,
            QualityHere = EModel.Estimate(Media?.Lost, Media?.Expected, Media?.FarEnd.RoundTrip),
            QualityAtFarEnd = EModel.Estimate(
                Media?.FarEnd.PacketsLost, Media?.FarEnd.PacketsLost + Media?.FarEnd.PacketsReceived, Media?.FarEnd.RoundTrip),
            Audio = Audio ?? AudioProof.NotMeasured("Audio was not measured: the call was not answered."),
            Failure = failure,
            Recording = Media?.Packets is { } packets ? new CallRecording(Media.Audio, packets) : null,
            Trace = trace.Lines(),
        };
    }

    private static IPEndPoint SeenAs(SipVia via) =>
        new(via.Received ?? (IPAddress.TryParse(via.Host, out var host) ? host : IPAddress.None), via.ReceivedPort ?? via.Port ?? 5060);

    private static double? Round(double? value) => value is null ? null : Math.Round(value.Value, 3);

    private TimeSpan? Since(long? from, long? to) => from is null || to is null ? null : time.GetElapsedTime(from.Value, to.Value);
}
