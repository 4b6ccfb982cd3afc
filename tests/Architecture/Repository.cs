namespace TrunkBot.Architecture.Tests;

/// <summary>The files of the repository that the tests run in.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Bot.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>What people wrote under <c>src/</c>: nothing built, brought or generated.</summary>
    public static IEnumerable<string> Sources(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), pattern, SearchOption.AllDirectories)
            .Where(f => !new[] { "/obj/", "/bin/", "/node_modules/", "/wwwroot/lib/", "/Migrations/" }.Any(part => f.Replace('\\', '/').Contains(part, StringComparison.Ordinal)));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
