using System.Collections.Concurrent;
using System.Globalization;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>
/// The dialogs that the provisional responses to one INVITE begin, one for each branch of a fork, and the PRACKs of those that want one
/// (RFC 3262 4): in order, each once.
/// </summary>
/// <param name="lateOffer">Whether our INVITE made no offer.</param>
/// <param name="answered">Told when our offer has its answer: by a reliable response alone (RFC 3262 5).</param>
internal sealed class EarlyDialogs(SipCore core, CallMedia media, bool lateOffer, DigestSession digest, Action<Task> keep, Action answered)
{
    /// <summary>A far end that rings in more places than this gets no further dialogs.</summary>
    private const int MaxDialogs = 16;

    private readonly ConcurrentDictionary<string, Early> _dialogs = new();

    /// <summary>The dialog with that remote tag, or null.</summary>
    public Dialog? Find(string? tag) => tag is not null && _dialogs.TryGetValue(tag, out var early) ? early.Dialog : null;

    /// <summary>Takes a response from 101 to 199.</summary>
    /// <returns>True when it brought early media: a session description that we had not seen.</returns>
    public bool Take(SipMessage invite, ResponseReceived provisional, SipHop hop)
    {
        var response = provisional.Response;
        var early = DialogOf(invite, response, hop with { EndPoint = provisional.Source });
        var reliable = response.Headers.Values("Require").Contains("100rel", StringComparer.OrdinalIgnoreCase);
        uint number = 0;
        if (reliable && (early is null || !uint.TryParse(response.Headers["RSeq"], NumberStyles.None, CultureInfo.InvariantCulture, out number) || !early.Next(number)))
        {
            // Repeated: its PRACK is on the way and is repeated by itself. Ahead of one that was lost: it will come again.
            return false;
        }

        byte[]? answer = null;
        var described = SdpAudio.TryParse(response.Body, out var audio);
        if (described && !lateOffer)
        {
            media.Take(audio!);
            if (reliable)
            {
                answered();
            }
        }
        else if (described && reliable)
        {
            // We made no offer: this is one, and its answer goes into the PRACK (RFC 3262 5).
            answer = media.Answer(audio);
        }

        if (reliable)
        {
            var acknowledged = $"{number} {response.CSeqNumber} {response.CSeqMethod}";
            keep(early!.Dialog.RequestAsync("PRACK", digest, h => h.Add("RAck", acknowledged), answer));
        }

        return described;
    }

    private Early? DialogOf(SipMessage invite, SipMessage response, SipHop peer) =>
        response.To?.Tag is not { } tag ? null
        : _dialogs.TryGetValue(tag, out var known) ? known
        : _dialogs.Count >= MaxDialogs ? null
        : _dialogs[tag] = new Early(Dialog.FromAnswer(core, invite, response, peer));

    private sealed class Early(Dialog dialog)
    {
        private uint? _last;

        public Dialog Dialog => dialog;

        /// <summary>True for the first RSeq and for each that follows its predecessor.</summary>
        public bool Next(uint number)
        {
            if (number == 0 || (_last is { } last && number != last + 1))
            {
                return false;
            }

            _last = number;
            return true;
        }
    }
}
