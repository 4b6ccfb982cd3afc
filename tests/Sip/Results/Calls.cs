using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip.Tests.Results;

/// <summary>Results of calls that were never made.</summary>
internal static class Calls
{
    public static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 30, 0, TimeSpan.Zero);
    private static readonly IPEndPoint Far = IPEndPoint.Parse("192.0.2.9:5060");

    /// <summary>Nothing was measured.</summary>
    public static CallResult Empty { get; } = new()
    {
        Outcome = CallOutcome.TransportError,
        StartedAt = Start,
        Audio = AudioProof.NotMeasured("Audio was not measured: the call was not answered."),
        Failure = new SipFailure("sip-name-not-found", "No address was found for acme.example: check the name."),
        Trace = [],
    };

    /// <summary>Everything was measured.</summary>
    public static CallResult Full { get; } = new()
    {
        Outcome = CallOutcome.Answered,
        StartedAt = Start,
        FinalStatus = 200,
        FinalReason = "OK",
        ReasonHeader = "Q.850;cause=16",
        Warning = "399 h \"w\"",
        RetryAfter = "30",
        TwilioError = "32201 Source IP not in ACL",
        RedirectedTo = "<sip:elsewhere@192.0.2.1>",
        PostDialDelay = TimeSpan.FromMilliseconds(812.3456),
        EarlyMediaAfter = TimeSpan.FromMilliseconds(400),
        AnswerDelay = TimeSpan.FromMilliseconds(2_000),
        SessionDisconnectDelay = TimeSpan.FromMilliseconds(12.5),
        TalkTime = TimeSpan.FromSeconds(20),
        HungUpBy = HungUpBy.FarEnd,
        LocalSignalling = IPEndPoint.Parse("192.0.2.7:5070"),
        LocalMedia = IPEndPoint.Parse("192.0.2.7:40000"),
        RemoteSignalling = Far,
        SeenAs = IPEndPoint.Parse("203.0.113.1:1024"),
        RemoteContact = "sip:uas@192.0.2.9",
        RemoteMedia = IPEndPoint.Parse("192.0.2.9:6000"),
        FirstRtpFrom = IPEndPoint.Parse("192.0.2.9:6000"),
        FirstRtpAfter = TimeSpan.FromMilliseconds(450),
        Codec = AudioCodec.Pcma,
        Ptime = 20,
        PacketsSent = 1_000,
        MachineLate = TimeSpan.FromMilliseconds(3),
        PacketsReceived = 990,
        PacketsExpected = 1_000,
        PacketsLost = 11,
        PacketsDuplicate = 1,
        PacketsReordered = 2,
        Tls = new SipTlsPeer("TLS 1.3", "TLS_AES_256_GCM_SHA384", "CN=far.example", "CN=authority", ["far.example"], Start.AddDays(-1), Start.AddDays(30)),
        Skipped = [new SkippedTarget(IPEndPoint.Parse("192.0.2.8:5061"), new SipFailure("sip-timeout", "No answer from 192.0.2.8:5061."))],
        Srtp = SrtpSuite.AesCm128HmacSha1Tag32,
        SrtpPacketsRefused = 3,
        SrtpPacketsEarly = 2,
        ComfortNoisePackets = 0,
        DigitsReceived = [new DtmfDigit('#', TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), 3)],
        HoldTime = TimeSpan.Zero,
        JitterMilliseconds = 1.25,
        MaxJitterMilliseconds = 3.5,
        RoundTrip = TimeSpan.FromMilliseconds(80),
        FarEndPacketsReceived = 950,
        FarEndPacketsLost = 50,
        FarEndJitterMilliseconds = 2,
        RtcpReportsReceived = 4,
        FarEndMetrics = new VoipMetrics(5, 0.5) { RoundTripMilliseconds = 80, SignalLevelDbm0 = -12, R = 85, MosListening = 4.1, Concealment = LossConcealment.Standard, JitterBufferNominalMilliseconds = 40 },
        FarEndSummary = new StatisticsSummary(1_000, 2_000) { Lost = 50, Duplicates = 1, Jitter = new TransitDifferences(0, 8.5, 2, 1.25) },
        QualityHere = EModel.Estimate(11, 1_000, TimeSpan.FromMilliseconds(80)),
        QualityAtFarEnd = EModel.Estimate(50, 1_000, TimeSpan.FromMilliseconds(80)),
        Audio = new AudioProof
        {
            Verdict = AudioVerdict.TwoWay,
            Sentence = "Two-way audio: 98.4 % of our own signal came back, 85 ms after it was sent.",
            HeardOwnSignalPercent = 98.4,
            OwnSignalHeard = TimeSpan.FromSeconds(19),
            FirstHeardAfter = TimeSpan.FromMilliseconds(85),
            EchoDelay = TimeSpan.FromMilliseconds(85),
            LevelDbm0 = -12.4,
            TwistDecibels = -0.3,
            FarSignalHeard = TimeSpan.FromSeconds(2),
            HeardFarSignalPercent = 100,
            FarLevelDbm0 = -12,
            NonSilentPercent = 99,
            SilenceHeard = TimeSpan.FromMilliseconds(200),
            AnnouncementHeard = TimeSpan.FromSeconds(1),
            ToneHeard = TimeSpan.Zero,
            NoiseHeard = TimeSpan.Zero,
        },
        Failure = null,
        Trace =
        [
            Line(0, true, "INVITE sip:16504894546@192.0.2.9 SIP/2.0", "Call-ID: a\r\n\r\n"),
            Line(5, false, "SIP/2.0 100 Trying"),
            Line(812, false, "SIP/2.0 180 Ringing"),
            Line(2_000, false, "SIP/2.0 200 OK"),
            Line(2_001, true, "ACK sip:uas@192.0.2.9 SIP/2.0"),
            Line(22_000, false, "BYE sip:bot@192.0.2.7 SIP/2.0"),
            Line(22_001, true, "SIP/2.0 200 OK"),
        ],
    };

    public static SipTraceLine Line(int milliseconds, bool sent, string firstLine, string more = "\r\n", IPEndPoint? peer = null) =>
        new(Start.AddMilliseconds(milliseconds), sent, peer ?? Far, firstLine, firstLine + "\r\n" + more);
}
