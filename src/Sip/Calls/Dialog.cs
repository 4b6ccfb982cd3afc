using System.Net.Sockets;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>A dialog, early or confirmed, of either side (RFC 3261 12): tags, sequence numbers, remote target, route set.</summary>
internal sealed class Dialog
{
    private const int MaxChallenges = 2;

    private readonly SipCore _core;
    private readonly SipHop _peer;
    private readonly string? _user;
    private readonly string _local;
    private readonly string _remote;
    private readonly uint _inviteCSeq;
    private readonly IReadOnlyList<SipHeader> _inviteCredentials;
    private IReadOnlyList<string> _routes;
    private uint _localCSeq;
    private uint _remoteCSeq;

    private Dialog(SipCore core, SipHop peer, SipMessage invite, string local, string remote, string target, IReadOnlyList<string> routes, string? user)
    {
        _core = core;
        _peer = peer;
        _local = local;
        _remote = remote;
        _routes = routes;
        _user = user;
        CallId = invite.CallId;
        RemoteTarget = target;
        _inviteCSeq = invite.CSeqNumber!.Value;
        _inviteCredentials = [.. invite.Headers.Fields.Where(f => f.Name is "Authorization" or "Proxy-Authorization")];
    }

    public string CallId { get; }

    /// <summary>Contact of the far end; a re-INVITE or UPDATE may change it.</summary>
    public string RemoteTarget { get; private set; }

    public string? RemoteTag => SipAddress.TryParse(_remote, out var remote) ? remote.Tag : null;

    /// <summary>Body of the ACK of the first INVITE: our answer, when the far end made the offer.</summary>
    public byte[]? AckBody { get; set; }

    /// <summary>From the caller's side: by a response with a To tag.</summary>
    /// <param name="peer">Where that came from, and for whom its certificate stood.</param>
    public static Dialog FromAnswer(SipCore core, SipMessage invite, SipMessage answer, SipHop peer) =>
        new(core, peer, invite, invite.Headers["From"]!, answer.Headers["To"]!, answer.ContactUri?.ToString() ?? invite.RequestUri!, RoutesOf(answer), invite.ContactUri?.User)
        {
            _localCSeq = invite.CSeqNumber!.Value,
        };

    /// <summary>From the side that is called: by the INVITE and the tag of our response to it.</summary>
    public static Dialog FromInvite(SipCore core, SipMessage invite, string localTag, SipHop peer) =>
        new(core, peer, invite, $"{invite.Headers["To"]};tag={localTag}", invite.Headers["From"]!, invite.ContactUri?.ToString() ?? invite.From!.UriText, [.. invite.Headers.Values("Record-Route")], invite.To?.Uri?.User)
        {
            _remoteCSeq = invite.CSeqNumber!.Value,
        };

    /// <summary>The 2xx to an early dialog's INVITE: its route set and target count from now on (RFC 3261 13.2.2.4).</summary>
    public void Confirm(SipMessage answer)
    {
        _routes = RoutesOf(answer);
        RemoteTarget = answer.ContactUri?.ToString() ?? RemoteTarget;
    }

    /// <summary>Takes the sequence number of a request from the far end; false when it is older than one before (RFC 3261 12.2.2).</summary>
    public bool TakeRemote(SipMessage request)
    {
        if (request.CSeqNumber < _remoteCSeq)
        {
            return false;
        }

        _remoteCSeq = request.CSeqNumber!.Value;
        return true;
    }

    /// <summary>Takes the Contact of a re-INVITE or UPDATE that was accepted, or of the answer to one of ours.</summary>
    public void Refresh(SipMessage message) => RemoteTarget = message.ContactUri?.ToString() ?? RemoteTarget;

    /// <summary>
    /// Where requests of this dialog go now: the first route, else the remote target. When no request can go there (a name that is not found, TLS,
    /// an address that the site does not allow), where the answer came from: an unacknowledged call would stay up at the far end.
    /// </summary>
    public async Task<SipHop> NextHopAsync()
    {
        var hop = FirstRoute ?? (SipUri.TryParse(RemoteTarget, out var target) ? target : null);
        return hop is null ? _peer : await _core.LocateWithinAsync(hop, _peer.Domain, CancellationToken.None).ConfigureAwait(false) ?? _peer;
    }

    /// <summary>The ACK of the 2xx to the first INVITE, with that INVITE's credentials (RFC 3261 13.2.2.4).</summary>
    public SipMessage Ack(SipHop hop) => Build("ACK", hop, _inviteCSeq, null, null, AckBody);

    /// <summary>Sends a request and waits for its final response; challenges are answered on the way. A 2xx to a re-INVITE is acknowledged.</summary>
    /// <param name="more">Adds headers beyond those of every request.</param>
    /// <param name="offer">Session description, or none.</param>
    public async Task<Exchange> RequestAsync(string method, DigestSession digest, Action<SipHeaders>? more = null, byte[]? offer = null)
    {
        var hop = await NextHopAsync().ConfigureAwait(false);
        for (var challenges = 0; ; challenges++)
        {
            SipMessage request;
            try
            {
                request = Build(method, hop, Interlocked.Increment(ref _localCSeq), digest, more, offer);
            }
            catch (SocketException e)
            {
                return new Exchange(hop, _core.Time.GetTimestamp(), new TransactionFailed(e, _core.Time.GetTimestamp()));
            }

            var transaction = _core.Transactions.Begin(request, hop);
            var what = await _core.FinalAsync(transaction, null, CancellationToken.None).ConfigureAwait(false);
            if (what is ResponseReceived { Response: { StatusCode: 401 or 407 } challenge } && challenges < MaxChallenges && digest.Take(challenge) == ChallengeOutcome.Retry)
            {
                continue;
            }

            if (method == "INVITE" && what is ResponseReceived { Response: { StatusCode: < 300 } answer })
            {
                Refresh(answer);
                var ack = Build("ACK", hop, request.CSeqNumber!.Value, digest, null, null);
                await _core.Transactions.SendAsync(ack, hop).ConfigureAwait(false);
                _ = AcknowledgeCopiesAsync(transaction, ack, hop); // Ends with the transaction.
            }

            return new Exchange(hop, transaction.StartedAt, what);
        }
    }

    private async Task AcknowledgeCopiesAsync(ClientTransaction transaction, SipMessage ack, SipHop hop)
    {
        await foreach (var what in transaction.Events.ReadAllAsync().ConfigureAwait(false))
        {
            if (what is ResponseReceived)
            {
                await _core.Transactions.SendAsync(ack, hop).ConfigureAwait(false);
            }
        }
    }

    private static List<string> RoutesOf(SipMessage answer) => [.. answer.Headers.Values("Record-Route").Reverse()];

    private SipUri? FirstRoute => SipAddress.TryParse(_routes.Count == 0 ? null : _routes[0], out var first) ? first.Uri : null;

    private SipMessage Build(string method, SipHop hop, uint cseq, DigestSession? digest, Action<SipHeaders>? more, byte[]? body)
    {
        var headers = _core.NewHeaders(hop.EndPoint, _local, _remote, CallId, cseq, method);
        var uri = RemoteTarget;
        if (FirstRoute is { } first && first.Parameter("lr") is null)
        {
            // A strict router of RFC 2543 wants its own URI on the request line and the target last (RFC 3261 12.2.1.1).
            uri = first.ToString();
            foreach (var route in _routes.Skip(1))
            {
                headers.Add("Route", route);
            }

            headers.Add("Route", $"<{RemoteTarget}>");
        }
        else
        {
            foreach (var route in _routes)
            {
                headers.Add("Route", route);
            }
        }

        if (digest is not null)
        {
            digest.Authorize(headers, method, uri);
        }
        else
        {
            foreach (var (name, value) in _inviteCredentials)
            {
                headers.Add(name, value);
            }
        }

        if (method is "INVITE" or "UPDATE")
        {
            headers.Add("Contact", _core.Contact(hop.EndPoint, _user)).Add("Allow", SipCore.Allow);
        }

        more?.Invoke(headers);
        return SipMessage.Request(method, uri, body is null ? headers : headers.Add("Content-Type", "application/sdp"), body);
    }
}
