using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests.Kills;

/// <summary>Where in a commit of the bot's database the process dies. The numbers are those of <c>kill-at-commit.c</c>.</summary>
internal enum CommitMoment
{
    /// <summary>Before its first byte: what was done just before is not written down.</summary>
    Before = 1,

    /// <summary>After the first of its writes: SQLite has to throw away a torn commit.</summary>
    Half = 2,

    /// <summary>On the disk; the program never learns that.</summary>
    After = 3,
}

/// <summary>Kills a bot at a chosen commit, with a few lines of C that are loaded into it (<c>kill-at-commit.c</c>): the product has no hook for it.</summary>
internal sealed class CommitKiller : IDisposable
{
    private static readonly Lazy<string> Library = new(Compile);

    private readonly string path = Path.GetTempFileName();
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor shared;

    public CommitKiller()
    {
        File.WriteAllBytes(path, new byte[3 * sizeof(long)]);
        file = MemoryMappedFile.CreateFromFile(path);
        shared = file.CreateViewAccessor();
    }

    /// <summary>For the environment of the bot.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["LD_PRELOAD"] = Library.Value, ["KILL_AT_COMMIT"] = path };

    /// <summary>How many commits the process that was armed last has made.</summary>
    public long Commits => shared.ReadInt64(0);

    /// <summary>For the next process.</summary>
    /// <param name="commit">Counted from its start; 0: it lives.</param>
    public void Arm(long commit, CommitMoment moment)
    {
        shared.Write(0, 0L);
        shared.Write(2 * sizeof(long), (long)moment);
        shared.Write(sizeof(long), commit);
    }

    public void Dispose()
    {
        shared.Dispose();
        file.Dispose();
        File.Delete(path);
    }

    private static string Compile()
    {
        var library = Path.Combine(AppContext.BaseDirectory, string.Create(CultureInfo.InvariantCulture, $"kill-at-commit.{Environment.ProcessId}.so"));
        using var compiler = Process.Start(new ProcessStartInfo(
            "gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library, Path.Combine(Repository.Root, "tests", "EndToEnd", "Kills", "kill-at-commit.c")])
        {
            RedirectStandardError = true,
        })!;
        var said = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, said);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return library;
    }
}
