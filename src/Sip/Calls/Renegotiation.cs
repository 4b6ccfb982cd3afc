using System.Collections.Concurrent;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>What the far end changes about a call: re-INVITE and UPDATE (RFC 3261 14.2, RFC 3311 5.2), with the session timer that it asks for.</summary>
/// <param name="offering">Whether an offer of ours waits for its answer: then the two cross, and the far end has to try again.</param>
internal sealed class Renegotiation(SipCore core, CallMedia media, SessionTimer timer, string localTag, string? user, Func<bool> offering)
{
    private readonly ConcurrentDictionary<uint, ServerTransaction> _unacknowledged = new();

    public void Take(ServerTransaction incoming, Dialog dialog)
    {
        var message = incoming.Request;
        var isInvite = message.Method == "INVITE";
        if ((isInvite || message.Body.Length > 0) && (offering() || !_unacknowledged.IsEmpty))
        {
            incoming.Respond(491, "Request Pending", localTag);
            return;
        }

        byte[]? answer = null;
        if (isInvite || message.Body.Length > 0)
        {
            SdpAudio? offer = null;
            if ((message.Body.Length > 0 && !SdpAudio.TryParse(message.Body, out offer)) || (answer = media.Answer(offer)) is null)
            {
                incoming.Respond(488, "Not Acceptable Here", localTag);
                return;
            }
        }

        if (isInvite)
        {
            _unacknowledged[message.CSeqNumber!.Value] = incoming;
        }

        dialog.Refresh(message);
        incoming.Respond(200, "OK", localTag, h => Describe(h, incoming, answer is not null), answer);
    }

    /// <summary>Refuses a request that demands what we do not know: an extension, a kind of body, a session timer too short. True when it did.</summary>
    public static bool Refuse(ServerTransaction incoming, string localTag)
    {
        var message = incoming.Request;
        var strange = message.Headers.Values("Require").Where(o => !SipCore.SupportedOptions.Contains(o, StringComparer.OrdinalIgnoreCase)).ToList();
        if (strange.Count > 0)
        {
            incoming.Respond(420, "Bad Extension", localTag, h => h.Add("Unsupported", string.Join(", ", strange)));
            return true;
        }

        if (message.Method is not ("INVITE" or "UPDATE"))
        {
            return false;
        }

        if (message.Body.Length > 0 && message.Headers["Content-Type"] is { } type && !type.Split(';')[0].Trim().Equals("application/sdp", StringComparison.OrdinalIgnoreCase))
        {
            incoming.Respond(415, "Unsupported Media Type", localTag, h => h.Add("Accept", "application/sdp"));
            return true;
        }

        if (SessionTimer.Read(message) is { } asked && asked.Interval < SessionTimer.Minimum)
        {
            incoming.Respond(422, "Session Interval Too Small", localTag, h => h.Add("Min-SE", $"{SessionTimer.Minimum.TotalSeconds:0}"));
            return true;
        }

        return false;
    }

    /// <summary>Remembers that our 2xx to this INVITE waits for its ACK.</summary>
    public void Expect(ServerTransaction incoming) => _unacknowledged[incoming.Request.CSeqNumber!.Value] = incoming;

    /// <summary>Takes the ACK of our 200: it has a branch of its own, so only its CSeq tells which INVITE it ends.</summary>
    /// <returns>True when it ended one.</returns>
    public bool TakeAck(SipMessage ack)
    {
        if (!_unacknowledged.TryRemove(ack.CSeqNumber!.Value, out var incoming))
        {
            return false;
        }

        incoming.Acknowledge();
        if (incoming.Request.Body.Length == 0 && SdpAudio.TryParse(ack.Body, out var answer))
        {
            // The INVITE asked for our offer, and here is the answer.
            media.Take(answer);
        }

        return true;
    }

    /// <summary>The headers of a 2xx to INVITE or UPDATE; starts the session timer when the request asked for one.</summary>
    public void Describe(SipHeaders headers, ServerTransaction incoming, bool described)
    {
        headers.Add("Contact", core.Contact(incoming.Source, user)).Add("Allow", SipCore.Allow).Add("Supported", SipCore.Supported);
        if (SessionTimer.Read(incoming.Request) is var (interval, refresher))
        {
            // Who asked refreshes, unless it asked us to (RFC 4028 9, table 2).
            headers.Add("Session-Expires", $"{interval.TotalSeconds:0};refresher={refresher ?? "uac"}");
            if (refresher is null or "uac")
            {
                headers.Add("Require", "timer");
            }
        }

        timer.Take(SipMessage.Response(200, "OK", headers), weAreClient: false);
        if (described)
        {
            headers.Add("Content-Type", "application/sdp");
        }
    }
}
