using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Parameters;

/// <summary>Reads what is to change of a trunk: the values that it has, and over them what was typed.</summary>
public static class ChangeReader
{
    /// <summary>Names that everything of a trunk carries, on three systems and in what people did by hand.</summary>
    private static readonly string[] Fixed = ["name", "site", "termination", "adjacency", "rmgm", "binding", "sip-trunk"];

    /// <summary>Whether a parameter stays as long as the trunk lives.</summary>
    public static bool IsFixed(string key) => Fixed.Contains(key);

    /// <summary>
    /// The trunk as it shall be. What was not typed stays as it is, whatever the site profile says by now. Lists may be typed whole, or as what is
    /// added and taken away: <c>edges=+dublin,-umatilla</c>.
    /// </summary>
    /// <param name="current">The values that the trunk has.</param>
    /// <param name="typed">Parameter key and text.</param>
    /// <param name="findSite">Finds a site profile by name.</param>
    public static IntentReading Read(IReadOnlyList<ParameterValue> current, IReadOnlyDictionary<string, string> typed, Func<string, SiteProfile?> findSite)
    {
        var errors = new List<ParameterError>();
        var texts = TrunkParameters.OfTrunk(current).ToDictionary(v => v.Key, v => v.Text, StringComparer.OrdinalIgnoreCase);
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, text) in typed)
        {
            if (TrunkParameters.Find(key) is not { } parameter)
            {
                errors.Add(new(key, TrunkParameters.Unknown(key)));
                continue;
            }

            var old = texts.GetValueOrDefault(parameter.Key, "");
            var (now, wrong) = parameter.Many ? Merge(parameter, old, text) : (text, null);
            if (wrong is not null)
            {
                errors.Add(new(parameter.Key, wrong));
            }
            else if (IsFixed(parameter.Key) && !string.Equals(now.Trim(), old, StringComparison.OrdinalIgnoreCase))
            {
                errors.Add(new(parameter.Key, $"stays {ParameterChecks.Show(old)} as long as the trunk lives: set up another trunk with the new value, then remove this one"));
            }
            else
            {
                texts[parameter.Key] = now;
                given.Add(parameter.Key);
            }
        }

        var reading = IntentReader.Read(texts, findSite);
        errors.AddRange(reading.Errors.Where(e => errors.All(known => known.Key != e.Key)));
        return new(
            errors.Count > 0 ? null : reading.Intent,
            [.. reading.Values.Select(v => given.Contains(v.Key) ? v : current.FirstOrDefault(c => c.Key == v.Key && c.Text == v.Text) ?? v)],
            errors);
    }

    private static (string Text, string? Wrong) Merge(TrunkParameter parameter, string old, string typed)
    {
        var parts = ParameterChecks.Split(typed);
        var signed = parts.Count(p => p[0] is '+' or '-');

        // A telephone number begins with a plus of its own.
        if (signed == 0 || parts.All(p => p[0] == '+' && p.Skip(1).All(char.IsAsciiDigit)))
        {
            return (typed, null);
        }

        if (signed < parts.Count)
        {
            return (typed, "either name all of them, or put + or - before each one that is added or taken away");
        }

        var list = parameter.IsNone(old) ? [] : ParameterChecks.Split(old).SelectMany(one => one == "all" ? parameter.Choices.Where(choice => choice != "all") : [one]).ToList();
        var removed = parts.Where(p => p[0] == '-').Select(p => p[1..].Trim()).ToList();
        if (removed.FirstOrDefault(r => !list.Contains(r, StringComparer.OrdinalIgnoreCase)) is { } missing)
        {
            return (typed, $"{ParameterChecks.Show(missing)} is not among {ParameterChecks.Show(old)}");
        }

        var added = parts.Where(p => p[0] == '+').Select(p => p[1..].Trim());
        var now = list.Except(removed, StringComparer.OrdinalIgnoreCase).Union(added, StringComparer.OrdinalIgnoreCase).ToList();
        return now.Count > 0 ? (string.Join(',', now), null)
            : parameter.Optional ? (TrunkParameter.None, null)
            : (typed, "one at least must be left; to take the trunk down, say remove");
    }
}
