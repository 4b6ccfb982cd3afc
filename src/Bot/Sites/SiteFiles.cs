using TrunkBot.Changes.Life;
using TrunkBot.Chat.People;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sites;

/// <summary>The site profiles of a folder, read once at start. A bad file stops the start with file, line and reason.</summary>
public sealed class SiteFiles : ISites
{
    private readonly Dictionary<string, SiteProfile> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="directory">Folder with one JSON file a site.</param>
    /// <param name="dialects">Names of the Perimeta dialects that a site may choose.</param>
    /// <param name="accounts">Who may be named as approver or on call.</param>
    /// <exception cref="SiteProfileException">A file is no site profile, two name the same site, or one names a dialect, account or group that does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public SiteFiles(string directory, IReadOnlyCollection<string> dialects, Accounts accounts)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            var profile = SiteProfileReader.Read(text, file);
            if (!dialects.Contains(profile.Perimeta.Dialect))
            {
                throw new SiteProfileException(
                    file,
                    LineOf(text, "\"dialect\""),
                    $"perimeta.dialect: there is no dialect \"{profile.Perimeta.Dialect}\"; there are: {string.Join(", ", dialects)}. Put its file into the folder that Perimeta:DialectDirectory names");
            }

            SiteProfileException Wrong(string place, string reason) => new(file, SiteProfileReader.LineOf(text, place), reason);
            profile = profile with { Approval = SitePeople.Resolve(profile.Approval, accounts, Wrong), Execution = SitePeople.Resolve(profile.Execution, accounts, Wrong) };
            if (!_byName.TryAdd(profile.Name, profile))
            {
                throw new SiteProfileException(file, 1, $"the site \"{profile.Name}\" is described by another file too");
            }
        }

        All = [.. _byName.Values];
    }

    public IReadOnlyList<SiteProfile> All { get; }

    private static long LineOf(string text, string key)
    {
        var at = text.IndexOf(key, StringComparison.Ordinal);
        return 1 + text.AsSpan(0, Math.Max(at, 0)).Count('\n');
    }

    public SiteProfile? Find(string name) => _byName.GetValueOrDefault(name);
}
