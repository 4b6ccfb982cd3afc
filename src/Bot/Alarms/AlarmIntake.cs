using System.Text.Json;
using System.Threading.Channels;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Alarms;

/// <summary>
/// From what devices said to alerts, which then go the way of all alerts: read by the rules, the same said again passed over, the rest kept for who writes rules. While the store is
/// away it waits; what does not fit into the queue meanwhile is counted.
/// </summary>
internal sealed partial class AlarmIntake(
    AlarmRules rules, AlarmOptions options, IAlertDesk desk, UnmappedAlarms unmapped, AlarmCounts counts, TimeProvider time, ILogger<AlarmIntake> logger) : BackgroundService
{
    private const int MostWaiting = 10_000;
    private const int MostAtOnce = 100;

    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenSummaries = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BeforeNextTry = TimeSpan.FromSeconds(5);

    private readonly Channel<Arrived> waiting = Channel.CreateBounded<Arrived>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Dictionary<string, (AlertStatus Status, DateTimeOffset At)> told = new(StringComparer.Ordinal);

    /// <summary>Takes one over, and returns at once.</summary>
    /// <param name="taken">Called when it is stored, or known to be nothing that is to be stored; never, when it was lost.</param>
    public void Take(Alarm alarm, Action? taken = null)
    {
        if (!waiting.Writer.TryWrite(new Arrived(alarm, taken)))
        {
            counts.Add(alarm.Source, "lost because too many wait", alarm.From);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            unmapped.Load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.NotKept(logger, e.Message);
        }

        await Task.WhenAll(WorkAsync(stoppingToken), TidyAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync();
        Summarize();
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Arrived>();
        while (await waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batch.Count < MostAtOnce && waiting.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            await StoreAsync([.. batch.Select(a => Read(a.Alarm)).OfType<Alert>()], stoppingToken);
            batch.ForEach(a => a.Taken?.Invoke());
            batch.Clear();
        }
    }

    /// <summary>The alert, if it is news.</summary>
    private Alert? Read(Alarm alarm)
    {
        var meaning = rules.Read(alarm);
        foreach (var rule in meaning.Slow)
        {
            counts.Add(alarm.Source, $"for which the rule \"{rule}\" took too long", alarm.From);
        }

        if (meaning.Alert is not { } alert)
        {
            counts.Add(alarm.Source, AlarmCounts.Unmapped, alarm.From);
            unmapped.Add(alarm);
            return null;
        }

        if (told.TryGetValue(alert.Key, out var before) && before.Status == alert.Status && alarm.At - before.At < options.RepeatAfter)
        {
            counts.Add(alarm.Source, AlarmCounts.Repeated, alarm.From);
            return null;
        }

        if (told.Count >= MostWaiting)
        {
            // Forgotten too early it is only stored once more.
            told.Clear();
        }

        told[alert.Key] = (alert.Status, alarm.At);
        counts.Add(alarm.Source, AlarmCounts.Taken, alarm.From);
        return alert;
    }

    private async Task StoreAsync(IReadOnlyList<Alert> alerts, CancellationToken stoppingToken)
    {
        while (alerts.Count > 0)
        {
            try
            {
                await desk.TakeAsync(alerts, CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                Log.NotStored(logger, alerts.Count, e);
            }

            await Task.Delay(BeforeNextTry, time, stoppingToken);
        }
    }

    private async Task TidyAsync(CancellationToken stoppingToken)
    {
        var summary = time.GetUtcNow() + BetweenSummaries;
        using var timer = new PeriodicTimer(BetweenSaves, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SaveAsync();
            if (time.GetUtcNow() >= summary)
            {
                summary = time.GetUtcNow() + BetweenSummaries;
                Summarize();
            }
        }
    }

    private async Task SaveAsync()
    {
        try
        {
            await unmapped.SaveAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotKept(logger, e.Message);
        }
    }

    private void Summarize()
    {
        if (counts.Summary() is { } summary)
        {
            Log.Summary(logger, summary);
        }
    }

    private readonly record struct Arrived(Alarm Alarm, Action? Taken);

    private static partial class Log
    {
        [LoggerMessage(1901, LogLevel.Information, "Messages of devices: {Summary}")]
        public static partial void Summary(ILogger logger, string summary);

        [LoggerMessage(1902, LogLevel.Error, "{Count} alerts of devices could not be stored; it is tried again in 5 s")]
        public static partial void NotStored(ILogger logger, int count, Exception error);

        [LoggerMessage(1903, LogLevel.Warning, "The file of messages without a rule can't be read or written: {Why}")]
        public static partial void NotKept(ILogger logger, string why);
    }
}
