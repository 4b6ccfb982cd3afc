using System.Net;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>
/// Follows a request from the call server through the SBC to Twilio, strictly by what the three say now, and stops at the first thing that is wrong.
/// Which status a real CFS or Perimeta gives for each fault is not published: those are invented; the ones of Twilio are published.
/// </summary>
/// <param name="cfsAddress">The call server's own address on the core network: what the SBC's core adjacency must point at.</param>
/// <param name="conditions">The text of a lasting disturbance of the lab; null when it is off.</param>
public sealed class PathJudge(ISbcView sbc, ICfsView cfs, ITwilioView twilio, IPAddress cfsAddress, Func<string, string?> conditions) : ICallPath
{
    /// <summary>Twilio bans who sends OPTIONS more often than once in so many seconds (published as 10 to 15).</summary>
    private const int OptionsInterval = 10;

    /// <summary>So many calls a minute pass each adjacency of the lab beside those of the bot (invented).</summary>
    private const int OthersCallsPerMinute = 30;

    private const string AddressLookup = "Domain name A/AAAA lookup";

    private readonly EdgeDns dns = new(conditions);
    private readonly SbcJudge sbcJudge = new(cfsAddress, conditions);

    /// <summary>A call from an on-switch subscriber who dialled <paramref name="dialed"/>.</summary>
    public Judgement JudgeCall(string dialed)
    {
        var state = cfs.Read();
        if (state.Translations.FirstOrDefault(entry => entry.DialedNumber == dialed) is not { } translation)
        {
            return new(404, "Not Found", "translation-missing", $"No translation of the CFS leads {dialed} to a SIP trunk.");
        }

        if (state.SipTrunks.FirstOrDefault(trunk => trunk.Name == translation.SipTrunk) is not { } trunk)
        {
            return new(503, "Service Unavailable", "sip-trunk-missing", $"Table {translation.Table} leads to SIP trunk {translation.SipTrunk}, which does not exist.");
        }

        if (!trunk.Enabled)
        {
            return new(480, "Temporarily Unavailable", "sip-trunk-disabled", $"SIP trunk {trunk.Name} is not enabled.");
        }

        var (binding, way, refusal) = ToTwilio(state, trunk.ConfiguredSipBinding);
        if ((refusal ?? RefusedForRate(way!)) is { } refused)
        {
            return refused;
        }

        var model = state.MediaGatewayModels.First(model => model.Name == binding!.MediaGatewayModel);
        var called = Called(dialed, model.UseE164Numbers);
        return TwilioJudge.Call(twilio.Read(), binding!.SipDomainName, called, way!, conditions) with { Adjacency = way!.Adjacency };
    }

    /// <summary>A call that Twilio brings to a number of a trunk.</summary>
    public (CfsSubscriber? Subscriber, Judgement Judgement) JudgeInbound(Calls.InboundOffer offer) => new InboundJudge(sbc, cfs, twilio, sbcJudge).Judge(offer);

    /// <summary>The OPTIONS that a binding sends to its peer.</summary>
    public Judgement JudgePoll(string bindingName)
    {
        var (binding, way, refusal) = ToTwilio(cfs.Read(), bindingName);
        return refusal ?? TwilioJudge.Options(twilio.Read(), binding!.SipDomainName, way!.Source!) with { Adjacency = way.Adjacency };
    }

    /// <summary>OPTIONS to a termination name, sent through the SBC's adjacency of that edge; of any edge when the name has none.</summary>
    public Judgement JudgeOptions(string host)
    {
        if (Banned(cfs.Read()) is { } banned)
        {
            return banned;
        }

        var way = sbcJudge.Out(sbc.Read(), host);
        return way.Refusal ?? TwilioJudge.Options(twilio.Read(), EdgeNames.TerminationDomain(host) ?? host, way.Source!) with { Adjacency = way.Adjacency };
    }

    /// <summary>A call straight to a termination name, past call server and SBC, from <paramref name="source"/>.</summary>
    public Judgement JudgeDirectCall(string host, string number, IPAddress source) =>
        EdgeNames.EdgeOf(host) is { } edge && conditions(Conditions.EdgeDown) == edge
            ? SbcJudge.Unanswered("edge-down", $"Edge {edge} is down.")
            : TwilioJudge.Call(twilio.Read(), EdgeNames.TerminationDomain(host) ?? host, number, new SbcWay(null, source, null), conditions);

    /// <summary>Only a 200 counts: the published order of checks for a binding in alarm ends with Twilio's access list, so its 403 does not clear the alarm.</summary>
    public PathVerdict Judge(string bindingName)
    {
        var judgement = JudgePoll(bindingName);
        return new(judgement.Passes, judgement.Reason);
    }

    /// <summary>With the fix bit, E.164 with +: a number of ten digits is of the switch's own country. Without, as dialled.</summary>
    private static string Called(string dialed, bool e164) =>
        !e164 ? dialed : "+" + (dialed.TrimStart('+') is { Length: 10 } national ? "1" + national : dialed.TrimStart('+'));

    /// <summary>A binding whose peer does not answer OPTIONS is in alarm; whether a real CFS still sends calls by it is not published: this one does not.</summary>
    private Judgement? RefusedUnpolled(CfsState state, CfsBinding binding) =>
        !binding.PollPeerDevice ? null
        : conditions(Conditions.OptionsUnanswered) is { } text && binding.Name.Contains(text, StringComparison.Ordinal)
            ? new(503, "Service Unavailable", "binding-in-alarm", $"Configured SIP binding {binding.Name} is in alarm: OPTIONS are not answered.")
        : Banned(state) is { } banned ? new(503, "Service Unavailable", banned.Code, banned.Reason)
        : null;

    private static Judgement? Banned(CfsState state) => state.Bindings.FirstOrDefault(binding => binding is { Enabled: true, PollPeerDevice: true, PollingInterval: < OptionsInterval }) is { } hasty
        ? SbcJudge.Unanswered("options-too-frequent", $"Twilio has banned OPTIONS from here: binding {hasty.Name} sends them every {hasty.PollingInterval} s.")
        : null;

    private static Judgement? RefusedForRate(SbcWay way) => way is { CallsPerMinute: < OthersCallsPerMinute }
        ? new(503, "Service Unavailable", "call-rate-exceeded", $"Adjacency {way.Adjacency} lets {way.CallsPerMinute} calls a minute pass, and {OthersCallsPerMinute} others are made.") { Adjacency = way.Adjacency }
        : null;

    private (CfsBinding? Binding, SbcWay? Way, Judgement? Refusal) ToTwilio(CfsState state, string bindingName)
    {
        var binding = state.Bindings.FirstOrDefault(binding => binding.Name == bindingName);
        if (RefusedByCfs(state, binding, bindingName) is { } refusal)
        {
            return (null, null, refusal);
        }

        var sbcState = sbc.Read();
        if (sbcJudge.RefusedIn(sbcState, binding!) is { } notTaken)
        {
            return (null, null, notTaken);
        }

        var way = sbcJudge.Out(sbcState, binding!.ContactDomainName);
        return (binding, way, way.Refusal ?? RefusedUnpolled(state, binding));
    }

    private Judgement? RefusedByCfs(CfsState state, CfsBinding? binding, string bindingName) => binding switch
    {
        null => new(503, "Service Unavailable", "binding-missing", $"Configured SIP binding {bindingName} does not exist."),
        { Enabled: false } => new(480, "Temporarily Unavailable", "binding-disabled", $"Configured SIP binding {bindingName} is not enabled."),
        { } when state.MediaGatewayModels.All(model => model.Name != binding.MediaGatewayModel) =>
            new(503, "Service Unavailable", "media-gateway-model-missing", $"Binding {bindingName} names Remote Media Gateway Model {binding.MediaGatewayModel}, which does not exist."),
        { } when !string.Equals(binding.ContactAddressScheme, AddressLookup, StringComparison.OrdinalIgnoreCase) =>
            new(503, "Service Unavailable", "contact-scheme-not-address-lookup", $"Binding {bindingName} has contact address scheme {binding.ContactAddressScheme}; Twilio is reached by {AddressLookup}."),
        { } when IPAddress.TryParse(binding.ContactDomainName, out _) || dns.Resolve(binding.ContactDomainName).Count == 0 =>
            new(503, "Service Unavailable", "contact-not-resolved", $"Contact domain name {binding.ContactDomainName} of binding {bindingName} has no address in the DNS."),
        _ => null,
    };
}
