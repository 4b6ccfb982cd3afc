using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Switch.Sip;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>
/// Follows a call from Twilio through the SBC to the call server, by what the three say now. Which answer a real Perimeta or CFS gives for each fault is not
/// published: those are invented.
/// </summary>
internal sealed class InboundJudge(ISbcView sbc, ICfsView cfs, ITwilioView twilio, SbcJudge sbcJudge)
{
    /// <returns>The subscriber to whom the number leads, or what is in the way.</returns>
    public (CfsSubscriber? Subscriber, Judgement Judgement) Judge(InboundOffer offer)
    {
        var account = twilio.Read();
        if (!account.AccountActive || account.Balance <= 0)
        {
            return (null, new(603, "Decline", account.AccountActive ? "twilio-balance-empty" : "twilio-account-inactive", "The Twilio account may not place calls."));
        }

        var target = SipAddress.FromUri(offer.SipUrl);
        var way = sbcJudge.In(sbc.Read(), offer.Domain ?? "", target.Host, target.Port ?? 5060);
        if (way.Refusal is { } refusal)
        {
            return (null, refusal);
        }

        var state = cfs.Read();
        var binding = state.Bindings.FirstOrDefault(b => b.Enabled && string.Equals(b.SipDomainName, offer.Domain, StringComparison.OrdinalIgnoreCase));
        if (binding is null || !state.SipTrunks.Any(t => t.Enabled && t.ConfiguredSipBinding == binding.Name))
        {
            return (null, new(403, "Forbidden", "caller-not-known", $"No enabled binding and SIP trunk of the CFS serve {offer.Domain ?? "(no domain)"}.") { Adjacency = way.Adjacency });
        }

        var digits = offer.To.TrimStart('+');
        return state.Subscribers.FirstOrDefault(s => digits == s.DirectoryNumber || digits == "1" + s.DirectoryNumber) is { } subscriber
            ? (subscriber, new(200, "OK", "answered", $"The call leads to subscriber {subscriber.DirectoryNumber}.") { Adjacency = way.Adjacency, CalledNumber = offer.To })
            : (null, new(404, "Not Found", "number-not-routed", $"The CFS leads {offer.To} to no subscriber.") { Adjacency = way.Adjacency });
    }
}
