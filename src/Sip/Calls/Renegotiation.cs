using System.Collections.Concurrent;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>What the far end changes about the media of a call that stands: re-INVITE and UPDATE (RFC 3261 14.2, RFC 3311).</summary>
internal sealed class Renegotiation(SipCore core, CallMedia media, string localTag, string? user)
{
    private readonly ConcurrentDictionary<uint, ServerTransaction> _unacknowledged = new();

    public void Take(ServerTransaction incoming)
    {
        var message = incoming.Request;
        SdpAudio? offer = null;
        if ((message.Body.Length > 0 && !SdpAudio.TryParse(message.Body, out offer)) || media.Answer(offer) is not { } answer)
        {
            incoming.Respond(488, "Not Acceptable Here", localTag);
            return;
        }

        if (message.Method == "INVITE")
        {
            _unacknowledged[message.CSeqNumber!.Value] = incoming;
        }

        incoming.Respond(
            200, "OK", localTag, h => h.Add("Contact", core.Contact(incoming.Source, user)).Add("Content-Type", "application/sdp"), answer);
    }

    /// <summary>Takes the ACK of our 200: it has a branch of its own, so only its CSeq tells which re-INVITE it ends.</summary>
    public void TakeAck(SipMessage ack)
    {
        if (!_unacknowledged.TryRemove(ack.CSeqNumber!.Value, out var incoming))
        {
            return;
        }

        incoming.Acknowledge();
        if (incoming.Request.Body.Length == 0 && SdpAudio.TryParse(ack.Body, out var answer))
        {
            // The re-INVITE asked for our offer, and here is the answer.
            media.Take(answer);
        }
    }
}
