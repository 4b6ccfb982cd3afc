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
    /// <param name="siteNames">Every site's name, for suggestions.</param>
    public static IntentReading Read(IReadOnlyDictionary<string, string> typed, Func<string, SiteProfile?> findSite, IReadOnlyList<string>? siteNames = null)
    {
        var errors = new List<ParameterError>();
        foreach (var key in typed.Keys.Where(k => TrunkParameters.Find(k) is null))
        {
            errors.Add(new ParameterError(key, TrunkParameters.Unknown(key)));
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
            errors.Add(new ParameterError("site", $"there is no site {ParameterChecks.Show(siteName)}" + Known(siteName, siteNames ?? [])));
        }

        errors.AddRange(CrossChecks(values, [.. errors.Select(e => e.Key)]));
        var listed = TrunkParameters.All.Where(p => values.ContainsKey(p.Key)).Select(p => values[p.Key]).ToList();
        return new IntentReading(errors.Count > 0 || site is null ? null : Build(values, site), listed, errors);
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

        if (value.Length > parameter.MostCharacters)
        {
            return $"is {value.Length} characters long; at most {parameter.MostCharacters} are taken";
        }

        return parameter.IsNone(value)
            ? parameter.Optional ? null : "choose at least one"
            : parameter.OfChange && site?.Ticket is { } tickets ? tickets.Wrong(value)
            : parameter.Check(value) ?? NotOfSite(parameter, value, site);
    }

    private static string? NotOfSite(TrunkParameter parameter, string value, SiteProfile? site)
    {
        var allowed = parameter.AllowedAt(site);
        if (allowed.Count == 0)
        {
            return null;
        }

        var spelled = ParameterSpelling.Of(parameter, value, site);
        var foreign = (spelled == "all" ? parameter.Choices.Where(c => c != "all") : parameter.Many ? ParameterChecks.Split(spelled) : [spelled])
            .Where(v => !allowed.Contains(v, StringComparer.Ordinal)).ToList();
        return foreign.Count == 0
            ? null
            : $"{string.Join(", ", foreign.Select(ParameterChecks.Show))} {(foreign.Count == 1 ? "is not one" : "are not")} of this site's: {string.Join(", ", allowed)}";
    }

    private static string Known(string siteName, IReadOnlyList<string> siteNames) =>
        Nearest.To(siteName, siteNames) is { } near ? $"; did you mean {near}?" : siteNames.Count > 0 ? $"; known are {string.Join(", ", siteNames)}" : "";

    private static Dictionary<string, ParameterValue> Fill(Dictionary<string, string> given, SiteProfile? site)
    {
        var values = new Dictionary<string, ParameterValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in TrunkParameters.All)
        {
            if (given.TryGetValue(parameter.Key, out var text))
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, parameter.Key == "site" && site is not null ? site.Name : Spelled(text), ValueOrigin.Typed);
            }
            else if (site is not null && site.Defaults.TryGetValue(parameter.Key, out var fromSite))
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, Spelled(fromSite), ValueOrigin.SiteProfile);
            }
            else if (parameter.Default?.Invoke(key => values.GetValueOrDefault(key)?.Text) is { } derived && NotOfSite(parameter, derived, site) is null)
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, Spelled(derived), parameter.DefaultIsDerived ? ValueOrigin.Derived : ValueOrigin.Default);
            }
            else if (!parameter.Optional && parameter.AllowedAt(site) is [var only])
            {
                values[parameter.Key] = new ParameterValue(parameter.Key, only, ValueOrigin.SiteProfile);
            }

            string Spelled(string text) => ParameterSpelling.Of(parameter, text, site);
        }

        return values;
    }

    private static TrunkIntent Build(Dictionary<string, ParameterValue> values, SiteProfile site)
    {
        string Text(string key) => values[key].Text;
        string? Maybe(string key) => values.GetValueOrDefault(key)?.Text is { } text && !TrunkParameters.Find(key)!.IsNone(text) ? text : null;
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

    private static IReadOnlyList<TwilioEdge> ReadEdges(string spelled) =>
        spelled == "all" ? EdgeCatalogue.Current.Edges : [.. ParameterChecks.Split(spelled).Select(n => EdgeCatalogue.Current.Find(n)!)];

    /// <summary>What is wrong with values that are right one by one, as far as all that concern each other are right.</summary>
    private static IEnumerable<ParameterError> CrossChecks(Dictionary<string, ParameterValue> values, IReadOnlyList<string> wrong)
    {
        string? Right(string key) => wrong.Contains(key, StringComparer.Ordinal) ? null : values.GetValueOrDefault(key)?.Text;

        if (Right("name") is { } name && Right("edges") is { } edges && Right("adjacency") is { } pattern)
        {
            var names = ReadEdges(edges).Select(e => TrunkIntent.AdjacencyName(pattern, name, e)).ToList();
            if (names.FirstOrDefault(n => ParameterChecks.PerimetaName(n) is not null) is { } tooLong)
            {
                yield return new ParameterError("adjacency", $"gives {ParameterChecks.Show(tooLong)}, which is not a Perimeta name of at most 30 characters");
            }

            if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            {
                yield return new ParameterError("adjacency", "gives two edges the same adjacency name; put {edge} or {legacy} into it");
            }
        }

        if (Right("numbers") is { } numbers && numbers != TrunkParameter.None && Right("origination") == "no")
        {
            yield return new ParameterError("numbers", "numbers are of use only with origination=yes: without an origination URL their calls would fail");
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
