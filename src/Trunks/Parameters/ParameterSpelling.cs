using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Parameters;

/// <summary>
/// The one spelling in which a value is kept, printed, compared and ticked on a form, however it was typed. A value that is wrong keeps its own
/// spelling, so that it can be shown as it was typed.
/// </summary>
public static class ParameterSpelling
{
    public static string Of(TrunkParameter parameter, string text, SiteProfile? site)
    {
        if (parameter.IsNone(text))
        {
            return TrunkParameter.None;
        }

        // At a site that allows some edges only, "all" are those.
        if (parameter.Input == ParameterInput.Choices && string.Equals(text, "all", StringComparison.OrdinalIgnoreCase))
        {
            var allowed = parameter.AllowedAt(site);
            return allowed.Count == 0 ? "all" : Edges(string.Join(',', allowed));
        }

        return parameter.Canonical is { } canonical && text.Length <= parameter.MostCharacters && parameter.Check(text) is null ? canonical(text) : text;
    }

    /// <summary>Names in the catalogue's order, whatever order and names were typed, so that the same choice always gives the same plan; <c>all</c> for all.</summary>
    internal static string Edges(string text)
    {
        if (string.Equals(text, "all", StringComparison.OrdinalIgnoreCase))
        {
            return "all";
        }

        var chosen = ParameterChecks.Split(text).Select(n => EdgeCatalogue.Current.Find(n)?.Name).ToHashSet(StringComparer.Ordinal);
        var names = EdgeCatalogue.Current.Edges.Select(e => e.Name).Where(chosen.Contains).ToList();
        return names.Count == EdgeCatalogue.Current.Edges.Count ? "all" : string.Join(',', names);
    }

    internal static string Networks(string text) =>
        string.Join(',', ParameterChecks.Split(text).Select(p => ParameterChecks.Network(p)!.Value.ToString()).Distinct(StringComparer.Ordinal));

    internal static string List(string text) => string.Join(',', ParameterChecks.Split(text).Distinct(StringComparer.Ordinal));
}
