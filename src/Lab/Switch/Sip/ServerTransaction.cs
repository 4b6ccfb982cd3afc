namespace TrunkBot.Lab.Switch.Sip;

/// <summary>One request and what was answered to it (RFC 3261 section 17.2). A repeated request gets the last answer again, and nothing when there is none.</summary>
internal sealed class ServerTransaction(SipLoop loop, SipArrival arrival, TimeSpan t1, TimeSpan t2) : IDisposable
{
    private readonly SipVia via = arrival.Message.Via.Stamped(arrival.Source);
    private byte[]? last;
    private Retransmission? retransmission;

    public SipMessage Request => arrival.Message;

    public SipArrival Arrival => arrival;

    /// <summary>The tag that this side adds to To, the same in every answer.</summary>
    public string Tag { get; } = SipIds.Tag();

    public bool IsFinal { get; private set; }

    public SipMessage Draft(int status, string phrase) => Request.Answer(status, phrase, status == 100 ? null : Tag, via);

    public void Send(int status, string phrase) => Send(Draft(status, phrase));

    public void Send(SipMessage answer)
    {
        last = answer.ToBytes();
        IsFinal = answer.Status >= 200;
        if (Request.Method == "INVITE" && answer.Status >= 300)
        {
            retransmission = new Retransmission(loop, Again, repeat: !arrival.Reliable, t1, t2, () => { });
        }
        else
        {
            Again();
        }
    }

    public void Again()
    {
        if (last is not null)
        {
            arrival.Send(arrival.Reliable ? arrival.Source : via.ReplyTo(arrival.Source), last);
        }
    }

    /// <summary>The caller has the refusal.</summary>
    public void Acknowledged() => Dispose();

    public void Dispose() => retransmission?.Dispose();
}
