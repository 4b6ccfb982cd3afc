using System.Globalization;
using TrunkBot.Lab.Control;
using TrunkBot.Lab.Switch.Media;
using TrunkBot.Lab.Switch.Path;
using TrunkBot.Lab.Switch.Sip;

namespace TrunkBot.Lab.Switch.Calls;

/// <summary>One call, from the INVITE that was let in to its end: refusal, silence, or the test number that answers (RFC 3261 sections 13.3 and 15).</summary>
internal sealed class TestCall(SipLoop loop, SipSwitchOptions options, ServerTransaction invite, Judgement judgement, CallLog log, int record, int port, Action<TestCall> ended) : IAsyncDisposable
{
    private readonly TimeProvider time = options.TimeProvider;
    private readonly List<IDisposable> timers = [];
    private RecordAndPlay? sound;
    private Retransmission? answering;
    private Retransmission? leaving;
    private bool rang;
    private bool over;

    public string CallId => invite.Request.CallId;

    public string CallerTag { get; } = invite.Request.From.Tag ?? "";

    public string Tag => invite.Tag;

    /// <summary>Ends when the sound's sockets and tasks are gone.</summary>
    public Task Finished { get; private set; } = Task.CompletedTask;

    public bool IsFor(SipMessage message) => message.CallId == CallId && message.From.Tag == CallerTag && message.To.Tag == Tag;

    public bool IsFrom(ServerTransaction transaction) => ReferenceEquals(transaction, invite);

    public void Begin()
    {
        if (judgement.Silent)
        {
            // The far side drops the INVITE: nothing comes, until the call server gives up.
            Later(options.CfsTimer, () => Refuse(judgement));
        }
        else if (judgement.Passes)
        {
            var ring = options.RingDelay + (options.Conditions(Conditions.RingsLate) is { } seconds ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) : TimeSpan.Zero);
            Later(ring, Ring);
            Later(ring + options.AnswerDelay, Answer);
        }

        invite.Send(100, "Trying");
        if (!judgement.Silent && !judgement.Passes)
        {
            Refuse(judgement);
        }
    }

    public void Cancel()
    {
        if (!invite.IsFinal)
        {
            End("caller", 487);
            invite.Send(487, "Request Terminated");
        }
    }

    public void Acknowledge()
    {
        if (options.Conditions(Conditions.AcknowledgementsLost) is not null)
        {
            return;
        }

        answering?.Dispose();
        log.Change(record, entry => entry with { Acknowledged = true });
    }

    /// <summary>A re-INVITE: the same sound goes on, to where it asks for it now.</summary>
    public void Change(ServerTransaction transaction)
    {
        if (sound is null || SdpOffer.Parse(transaction.Request.Body) is not { PayloadType: { } type, Protected: false } offer || type != sound.PayloadType)
        {
            transaction.Send(488, "Not Acceptable Here");
            return;
        }

        sound.Redirect(offer.Target);
        answering?.Dispose();
        answering = new Retransmission(loop, WithSound(transaction), repeat: true, options.T1, options.T2, () => HangUp("switch"));
    }

    public void CallerHangsUp(ServerTransaction bye)
    {
        End("caller", null);
        bye.Send(200, "OK");
    }

    /// <summary>The answer to our BYE.</summary>
    public void Left() => leaving?.Dispose();

    public void HangUp(string by)
    {
        if (over)
        {
            return;
        }

        var bye = new SipMessage { Method = "BYE", RequestUri = SipAddress.Parse(invite.Request["Contact"]).Uri is { Length: > 0 } contact ? contact : invite.Request.From.Uri };
        bye.Add("Via", $"SIP/2.0/{(invite.Arrival.Reliable ? "TCP" : "UDP")} {options.Address}:{port};rport;branch={SipIds.Branch()}");
        foreach (var route in invite.Request.All("Record-Route"))
        {
            bye.Add("Route", route);
        }

        bye.Add("Max-Forwards", "70").Add("From", $"{invite.Request["To"]};tag={Tag}").Add("To", invite.Request["From"]!)
            .Add("Call-ID", CallId).Add("CSeq", "1 BYE");
        var bytes = bye.ToBytes();

        // To where the INVITE came from, not to the Contact: the lab talks to no address that somebody else names.
        End(by, null);
        leaving = new Retransmission(loop, () => invite.Arrival.Send(invite.Arrival.Source, bytes), repeat: !invite.Arrival.Reliable, options.T1, options.T2, () => { });
    }

    /// <summary>The switch stops: nothing more is sent.</summary>
    public async ValueTask DisposeAsync()
    {
        leaving?.Dispose();
        invite.Dispose();
        End("switch", null);
        await Finished;
    }

    private string Contact => $"<sip:{(judgement.CalledNumber ?? "test").TrimStart('+')}@{options.Address}:{port}{(invite.Arrival.Reliable ? ";transport=tcp" : "")}>";

    private void Ring()
    {
        if (!rang)
        {
            rang = true;
            log.Change(record, entry => entry with { RangAt = time.GetUtcNow() });
            invite.Send(invite.Draft(180, "Ringing").Add("Contact", Contact));
        }
    }

    private void Answer()
    {
        // After a stall of the machine both timers fire at once, in any order: the caller hears of the ringing first all the same.
        Ring();
        var offer = SdpOffer.Parse(invite.Request.Body);
        var codecs = options.Conditions(Conditions.FarEndCodecs);
        if (offer is not { PayloadType: not null, Protected: false } || codecs is not null)
        {
            Refuse(offer switch
            {
                null => new Judgement(488, "Not Acceptable Here", "offer-unreadable", "The INVITE carries no SDP offer with sound.", TwilioError: "32102 Bad SDP"),
                { Protected: true } => new Judgement(488, "Not Acceptable Here", "srtp-on-plain-trunk", "SRTP is offered and the trunk is not secure.", TwilioError: "32207 Secure media not accepted"),
                _ => new Judgement(415, "Unsupported Media Type", "no-common-codec", codecs is null ? "Neither PCMU nor PCMA is offered." : $"The called side speaks {codecs} alone."),
            });
            return;
        }

        sound = new RecordAndPlay(options.Address, offer, options.AnnouncementLength, options.RecordingLength, SoundTrouble.Of(options.Conditions, mute: !judgement.Media), time);
        sound.Start();
        log.Change(record, entry => entry with { FinalStatus = 200, AnsweredAt = time.GetUtcNow(), Codec = sound.PayloadType == 0 ? "PCMU" : "PCMA" });
        Later(options.LongestCall, () => HangUp("switch"));
        Later(options.Heartbeat, LookAtWay);
        answering = new Retransmission(loop, WithSound(invite), repeat: true, options.T1, options.T2, () => HangUp("switch"));
    }

    /// <summary>
    /// Ends the call when the adjacency that carries it is out of service or gone. Invented: what a Perimeta does with calls that are up then is not
    /// published; the hardest of the possible answers is the one to test against.
    /// </summary>
    private void LookAtWay()
    {
        if (judgement.Adjacency is { } adjacency && !options.Sbc.Read().Adjacencies.Any(a => a.Name == adjacency && a.Active))
        {
            HangUp("sbc");
            return;
        }

        Later(options.Heartbeat, LookAtWay);
    }

    /// <returns>What sends the 200, as often as it is called.</returns>
    private Action WithSound(ServerTransaction transaction)
    {
        var answer = transaction.Draft(200, "OK").Add("Contact", Contact).Add("Allow", SipSwitch.Allow).Add("X-Lab-Reason", $"{judgement.Code}; {judgement.Reason}")
            .Add("Content-Type", "application/sdp");
        answer.Body = SdpOffer.Answer(sound!.Local, sound.PayloadType, time.GetUtcNow().ToUnixTimeSeconds());
        return () => transaction.Send(answer);
    }

    private void Refuse(Judgement why)
    {
        if (why != judgement)
        {
            log.Change(record, entry => entry with { Judgement = why with { Adjacency = judgement.Adjacency, CalledNumber = judgement.CalledNumber } });
        }

        End(null, why.Status);
        invite.Send(SipSwitch.Explain(invite.Draft(why.Status, why.Phrase), why));
    }

    private void Later(TimeSpan delay, Action action) => timers.Add(loop.After(delay, action));

    /// <summary>Everything is written down before the message that tells of it goes out: who has read the message may read the log.</summary>
    private void End(string? by, int? status)
    {
        if (over)
        {
            return;
        }

        over = true;
        timers.ForEach(timer => timer.Dispose());
        answering?.Dispose();
        log.Change(record, entry => entry with
        {
            EndedAt = time.GetUtcNow(),
            EndedBy = by,
            FinalStatus = status ?? entry.FinalStatus,
            PacketsReceived = sound?.PacketsReceived,
            PacketsSent = sound?.PacketsSent,
            PacketsRecorded = sound?.PacketsRecorded,
        });
        options.Ended(log.Find(record));
        Finished = sound?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        ended(this);
    }
}

