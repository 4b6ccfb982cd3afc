using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.CommandLine;

/// <summary>What was read of the systems, in a folder: <c>twilio.json</c>, <c>perimeta.txt</c> (the text of <c>show config</c>), <c>metaswitch.json</c>.</summary>
internal static class SavedSnapshots
{
    private const string Perimeta = "perimeta";

    public static string FileOf(string system) => system == Perimeta ? $"{system}.txt" : $"{system}.json";

    /// <exception cref="InputException">The folder or one of the files is not there.</exception>
    public static async Task<IReadOnlyList<SystemSnapshot>> ReadAsync(string folder, IReadOnlyList<INetworkSystem> systems, SiteProfile site, CancellationToken cancellationToken)
    {
        var missing = systems.Select(s => FileOf(s.Name)).Where(name => !File.Exists(Path.Combine(folder, name))).ToList();
        if (missing.Count > 0)
        {
            throw new InputException($"\"{folder}\" lacks {string.Join(" and ", missing)}; trunkbot snapshot SPEC --into \"{folder}\" writes them");
        }

        var read = new List<SystemSnapshot>();
        foreach (var system in systems)
        {
            var file = Path.Combine(folder, FileOf(system.Name));
            var text = (await InputText.ReadAsync(file, cancellationToken)).Text.TrimStart('\uFEFF');
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            read.Add(new SystemSnapshot(system.Name, system.ElementOf(site), File.GetLastWriteTimeUtc(file), text, fingerprint));
        }

        return read;
    }

    /// <exception cref="InputException">It can't be written.</exception>
    public static async Task WriteAsync(string folder, IReadOnlyList<SystemSnapshot> snapshots, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var snapshot in snapshots)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, FileOf(snapshot.System)), snapshot.Content, new UTF8Encoding(false), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"\"{folder}\" can't be written: {e.Message}", e);
        }
    }
}
