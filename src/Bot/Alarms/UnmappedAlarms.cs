using System.Text.Json;
using TrunkBot.Diagnostics.Alarms;

namespace TrunkBot.Alarms;

/// <summary>The last messages of devices that no rule fits, in memory and in a file of the data folder, from which <c>trunkbot alarms</c> shows them to who writes rules.</summary>
internal sealed class UnmappedAlarms(string file, int most)
{
    private readonly Lock gate = new();
    private readonly Queue<Alarm> last = [];
    private bool isSaved = true;

    public static string FileIn(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), "unmapped-alarms.json");

    /// <summary>What was saved, the oldest first; empty when nothing was.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="JsonException">It is not as it was written.</exception>
    public static IReadOnlyList<Alarm> Read(string file) => File.Exists(file) ? JsonSerializer.Deserialize<List<Alarm>>(File.ReadAllText(file)) ?? [] : [];

    public void Add(Alarm alarm)
    {
        lock (gate)
        {
            last.Enqueue(alarm);
            Trim();
            isSaved = false;
        }
    }

    /// <summary>What the last process saved goes before what came since.</summary>
    public void Load()
    {
        var before = Read(file);
        lock (gate)
        {
            List<Alarm> all = [.. before, .. last];
            last.Clear();
            all.ForEach(last.Enqueue);
            Trim();
        }
    }

    /// <summary>Writes the file anew if there is something new. Either the old or the new one is there, whenever this breaks off.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        List<Alarm> all;
        lock (gate)
        {
            if (isSaved)
            {
                return;
            }

            (all, isSaved) = ([.. last], true);
        }

        var begun = file + ".new";
        await File.WriteAllTextAsync(begun, JsonSerializer.Serialize(all), cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(begun, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(begun, file, overwrite: true);
    }

    private void Trim()
    {
        while (last.Count > most)
        {
            last.Dequeue();
        }
    }
}
