using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>A dialog from the caller's side (RFC 3261 12): tags, sequence numbers, remote target, route set.</summary>
internal sealed class Dialog
{
    private readonly SipCore _core;
    private readonly SipUri? _firstRoute;
    private readonly IReadOnlyList<string> _routes;
    private readonly IReadOnlyList<SipHeader> _inviteCredentials;
    private readonly SipHop _answeredFrom;
    private uint _remoteCSeq;

    private Dialog(SipCore core, SipMessage invite, SipMessage answer, SipHop answeredFrom)
    {
        _core = core;
        _answeredFrom = answeredFrom;
        CallId = invite.CallId;
        From = invite.Headers["From"]!;
        To = answer.Headers["To"]!;
        InviteCSeq = LocalCSeq = invite.CSeqNumber!.Value;
        RemoteTarget = answer.ContactUri?.ToString() ?? invite.RequestUri!;
        _inviteCredentials = [.. invite.Headers.Fields.Where(f => f.Name is "Authorization" or "Proxy-Authorization")];
        _routes = [.. answer.Headers.Values("Record-Route").Reverse()];
        _firstRoute = SipAddress.TryParse(_routes.Count == 0 ? null : _routes[0], out var first) ? first.Uri : null;
    }

    public string CallId { get; }

    public string From { get; }

    public string To { get; }

    /// <summary>CSeq of the INVITE, which its ACK repeats.</summary>
    public uint InviteCSeq { get; }

    public uint LocalCSeq { get; private set; }

    /// <summary>Contact of the far end; a re-INVITE may change it.</summary>
    public string RemoteTarget { get; private set; }

    public string? RemoteTag => SipAddress.TryParse(To, out var to) ? to.Tag : null;

    public static Dialog FromAnswer(SipCore core, SipMessage invite, SipMessage answer, SipHop answeredFrom) => new(core, invite, answer, answeredFrom);

    /// <summary>Takes the sequence number of a request from the far end; false when it is older than one before (RFC 3261 12.2.2).</summary>
    public bool TakeRemote(SipMessage request)
    {
        if (request.CSeqNumber < _remoteCSeq)
        {
            return false;
        }

        _remoteCSeq = request.CSeqNumber!.Value;
        if (request.Method is "INVITE" or "UPDATE" && request.ContactUri is { } contact)
        {
            RemoteTarget = contact.ToString();
        }

        return true;
    }

    /// <summary>
    /// Where requests of this dialog go now: the first route, else the remote target. When no request can go there (a name that is not found, TLS,
    /// an address that the site does not allow), where the answer came from: an unacknowledged call would stay up at the far end.
    /// </summary>
    public async Task<SipHop> NextHopAsync(CancellationToken ct)
    {
        var hop = _firstRoute ?? (SipUri.TryParse(RemoteTarget, out var target) ? target : null);
        return hop is null ? _answeredFrom : await _core.LocateWithinAsync(hop, _answeredFrom.Domain, ct).ConfigureAwait(false) ?? _answeredFrom;
    }

    /// <summary>The ACK of the 2xx, with the credentials of its INVITE (RFC 3261 13.2.2.4).</summary>
    public SipMessage Ack(SipHop hop) => Build("ACK", hop, InviteCSeq, null);

    public SipMessage Bye(SipHop hop, DigestSession digest) => Build("BYE", hop, ++LocalCSeq, digest);

    private SipMessage Build(string method, SipHop hop, uint cseq, DigestSession? digest)
    {
        var headers = _core.NewHeaders(hop.EndPoint, From, To, CallId, cseq, method);
        var uri = RemoteTarget;
        if (_firstRoute is not null && _firstRoute.Parameter("lr") is null)
        {
            // A strict router of RFC 2543 wants its own URI on the request line and the target last (RFC 3261 12.2.1.1).
            uri = _firstRoute.ToString();
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

        return SipMessage.Request(method, uri, headers);
    }
}
