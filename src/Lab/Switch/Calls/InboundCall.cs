using System.Globalization;
using TrunkBot.Lab.Switch.Media;
using TrunkBot.Lab.Switch.Sip;

namespace TrunkBot.Lab.Switch.Calls;

/// <summary>A call that Twilio brings to a number of a trunk.</summary>
/// <param name="To">E.164 with its plus.</param>
/// <param name="SipUrl">The trunk's origination URL.</param>
/// <param name="Domain">The trunk's termination domain, by which the switch knows who calls.</param>
/// <param name="Play">16-bit samples at 8 kHz that Twilio plays; null: it sends back what it hears.</param>
public sealed record InboundOffer(string To, string From, string SipUrl, string? Domain, short[]? Play, TimeSpan RingLimit, TimeSpan Limit)
{
    /// <summary>Twilio is asked to end the call.</summary>
    public CancellationToken End { get; init; }
}

/// <summary>How a call that Twilio brings stands, in its own words: ringing, in-progress, completed, busy, no-answer, failed.</summary>
/// <param name="Code">Why it failed, as the switch's log says it; null when it did not.</param>
public sealed record InboundProgress(string Status, string? Code);

/// <summary>One call to a registered subscriber, from the INVITE to its end: the client's side of RFC 3261 sections 13.2, 15 and 17.1.</summary>
internal sealed class InboundCall(
    SipLoop loop, SipSwitchOptions options, InboundOffer offer, Binding subscriber, int port, Action<InboundProgress> progress, Action<InboundCall> ended) : IAsyncDisposable
{
    private readonly string tag = SipIds.Tag();
    private readonly string branch = SipIds.Branch();
    private readonly List<IDisposable> timers = [];
    private readonly InboundSound sound = new(options.Address, offer.Play, SoundTrouble.Of(options.Conditions, mute: false), options.TimeProvider);
    private Retransmission? sending;
    private SipMessage? answer;
    private bool provisional;
    private bool over;
    private int sequence = 1;

    public string CallId { get; } = SipIds.Tag() + "@" + options.Realm;

    /// <summary>Ends when the sound's sockets and tasks are gone.</summary>
    public Task Finished { get; private set; } = Task.CompletedTask;

    public void Begin()
    {
        var invite = Request("INVITE", branch).Add("Contact", Contact).Add("Allow", SipSwitch.Allow).Add("Content-Type", "application/sdp");
        invite.Body = SdpOffer.Offer(sound.Local, options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
        Send(invite, () => End("no-answer", "subscriber-silent"));
        Later(offer.RingLimit, GiveUp);
        offer.End.Register(() => loop.Post(Stop));
    }

    private void Stop()
    {
        if (answer is null)
        {
            GiveUp();
        }
        else
        {
            HangUp("completed", null);
        }
    }

    /// <summary>A response to one of our requests.</summary>
    public void Take(SipMessage response)
    {
        switch (response.CSeq.Method, response.Status)
        {
            case ("INVITE", < 200) when !over:
                sending?.Dispose();
                provisional = true;
                if (response.Status == 180)
                {
                    progress(new("ringing", null));
                }

                break;
            case ("INVITE", < 300):
                Acknowledge(response, SipIds.Branch());
                if (!over && answer is null)
                {
                    Answered(response);
                }

                break;
            case ("INVITE", >= 300):
                Acknowledge(response, branch);
                End(response.Status switch { 486 or 600 => "busy", 408 or 480 or 487 => "no-answer", _ => "failed" }, string.Create(CultureInfo.InvariantCulture, $"subscriber-answered-{response.Status}"));
                break;
            case ("BYE", >= 200):
                sending?.Dispose();
                break;
        }
    }

    /// <summary>A request of the subscriber within the call.</summary>
    public void Take(ServerTransaction request)
    {
        if (request.Request.Method == "BYE")
        {
            request.Send(200, "OK");
            End("completed", null);
            return;
        }

        request.Send(488, "Not Acceptable Here");
    }

    public bool IsFor(SipMessage request) => request.CallId == CallId && request.To.Tag == tag;

    public async ValueTask DisposeAsync()
    {
        sending?.Dispose();
        End("completed", null);
        await Finished;
    }

    private string Contact => $"<sip:{offer.From.TrimStart('+')}@{options.Address}:{port}{(subscriber.Arrival.Reliable ? ";transport=tcp" : "")}>";

    private void Answered(SipMessage response)
    {
        answer = response;
        sending?.Dispose();
        if (SdpOffer.Parse(response.Body) is not { PayloadType: { } type, Protected: false } media)
        {
            HangUp("failed", "answer-unreadable");
            return;
        }

        sound.Start(media.Target, type);
        Later(offer.Limit, () => HangUp("completed", null));
        progress(new("in-progress", null));
    }

    private void GiveUp()
    {
        if (answer is not null || over)
        {
            return;
        }

        if (provisional)
        {
            var cancel = Request("CANCEL", branch);
            subscriber.Send(cancel.ToBytes());
        }

        // The subscriber answers the INVITE with 487, which is acknowledged; nobody waits for it.
        End("no-answer", "subscriber-did-not-answer");
    }

    private void HangUp(string status, string? code)
    {
        if (over)
        {
            return;
        }

        sequence++;
        var bye = Request("BYE", SipIds.Branch());
        End(status, code);
        Send(bye, () => { });
    }

    private void Acknowledge(SipMessage response, string ackBranch)
    {
        sending?.Dispose();
        var ack = Request("ACK", ackBranch, response["To"], number: 1);
        subscriber.Send(ack.ToBytes());
    }

    private SipMessage Request(string method, string viaBranch, string? to = null, int? number = null)
    {
        // In the dialog to the Contact of the answer, always over the way that the registration came: the lab talks to no address that somebody else names.
        var uri = answer is { } answered && method is "BYE" or "ACK" && SipAddress.Parse(answer?["Contact"]).Uri is { Length: > 0 } contact ? contact : subscriber.Uri;
        return new SipMessage { Method = method, RequestUri = uri }
            .Add("Via", $"SIP/2.0/{(subscriber.Arrival.Reliable ? "TCP" : "UDP")} {options.Address}:{port};rport;branch={viaBranch}")
            .Add("Max-Forwards", "70")
            .Add("From", $"<sip:{offer.From}@{options.Realm}>;tag={tag}")
            .Add("To", to ?? answer?["To"] ?? $"<sip:{offer.To}@{options.Realm}>")
            .Add("Call-ID", CallId)
            .Add("CSeq", string.Create(CultureInfo.InvariantCulture, $"{number ?? sequence} {method}"));
    }

    private void Send(SipMessage request, Action gaveUp)
    {
        var bytes = request.ToBytes();
        sending = new Retransmission(loop, () => subscriber.Send(bytes), repeat: !subscriber.Arrival.Reliable, options.T1, options.T2, gaveUp);
    }

    private void Later(TimeSpan delay, Action action) => timers.Add(loop.After(delay, action));

    private void End(string status, string? code)
    {
        if (over)
        {
            return;
        }

        over = true;
        sending?.Dispose();
        timers.ForEach(timer => timer.Dispose());
        Finished = sound.DisposeAsync().AsTask();
        progress(new(status, code));
        ended(this);
    }
}
