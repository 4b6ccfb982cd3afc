namespace TrunkBot.Tests.Support;

/// <summary>Results that are figures and not only passed or failed: <c>./test</c> prints them at its end.</summary>
internal static class Tables
{
    /// <summary>The folder that holds <c>Bot.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Keeps a table as <c>test-output/tables/NAME.txt</c> and shows it in the test's own output.</summary>
    public static void Write(string name, string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Length).Max()).ToList();
        var text = string.Join('\n', [title, .. rows.Prepend(columns).Select(r => string.Join("  ", r.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd())]);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        var folder = Path.Combine(Root, "test-output", "tables");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.txt"), text + "\n");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }
}
