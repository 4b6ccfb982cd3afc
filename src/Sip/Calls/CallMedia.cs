using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Sdp;

namespace TrunkBot.Sip;

/// <summary>The media of one call: our offer, the far end's answer, the signal that is sent and the RTP session under it.</summary>
internal sealed class CallMedia(CallRequest request, IPAddress shown, IPAddress local, TimeProvider time) : IAsyncDisposable
{
    private const string SecureProfile = "RTP/SAVP";
    private readonly RtpSession _rtp = new(
        local, time, request.RingTimeout + request.Longest + TimeSpan.FromSeconds(5), request.Record ? new MediaCapture() : null, request.Security == MediaSecurity.Sdes);
    private readonly TonePairSignal _signal = new(request.Signal ?? TestSignal.Draw());
    private readonly TonePairSignal? _farSignal = request.FarSignal is { } far ? new TonePairSignal(far) : null;
    private readonly long _sessionId = time.GetUtcNow().ToUnixTimeSeconds();
    private int _version = 1;
    private int? _telephoneEvent = 101;
    private IReadOnlyList<AudioCodec> _codecs = request.Codecs;
    private IReadOnlyList<SdpCrypto> _cryptos = request.Security == MediaSecurity.Sdes
        ? [new(1, SrtpSuite.AesCm128HmacSha1Tag80, MasterKey.Draw()), new(2, SrtpSuite.AesCm128HmacSha1Tag32, MasterKey.Draw())]
        : [];

    private SdpExtendedReports? _extendedReports = request.ExtendedReports ? SdpExtendedReports.Known : null;

    /// <summary>Where the far end wants media; null as long as it did not say.</summary>
    public IPEndPoint? Remote { get; private set; }

    /// <summary>Where our media goes out and comes in.</summary>
    public IPEndPoint Local => new(local, _rtp.Port);

    public byte[] Offer() => Write(SdpDirection.SendRecv);

    /// <summary>Takes the far end's description and starts to send at once: some far ends send nothing until they receive.</summary>
    /// <returns>Why there can be no audio, or null.</returns>
    public SipFailure? Take(SdpAudio answer)
    {
        var common = answer.Codecs.Where(_codecs.Contains).ToList();
        if (answer.Port == 0 || common.Count == 0)
        {
            return new SipFailure("sip-no-common-codec", "The far end answered without PCMU or PCMA: allow one of them on the trunk or the switch.");
        }

        SrtpKeys? keys = null;
        if (request.Security == MediaSecurity.Sdes)
        {
            if (answer.Profile != SecureProfile)
            {
                return new SipFailure("sip-srtp-refused", "The far end answered without SRTP though it was asked for: turn secure media on at its side, or test without.");
            }

            // What it took of ours has the tag and the suite of one of our lines.
            var (ours, theirs) = _cryptos.SelectMany(o => answer.Cryptos.Where(t => t.Tag == o.Tag && t.Suite == o.Suite).Select(t => (o, t))).FirstOrDefault();
            if (ours is null)
            {
                return new SipFailure("sip-srtp-no-common-suite", "The far end answered with SRTP but with no key of a suite that it was offered (AES_CM_128_HMAC_SHA1_80 or _32): allow one of them at its side.");
            }

            _cryptos = [ours];
            keys = new SrtpKeys(ours.Key, theirs.Key, ours.Suite);
        }
        else if (answer.Profile != "RTP/AVP")
        {
            return new SipFailure("sip-media-profile-unsupported", "The far end demands a media profile other than RTP/AVP: place the call with SRTP, or turn off secure media for this test.");
        }

        Remote = answer.EndPoint;
        _codecs = common;
        _rtp.Send(
            new MediaDestination(answer.IsHold ? null : answer.EndPoint, answer.RtcpEndPoint, common[0])
            {
                Ptime = answer.Ptime is { } ptime && CallRequest.IsPtime(ptime) ? ptime : request.Ptime,
                EventsOut = answer.TelephoneEvent,
                EventsIn = _telephoneEvent,
                Srtp = keys,
                ExtendedReports = answer.ExtendedReports,
            },
            _signal.Frame);
        return null;
    }

    /// <summary>Our answer to a description that the far end sends within the call, or our offer when it sent none (RFC 3261 14.2). Null when its offer cannot be met.</summary>
    public byte[]? Answer(SdpAudio? offer)
    {
        if (offer is not null)
        {
            // An answer repeats the offer's payload type, and has no events where the offer has none (RFC 3264 6.1).
            _telephoneEvent = offer.TelephoneEvent;

            // Who asks for extended reports understands ours; the round trip is measured by both or by none (RFC 3611 5.2).
            _extendedReports = offer.ExtendedReports is { } wanted ? SdpExtendedReports.Known with { RoundTrip = wanted.RoundTrip } : null;

            // Of the keys we answer with one, under the tag of the line that we take; a suite that stays keeps our key (RFC 4568 7.1.4).
            if (request.Security == MediaSecurity.Sdes && offer.Cryptos.Count > 0)
            {
                var taken = offer.Cryptos[0];
                _cryptos = [new SdpCrypto(taken.Tag, taken.Suite, _cryptos.FirstOrDefault(c => c.Suite == taken.Suite)?.Key ?? MasterKey.Draw())];
            }

            if (Take(offer) is not null)
            {
                return null;
            }
        }

        _version++;
        return Write(offer?.Direction switch
        {
            SdpDirection.SendOnly => SdpDirection.RecvOnly,
            SdpDirection.RecvOnly => SdpDirection.SendOnly,
            SdpDirection.Inactive => SdpDirection.Inactive,
            _ => SdpDirection.SendRecv,
        });
    }

    /// <summary>Presses the keys that were asked for.</summary>
    /// <returns>Why they were not pressed, or null.</returns>
    public SipFailure? Press() => request.Digits.Length == 0 || _rtp.Press(request.Digits)
        ? null
        : new SipFailure("sip-dtmf-unsupported", "The far end takes no telephone events (RFC 4733), so no key was pressed: allow them on the trunk or the switch.");

    /// <summary>True when so much of our own signal came back already that there is no need to go on.</summary>
    public bool HeardEnough() => AudioJudge.HeardEnough(_signal, _rtp.Now(), _farSignal);

    /// <summary>Stops sending and receiving.</summary>
    public Task<MediaReport> StopAsync() => _rtp.StopAsync();

    /// <summary>Judges what was heard. Takes some milliseconds per second of call: hang up first.</summary>
    public AudioProof Judge(MediaReport report) => AudioJudge.Judge(_signal, report, request.ExpectEcho, request.HairpinWithin, _farSignal);

    public ValueTask DisposeAsync() => _rtp.DisposeAsync();

    private byte[] Write(SdpDirection direction) => new LocalAudio
    {
        Address = shown,
        Port = _rtp.Port,
        Codecs = _codecs,
        SessionId = _sessionId,
        Version = _version,
        TelephoneEvent = _telephoneEvent,
        Ptime = request.Ptime,
        Direction = direction,
        Cryptos = _cryptos,
        ExtendedReports = _extendedReports,
    }.ToBytes();
}
