using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sites;

/// <summary>The site profiles of a folder, read once at start. A bad file stops the start with file, line and reason.</summary>
public sealed class SiteFiles : ISites
{
    private readonly Dictionary<string, SiteProfile> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="directory">Folder with one JSON file a site.</param>
    /// <exception cref="SiteProfileException">A file is no site profile, or two name the same site.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public SiteFiles(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            var profile = SiteProfileReader.Read(File.ReadAllText(file), file);
            if (!_byName.TryAdd(profile.Name, profile))
            {
                throw new SiteProfileException(file, 1, $"the site \"{profile.Name}\" is described by another file too");
            }
        }

        All = [.. _byName.Values];
    }

    public IReadOnlyList<SiteProfile> All { get; }

    public SiteProfile? Find(string name) => _byName.GetValueOrDefault(name);
}
