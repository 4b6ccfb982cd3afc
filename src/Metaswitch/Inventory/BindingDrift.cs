using TrunkBot.Changes.Inventory;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Inventory;

/// <summary>Where a binding, and what the shadow database shows around it, is not as the trunk was left. Fields that nobody intends are not compared. Pure.</summary>
internal static class BindingDrift
{
    public const string There = "there";
    public const string None = "none";
    public const string Missing = "missing";

    public static IReadOnlyList<ObjectDifference> Of(TrunkIntent intent, MetaswitchSite site, BindingMapping mapping, BindingSnapshot found)
    {
        var binding = $"Configured SIP Binding {PlainText.OneLine(intent.BindingName)}";
        if (found.Fields is null)
        {
            return [new(binding, There, Missing), .. Around(intent, site, found.Shadow, binding)];
        }

        List<ObjectDifference> differences =
        [
            .. BindingFields.Compare(BindingFields.Intended(intent, site, mapping), found.Fields)
                .Where(d => !ShRedaction.IsSecret(d.Element))
                .Select(d => new ObjectDifference($"{binding}, {d.Label}", d.Intended, d.Found is null ? Missing : PlainText.OneLine(d.Found))),
        ];
        if ((found.StatusGroupAnswers ?? site.StatusGroupProven) && !mapping.IsInService(found.RequestedStatus))
        {
            differences.Add(new($"{binding}, {BindingFields.LabelOf(BindingFields.RequestedStatus)}", mapping.Enabled, found.RequestedStatus is null ? Missing : PlainText.OneLine(found.RequestedStatus)));
        }

        return [.. differences, .. Around(intent, site, found.Shadow, binding)];
    }

    private static IEnumerable<ObjectDifference> Around(TrunkIntent intent, MetaswitchSite site, ShadowFacts? shadow, string binding)
    {
        if (shadow is not { Trouble: null })
        {
            yield break;
        }

        // A copy that lags by more than minutes proves no row, and so no missing one either.
        if (shadow.KnowsTrunks && site.Shadow is { ProvesTrunks: true } && !shadow.ShowsTrunk(intent))
        {
            var trunk = $"SIP trunk {PlainText.OneLine(intent.SipTrunkName)}";
            yield return shadow.Trunks.FirstOrDefault(t => string.Equals(t.Name, intent.SipTrunkName, StringComparison.OrdinalIgnoreCase)) is { } other
                ? new($"{trunk}, Configured SIP binding", intent.BindingName, other.ConfiguredSipBinding ?? Missing)
                : new(trunk, There, Missing);
        }

        foreach (var further in shadow.Trunks.Where(t => t.Names(intent.BindingName) && !string.Equals(t.Name, intent.SipTrunkName, StringComparison.OrdinalIgnoreCase)))
        {
            yield return new($"SIP trunk {further.Name ?? "without a name"}, names {binding}", None, There);
        }

        foreach (var other in shadow.SameSipDomain.Concat(shadow.SameContact).Distinct(StringComparer.Ordinal))
        {
            yield return new($"Configured SIP Binding {other}, SIP domain or contact of {intent.DomainName}", None, There);
        }
    }
}
