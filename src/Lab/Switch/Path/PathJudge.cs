using System.Net;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>
/// Follows a request from the call server through the SBC to Twilio, strictly by what the three say now, and stops at the first thing that is wrong.
/// Which status a real CFS or Perimeta gives for each fault is not published: those are invented; the ones of Twilio are published.
/// </summary>
/// <param name="cfsAddress">The call server's own address on the core network: what the SBC's core adjacency must point at.</param>
public sealed class PathJudge(ISbcView sbc, ICfsView cfs, ITwilioView twilio, IPAddress cfsAddress) : ICallPath
{
    private const string AddressLookup = "Domain name A/AAAA lookup";

    private readonly SbcJudge sbcJudge = new(cfsAddress);

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

        var (binding, adjacency, source, refusal) = ToTwilio(state, trunk.ConfiguredSipBinding);
        if (refusal is not null)
        {
            return refusal;
        }

        var model = state.MediaGatewayModels.First(model => model.Name == binding!.MediaGatewayModel);
        var called = Called(dialed, model.UseE164Numbers);
        return TwilioJudge.Call(twilio.Read(), binding!.SipDomainName, called, source!) with { Adjacency = adjacency };
    }

    /// <summary>The OPTIONS that a binding sends to its peer.</summary>
    public Judgement JudgePoll(string bindingName)
    {
        var (binding, adjacency, source, refusal) = ToTwilio(cfs.Read(), bindingName);
        return refusal ?? TwilioJudge.Options(twilio.Read(), binding!.SipDomainName, source!) with { Adjacency = adjacency };
    }

    /// <summary>OPTIONS to a termination name, sent through the SBC's adjacency of that edge; of any edge when the name has none.</summary>
    public Judgement JudgeOptions(string host)
    {
        var way = sbcJudge.Out(sbc.Read(), host);
        return way.Refusal ?? TwilioJudge.Options(twilio.Read(), EdgeNames.TerminationDomain(host) ?? host, way.Source!) with { Adjacency = way.Adjacency };
    }

    /// <summary>A call straight to a termination name, past call server and SBC, from <paramref name="source"/>.</summary>
    public Judgement JudgeDirectCall(string host, string number, IPAddress source) =>
        TwilioJudge.Call(twilio.Read(), EdgeNames.TerminationDomain(host) ?? host, number, source);

    /// <summary>Only a 200 counts: the published order of checks for a binding in alarm ends with Twilio's access list, so its 403 does not clear the alarm.</summary>
    public PathVerdict Judge(string bindingName)
    {
        var judgement = JudgePoll(bindingName);
        return new(judgement.Passes, judgement.Reason);
    }

    /// <summary>With the fix bit, E.164 with +: a number of ten digits is of the switch's own country. Without, as dialled.</summary>
    private static string Called(string dialed, bool e164) =>
        !e164 ? dialed : "+" + (dialed.TrimStart('+') is { Length: 10 } national ? "1" + national : dialed.TrimStart('+'));

    private (CfsBinding? Binding, string? Adjacency, IPAddress? Source, Judgement? Refusal) ToTwilio(CfsState state, string bindingName)
    {
        var binding = state.Bindings.FirstOrDefault(binding => binding.Name == bindingName);
        if (RefusedByCfs(state, binding, bindingName) is { } refusal)
        {
            return (null, null, null, refusal);
        }

        var sbcState = sbc.Read();
        if (sbcJudge.RefusedIn(sbcState, binding!) is { } notTaken)
        {
            return (null, null, null, notTaken);
        }

        var way = sbcJudge.Out(sbcState, binding!.ContactDomainName);
        return (binding, way.Adjacency, way.Source, way.Refusal);
    }

    private static Judgement? RefusedByCfs(CfsState state, CfsBinding? binding, string bindingName) => binding switch
    {
        null => new(503, "Service Unavailable", "binding-missing", $"Configured SIP binding {bindingName} does not exist."),
        { Enabled: false } => new(480, "Temporarily Unavailable", "binding-disabled", $"Configured SIP binding {bindingName} is not enabled."),
        { } when state.MediaGatewayModels.All(model => model.Name != binding.MediaGatewayModel) =>
            new(503, "Service Unavailable", "media-gateway-model-missing", $"Binding {bindingName} names Remote Media Gateway Model {binding.MediaGatewayModel}, which does not exist."),
        { } when !string.Equals(binding.ContactAddressScheme, AddressLookup, StringComparison.OrdinalIgnoreCase) =>
            new(503, "Service Unavailable", "contact-scheme-not-address-lookup", $"Binding {bindingName} has contact address scheme {binding.ContactAddressScheme}; Twilio is reached by {AddressLookup}."),
        { } when IPAddress.TryParse(binding.ContactDomainName, out _) || EdgeNames.Resolve(binding.ContactDomainName).Count == 0 =>
            new(503, "Service Unavailable", "contact-not-resolved", $"Contact domain name {binding.ContactDomainName} of binding {bindingName} has no address in the DNS."),
        _ => null,
    };
}
