using System.Text.Json.Serialization;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Metaswitch.Shadow;

/// <summary>What of the shadow database matters to one trunk: names of other bindings that share something with it, and its SIP trunk.</summary>
/// <param name="Trouble">Why the database could not be read; null when it was.</param>
internal sealed record ShadowFacts(
    IReadOnlyList<string> SameSipDomain,
    IReadOnlyList<string> SameContact,
    IReadOnlyList<string> SameProxy,
    IReadOnlyList<string> SameModel,
    IReadOnlyList<ShadowTrunk> Trunks,
    IReadOnlyList<string> NotAvailable,
    Sentence? Trouble = null)
{
    private const int MostNamed = 5;

    /// <summary>Whether the database says which trunk names which binding: only then does a row that is not there mean something.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KnowsTrunks { get; init; }

    public static ShadowFacts Unreadable(Sentence trouble) => new([], [], [], [], [], [], trouble);

    public static ShadowFacts Of(ShadowInventory inventory, TrunkIntent intent)
    {
        var others = inventory.Bindings.Where(b => b.Name is { Length: > 0 } name && !Same(name, intent.BindingName)).ToList();
        return new(
            Names(b => Same(b.SipDomainName, intent.DomainName)),
            Names(b => Same(b.ContactDomainName, intent.ContactDomainName)),
            Names(b => Same(b.ProxyIpAddress, intent.CoreProxyAddress.ToString())),
            Names(b => Same(b.MediaGatewayModel, intent.MediaGatewayModel)),
            [.. inventory.Trunks.Where(t => t.Names(intent.BindingName) || Same(t.Name, intent.SipTrunkName)).OrderBy(t => t.Name, StringComparer.Ordinal)],
            inventory.NotAvailable) { KnowsTrunks = inventory.KnowsTrunks };

        List<string> Names(Func<ShadowBinding, bool> fits) => [.. others.Where(fits).Select(b => b.Name!).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether the trunk's SIP trunk is seen, and names its binding.</summary>
    public bool ShowsTrunk(TrunkIntent intent) => Trunks.Any(t => Same(t.Name, intent.SipTrunkName) && t.Names(intent.BindingName));

    /// <summary>What steps depend on. A database that lags, is out of reach or has a neighbour more makes no plan stale.</summary>
    public ShadowFacts? ForPlan() => SameSipDomain.Count + SameContact.Count + SameModel.Count + Trunks.Count == 0
        ? null
        : this with { SameProxy = [], NotAvailable = [], Trouble = null, KnowsTrunks = false };

    public IEnumerable<Finding> Findings(TrunkIntent intent)
    {
        if (Trouble is not null)
        {
            yield return new(ShadowDatabase.Unreadable, FindingSeverity.Warning, Trouble, "Check metaswitch.shadow in the site profile.", "metaswitch: shadow database");
        }

        foreach (var missing in NotAvailable)
        {
            yield return new("shadow-column-missing", FindingSeverity.Info, $"{missing}", "Name table and columns in metaswitch.shadow in the site profile.", "metaswitch: shadow database");
        }

        if (SameSipDomain.Concat(SameContact).Distinct().ToList() is { Count: > 0 } domain)
        {
            yield return new("binding-domain-shared", FindingSeverity.Error,
                $"SIP domain or contact of {intent.DomainName} is in use by another binding: {Listed(domain)}.",
                "Choose another termination name, adopt that binding, or remove it.", "C12");
        }

        if (SameModel.Count > 0)
        {
            yield return new("rmgm-shared", FindingSeverity.Warning,
                $"Remote Media Gateway Model {PlainText.OneLine(intent.MediaGatewayModel)} is in use by another binding: {Listed(SameModel)}. Its fix bits count for their calls too.",
                "Use a model of its own for this binding.", "C08, seed article");
        }

        if (SameProxy.Count > 0)
        {
            yield return new("binding-proxy-shared", FindingSeverity.Info,
                $"The Perimeta at {intent.CoreProxyAddress} is the proxy of {SameProxy.Count} other binding(s) too: {Listed(SameProxy)}.", null, "metaswitch: shadow database");
        }

        foreach (var trunk in Trunks.Where(t => Same(t.Name, intent.SipTrunkName) && !t.Names(intent.BindingName)))
        {
            yield return new("sip-trunk-names-another", FindingSeverity.Error,
                $"SIP trunk {trunk.Name} exists and names binding {trunk.ConfiguredSipBinding ?? "nothing"}, not {PlainText.OneLine(intent.BindingName)}.",
                "Choose another name for the SIP trunk.", "metaswitch: shadow database");
        }
    }

    private static string Listed(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
