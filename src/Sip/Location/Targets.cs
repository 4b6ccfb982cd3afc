using System.Net;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Location;

/// <summary>A server that was tried before the one that answered, and why it did not do.</summary>
public sealed record SkippedTarget(IPEndPoint Peer, SipFailure Failure);

/// <summary>The servers for one request, in order. One that fails is left for the next (RFC 3263 4.3), and what follows goes to the one that answered.</summary>
internal sealed class Targets(IReadOnlyList<SipHop> hops)
{
    private readonly List<SkippedTarget> _skipped = [];

    public IReadOnlyList<SipHop> All => hops;

    public SipHop Current => hops[_skipped.Count];

    public IReadOnlyList<SkippedTarget> Skipped => _skipped;

    /// <summary>True when that was a failure of this server alone and there is another to try: the transport refused, nobody answered (timer B or F), or 503.</summary>
    public bool MoveOn(TransactionEvent? what)
    {
        if (what is not (TransactionFailed or TransactionTimedOut or ResponseReceived { Response.StatusCode: 503 }) || _skipped.Count + 1 >= hops.Count)
        {
            return false;
        }

        _skipped.Add(new SkippedTarget(Current.EndPoint, what is ResponseReceived
            ? new SipFailure("sip-rejected", $"{Current.EndPoint} answered 503: it is overloaded or out of service.")
            : SipCore.Failure(what, Current.EndPoint)));
        return true;
    }
}
