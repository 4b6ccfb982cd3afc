using System.Globalization;
using System.Net;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Parameters;

/// <summary>What came of reading a draft.</summary>
/// <param name="Intent">Null while anything is wrong or missing.</param>
/// <param name="Values">Every parameter that has a value, with its origin, in the order of <see cref="TrunkParameters.All"/>.</param>
public sealed record IntentReading(TrunkIntent? Intent, IReadOnlyList<ParameterValue> Values, IReadOnlyList<ParameterError> Errors);

/// <summary>Turns what people typed, filled up from the site profile, into a checked intent.</summary>
public static class IntentReader
{
    /// <summary>
    /// Reads a draft. Precedence: typed, then the site profile's default, then the program's. All errors are reported, not the first.
    /// </summary>
    /// <param name="typed">Parameter key and text. Unknown keys are errors; an empty text counts as not typed.</param>
    /// <param name="findSite">Finds a site profile by name.</param>
    public static IntentReading Read(IReadOnlyDictionary<string, string> typed, Func<string, SiteProfile?> findSite)
    {
        var errors = new List<ParameterError>();
        foreach (var key in typed.Keys.Where(k => TrunkParameters.Find(k) is null))
        {
            errors.Add(new ParameterError(key, $"there is no parameter {ParameterChecks.Show(key)}; known are {string.Join(", ", TrunkParameters.All.Select(p => p.Key))}"));
        }

        var given = typed.Where(t => !string.IsNullOrWhiteSpace(t.Value))
            .ToDictionary(t => t.Key, t => t.Value.Trim(), StringComparer.OrdinalIgnoreCase);
        var site = given.TryGetValue("site", out var siteName) ? findSite(siteName) : null;
        var values = Fill(given, site);
        foreach (var parameter in TrunkParameters.All)
        {
            if (Wrong(parameter, values.GetValueOrDefault(parameter.Key)?.Text, site) is { } message)
            {
                errors.Add(new ParameterError(parameter.Key, message));
            }
        }

        if (siteName is not null && site is null)
        {
            errors.RemoveAll(e => e.Key == "site");
            errors.Add(new ParameterError("site", $"there is no site {ParameterChecks.Show(siteName)}"));
        }

        var listed = TrunkParameters.All.Where(p => values.ContainsKey(p.Key)).Select(p => values[p.Key]).ToList();
        if (errors.Count > 0 || site is null)
        {
            return new IntentReading(null, listed, errors);
        }

        var intent = Build(values, site);
        errors.AddRange(CrossChecks(intent));
        return new IntentReading(errors.Count == 0 ? intent : null, listed, errors);
    }

    /// <summary>The value that a field shows before anything is typed: the site's default, else the program's; null when there is none.</summary>
    public static string? DefaultOf(TrunkParameter parameter, IReadOnlyDictionary<string, string> typed, SiteProfile? site)
    {
        var others = typed.Where(t => !string.Equals(t.Key, parameter.Key, StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(t.Value))
            .ToDictionary(t => t.Key, t => t.Value.Trim(), StringComparer.OrdinalIgnoreCase);
        return Fill(others, site).GetValueOrDefault(parameter.Key)?.Text;
    }

    /// <summary>What is wrong with one parameter's value at a site, or null.</summary>
    public static string? Wrong(TrunkParameter parameter, string? value, SiteProfile? site)
    {
        if (value is null)
        {
            return parameter.Optional ? null : "is needed";
        }

        if (value.Any(char.IsControl))
        {
            return "must be one line without control characters";
        }

        return parameter.Check(value)
            ?? (site is not null && parameter.Input == ParameterInput.Choice && site.Choices.TryGetValue(parameter.Key, out var choices)
                && choices.Count > 0 && !choices.Contains(value, StringComparer.Ordinal)
                ? $"{ParameterChecks.Show(value)} is not one of this site's: {string.Join(", ", choices)}"
                : null);
    }

    private static Dictionary<string, ParameterValue> Fill(Dictionary<string, string> given, SiteProfile? site)
    {
        var values = new Dictionary<string, ParameterValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in TrunkParameters.All)
        {
            if (given.TryGetValue(parameter.Key, out var text))
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, text, ValueOrigin.Typed);
            }
            else if (site is not null && site.Defaults.TryGetValue(parameter.Key, out var fromSite))
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, fromSite, ValueOrigin.SiteProfile);
            }
            else if (parameter.Default?.Invoke(key => values.GetValueOrDefault(key)?.Text) is { } derived)
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, derived, parameter.DefaultIsDerived ? ValueOrigin.Derived : ValueOrigin.Default);
            }
        }

        return values;
    }

    private static TrunkIntent Build(Dictionary<string, ParameterValue> values, SiteProfile site)
    {
        string Text(string key) => values[key].Text;
        string? Maybe(string key) => values.GetValueOrDefault(key)?.Text;
        var (proxyHost, proxyPort) = ParameterChecks.SplitHostPort(Text("cfs-proxy"));
        return new TrunkIntent
        {
            Name = Text("name"),
            Site = site.Name,
            Edges = ReadEdges(Text("edges")),
            Transport = Enum.Parse<SipTransport>(Text("transport"), ignoreCase: true),
            TerminationName = ParameterChecks.StripTerminationSuffix(Text("termination")),
            PublicAddresses = [.. ParameterChecks.Split(Text("acl")).Select(p => ParameterChecks.Network(p)!.Value)],
            ServiceNetwork = Number(Text("service-network")),
            ServiceAddress = Text("service-address"),
            Realm = Text("realm"),
            LocalPort = Number(Text("local-port")),
            AdjacencyNamePattern = Text("adjacency"),
            InteropProfile = Text("interop-profile"),
            AdjacencyType = Text("adjacency-type"),
            CoreProxyAddress = IPAddress.Parse(proxyHost),
            CoreProxyPort = proxyPort is null ? 5060 : Number(proxyPort),
            MediaGatewayModel = Text("rmgm"),
            BindingName = Text("binding"),
            PollingIntervalSeconds = Maybe("polling") is { } polling ? Number(polling) : null,
            SipTrunkName = Text("sip-trunk"),
            TrunkGroup = Maybe("trunk-group"),
            TestNumber = Text("test-number"),
            Origination = Text("origination") == "yes",
            Numbers = Maybe("numbers") is { } numbers ? [.. ParameterChecks.Split(numbers)] : [],
            HostStyle = site.Perimeta.PeerHostStyle,
        };
    }

    private static IReadOnlyList<TwilioEdge> ReadEdges(string text)
    {
        if (string.Equals(text, "all", StringComparison.OrdinalIgnoreCase))
        {
            return EdgeCatalogue.Shipped.Edges;
        }

        // The catalogue's order, whatever order was typed, so that the same choice always gives the same plan.
        var chosen = ParameterChecks.Split(text).Select(n => EdgeCatalogue.Shipped.Find(n)!.Name).ToHashSet(StringComparer.Ordinal);
        return [.. EdgeCatalogue.Shipped.Edges.Where(e => chosen.Contains(e.Name))];
    }

    private static IEnumerable<ParameterError> CrossChecks(TrunkIntent intent)
    {
        var tooLong = intent.Edges.Select(intent.AdjacencyName).FirstOrDefault(n => ParameterChecks.PerimetaName(n) is not null);
        if (tooLong is not null)
        {
            yield return new ParameterError("adjacency", $"gives {ParameterChecks.Show(tooLong)}, which is not a Perimeta name of at most 30 characters");
        }

        if (intent.Edges.Select(intent.AdjacencyName).Distinct(StringComparer.Ordinal).Count() != intent.Edges.Count)
        {
            yield return new ParameterError("adjacency", "gives two edges the same adjacency name");
        }

        if (intent.Numbers.Count > 0 && !intent.Origination)
        {
            yield return new ParameterError("numbers", "numbers are of use only with origination=yes: without an origination URL their calls would fail");
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
