using TrunkBot.Changes.Inventory;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Inventory;

/// <summary>One binding that was read, as a part of a trunk: what it tells of the trunk's parameters, and what of it is not as the bot would make it. Pure.</summary>
/// <param name="wanted">The termination that is looked for; null: that of the binding's own domain.</param>
internal sealed class BindingPart(
    BindingReading reading, string? wanted, KnownHints hints, ShadowInventory? inventory, SiteProfile site, BindingMapping mapping)
{
    private const string Unknown = "not readable";

    private readonly IReadOnlyList<ShField> _fields = [.. reading.Fields.Select(f => new ShField(f.Element, f.Value, UsesDefault: f.UsesDefault))];

    public FoundPart ToPart(List<Finding> findings)
    {
        var own = TerminationHost.Read(Value("SIPDomainName"))?.Termination;
        var termination = wanted ?? own ?? TerminationHost.Read(Value("ContactDomainName"))?.Termination ?? "";
        Dictionary<string, string> parameters = new(StringComparer.Ordinal) { ["binding"] = PlainText.OneLine(reading.Binding) };
        if ((own ?? TerminationHost.Read(Value("ContactDomainName"))?.Termination) == termination && termination.Length > 0)
        {
            parameters["termination"] = termination;
            findings.AddRange(Differences(termination));
        }
        else
        {
            findings.Add(OfAnother(termination));
        }

        Tell(parameters, "rmgm", Value("MediaGatewayModel"));
        Tell(parameters, "cfs-proxy", Proxy());
        parameters["polling"] = Polling() ?? "none";
        findings.AddRange(BindingLints.Fields(_fields, $"{termination}.pstn.twilio.com", site, mapping)
            .Where(f => f.Code is "proxy-not-core-address" or "polling-too-fast")
            .Select(f => f with { Severity = FindingSeverity.Warning }));
        var trunk = SipTrunk(findings);
        Tell(parameters, "sip-trunk", trunk);
        findings.AddRange(Shared());
        findings.Add(Unconfirmed(trunk));
        return new(MetaswitchSystem.SystemName, termination) { Parameters = parameters, Objects = [.. Objects()], Facts = Facts(), Findings = findings };
    }

    private IEnumerable<string> Objects()
    {
        var alarm = reading.Alarms.Fields.FirstOrDefault(f => f.Element == BindingFields.AlarmState)?.Value;
        yield return $"Configured SIP Binding {PlainText.OneLine(reading.Binding)}, {Service()}, to {Shown(Value("ContactDomainName") ?? Value("SIPDomainName"))}"
            + (alarm is null || BindingFields.SameValue(alarm, "Clear") ? "" : $", alarm: {PlainText.OneLine(alarm)}");
        if (Value("MediaGatewayModel") is { } model)
        {
            yield return $"Remote Media Gateway Model {PlainText.OneLine(model)}, named by this binding; its fix bits can't be read";
        }

        foreach (var trunk in reading.SipTrunks ?? [])
        {
            yield return $"SIP trunk {PlainText.OneLine(trunk)}, names this binding";
        }

        if (reading.Fields.Where(f => !f.IsKnown).Select(f => PlainText.OneLine(f.Element)).ToList() is { Count: > 0 } further)
        {
            yield return $"further fields of this binding, which are never touched: {string.Join(", ", further)}";
        }
    }

    private string Service() => RequestedStatus switch
    {
        null => $"status {Unknown}",
        var status when mapping.IsInService(status) => "in service",
        var status => $"not in service ({PlainText.OneLine(status)})",
    };

    private string? RequestedStatus => reading.Status.Fields.FirstOrDefault(f => f.Element == BindingFields.RequestedStatus)?.Value;

    /// <summary>What the bot would set otherwise. The contact follows the edges; where those are not known yet, it is taken as it is.</summary>
    private IEnumerable<Finding> Differences(string termination)
    {
        var domain = $"{termination}.pstn.twilio.com";
        var contact = Value("ContactDomainName") ?? "";
        var wish = new BindingWish(
            reading.Binding, domain, hints.Edges is { } edges ? ContactOf(termination, edges) : TerminationHost.Read(contact)?.Termination == termination ? contact : domain,
            Value("ProxyIPAddress") ?? "", Value("ProxyIPPort") ?? "5060", Value("MediaGatewayModel") ?? "", Polling());
        var differences = BindingFields.Compare(BindingFields.Intended(wish, site.Metaswitch, mapping), _fields).Where(d => !ShRedaction.IsSecret(d.Element)).ToList();
        if (differences.Count > 0)
        {
            yield return new(
                "adoption-binding-differs",
                FindingSeverity.Warning,
                $"Configured SIP Binding {PlainText.OneLine(reading.Binding)} is not as the bot would set it: {string.Join("; ", differences.Select(d => PlainText.OneLine(d.ToString())))}.",
                "Adopting changes nothing. The next change of the trunk would set these fields: if they must stay as they are, set metaswitch.binding in the settings accordingly first.",
                "metaswitch: Configured SIP Binding");
        }
    }

    private string ContactOf(string termination, IReadOnlyList<Trunks.Edges.TwilioEdge> edges) =>
        edges.Count == Trunks.Edges.EdgeCatalogue.Current.Edges.Count
            ? $"{termination}.pstn.twilio.com"
            : $"{termination}.pstn.{(site.Perimeta.PeerHostStyle == EdgeHostStyle.Legacy ? edges[0].Legacy : edges[0].Name)}.twilio.com";

    private Finding OfAnother(string termination) => new(
        "adoption-binding-other-trunk",
        FindingSeverity.Error,
        $"Configured SIP Binding {PlainText.OneLine(reading.Binding)} is not of {(termination.Length > 0 ? Sentence.Of($"{PlainText.OneLine(termination)}.pstn.twilio.com") : Sentence.Of($"a trunk to Twilio"))}: its SIP domain name is {Shown(Value("SIPDomainName"))}, its contact domain name {Shown(Value("ContactDomainName"))}.",
        "Name the trunk's own binding with binding=NAME.",
        "C01, seed article");

    /// <summary>The one SIP trunk that names the binding; null when that is not known, and then a finding may say why.</summary>
    private string? SipTrunk(List<Finding> findings)
    {
        if (reading.SipTrunks is not { } trunks)
        {
            return null;
        }

        if (trunks.FirstOrDefault(t => string.Equals(t, hints.SipTrunk, StringComparison.OrdinalIgnoreCase)) is { } chosen)
        {
            return chosen;
        }

        if (trunks is [var only])
        {
            return only;
        }

        findings.Add(new(
            "adoption-sip-trunk-unclear",
            trunks.Count == 0 ? FindingSeverity.Warning : FindingSeverity.Error,
            trunks.Count == 0
                ? Sentence.Of($"The shadow database shows no SIP trunk that names binding {PlainText.OneLine(reading.Binding)}: no call is routed to it, or the copy lags.")
                : $"More than one SIP trunk names binding {PlainText.OneLine(reading.Binding)}: {string.Join(", ", trunks.Select(PlainText.OneLine))}.",
            trunks.Count == 0 ? Sentence.Of($"Look in MetaView Explorer under Signaling / SIP.") : $"Say which one with sip-trunk=NAME.",
            "metaswitch: shadow database"));
        return null;
    }

    /// <summary>Others that the trunk's bindings have to do with.</summary>
    private IEnumerable<Finding> Shared()
    {
        var others = (inventory?.Bindings ?? []).Where(b => Value("MediaGatewayModel") is { } model
            && string.Equals(b.MediaGatewayModel, model, StringComparison.OrdinalIgnoreCase) && !string.Equals(b.Name, reading.Binding, StringComparison.OrdinalIgnoreCase))
            .Select(b => b.Name).OfType<string>().Order(StringComparer.Ordinal).ToList();
        if (others.Count > 0)
        {
            yield return new(
                "rmgm-shared",
                FindingSeverity.Warning,
                $"Remote Media Gateway Model {PlainText.OneLine(Value("MediaGatewayModel")!)} is in use by another binding: {string.Join(", ", others.Take(5))}{(others.Count > 5 ? Sentence.Of($" and {others.Count - 5} more") : Sentence.Of($""))}. It stays when the trunk is removed.",
                "Use a model of its own for this binding.",
                "C08, seed article");
        }
    }

    private Finding Unconfirmed(string? trunk) => new(
        "adoption-work-unconfirmed",
        FindingSeverity.Warning,
        trunk is null
            ? Sentence.Of($"What hangs on binding {PlainText.OneLine(reading.Binding)} by hand can't be read: the fix bit \"Use E164 numbers\" of {Shown(Value("MediaGatewayModel"))}, which SIP trunk names it, and the translations.")
            : $"What hangs on binding {PlainText.OneLine(reading.Binding)} by hand can't be read: the fix bit \"Use E164 numbers\" of {Shown(Value("MediaGatewayModel"))}, the rows of SIP trunk {PlainText.OneLine(trunk)} and the translations.",
        trunk is null
            ? Sentence.Of($"Name the SIP trunk with sip-trunk=NAME. The next change of the trunk brings the worksheets; what is right already only needs Done.")
            : $"The next change of the trunk brings the worksheets; what is right already only needs Done.",
        "metaswitch: what must exist");

    private Dictionary<string, string> Facts()
    {
        List<string> open = [ConfirmedWork.ModelWork, ConfirmedWork.SipTrunkWork, ConfirmedWork.TranslationsWork];
        if (RequestedStatus is null)
        {
            open.Add(ConfirmedWork.EnableWork);
        }

        return open.ToDictionary(ConfirmedWork.UnconfirmedFact, _ => "yes", StringComparer.Ordinal);
    }

    private string? Proxy() => Value("ProxyIPAddress") is not { } address ? null
        : Value("ProxyIPPort") is { } port && port != "5060" ? $"{address}:{port}" : address;

    private string? Polling() => _fields.FirstOrDefault(f => f.Name == "PollingInterval") is { UsesDefault: false } && Value("PollingInterval") is { } seconds ? seconds : null;

    private string? Value(string element) => _fields.FirstOrDefault(f => f.Name == element)?.Value.Trim() is { Length: > 0 } value ? value : null;

    private static string Shown(string? value) => value is null ? "empty" : PlainText.OneLine(value);

    private static void Tell(Dictionary<string, string> parameters, string key, string? value)
    {
        if (value is not null)
        {
            parameters[key] = PlainText.OneLine(value);
        }
    }
}
