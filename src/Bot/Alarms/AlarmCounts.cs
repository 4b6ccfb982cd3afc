using System.Diagnostics.Metrics;

namespace TrunkBot.Alarms;

/// <summary>What became of each message of a device: nothing is lost without being counted. Counter <c>trunkbot.alarms</c> with the tags <c>source</c> and <c>outcome</c>.</summary>
internal sealed class AlarmCounts
{
    public const string MeterName = "TrunkBot.Alarms";

    /// <summary>An alert by a rule.</summary>
    public const string Taken = "taken";

    /// <summary>The same again.</summary>
    public const string Repeated = "repeated";

    /// <summary>No rule fits.</summary>
    public const string Unmapped = "without a rule";

    private readonly Lock gate = new();
    private readonly Dictionary<(string Source, string Outcome), (long Count, string Last)> sinceLast = [];
    private readonly Counter<long> counter;

    public AlarmCounts(IMeterFactory meters) => counter = meters.Create(MeterName).CreateCounter<long>("trunkbot.alarms", "{message}", "Messages of devices, by what became of them");

    /// <param name="outcome">One of the above, or why it was refused.</param>
    /// <param name="from">Its sender.</param>
    public void Add(string source, string outcome, string from)
    {
        counter.Add(1, new("source", source), new("outcome", outcome));
        lock (gate)
        {
            sinceLast[(source, outcome)] = (sinceLast.GetValueOrDefault((source, outcome)).Count + 1, from);
        }
    }

    /// <summary>What there was since this was asked for before, for the log; null when there was nothing.</summary>
    public string? Summary()
    {
        lock (gate)
        {
            var summary = string.Join("; ", sinceLast.OrderBy(c => c.Key.Source, StringComparer.Ordinal).ThenByDescending(c => c.Value.Count)
                .Select(c => $"{c.Value.Count} {c.Key.Source} {c.Key.Outcome} (last from {c.Value.Last})"));
            sinceLast.Clear();
            return summary.Length == 0 ? null : summary;
        }
    }
}
