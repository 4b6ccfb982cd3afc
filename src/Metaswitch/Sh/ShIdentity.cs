using System.Text;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>Builds a <c>UserIdentity</c> from the site's template: each identifier URL-encoded, joined by <c>/</c>.</summary>
public static class ShIdentity
{
    /// <param name="template">Such as <c>{MetaSwitchName}/{Name}</c>.</param>
    /// <exception cref="FormatException">The template names something else than MetaSwitchName and Name.</exception>
    public static string Expand(string template, string metaSwitchName, string name)
    {
        var text = new StringBuilder();
        var at = 0;
        while (at < template.Length)
        {
            var open = template.IndexOf('{', at);
            if (open < 0)
            {
                break;
            }

            var close = template.IndexOf('}', open);
            var key = close < 0 ? template[open..] : template[(open + 1)..close];
            text.Append(template, at, open - at).Append(key switch
            {
                "MetaSwitchName" => Uri.EscapeDataString(metaSwitchName),
                "Name" => Uri.EscapeDataString(name),
                _ => throw new FormatException($"BindingIdentity \"{template}\": only {{MetaSwitchName}} and {{Name}} can be filled in"),
            });
            at = close + 1;
        }

        return text.Append(template, at, template.Length - at).ToString();
    }
}
