using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Hosting;

namespace TrunkBot.Audit;

/// <summary>
/// Checks the audit trail at start and every night. A trail that was touched is an alert of severity critical and an error in the log; one that is whole is a
/// line in the log with the newest hash, so that the log keeps it apart from the database. What is older than a site wants to keep goes to a file then.
/// </summary>
public sealed partial class AuditWatch(IAuditChain chain, IAlertDesk alerts, AuditOptions options, StorageOptions storage, TimeProvider time, ILogger<AuditWatch> logger) : BackgroundService
{
    /// <summary>UTC.</summary>
    private static readonly TimeSpan Night = TimeSpan.FromHours(3);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private DateOnly? _done;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Does the work of a night, once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var night = DateOnly.FromDateTime((now - Night).UtcDateTime);
        if (_done == night)
        {
            return;
        }

        var verdict = await chain.VerifyAsync(null, cancellationToken);
        if (verdict.Break is { } broken)
        {
            Log.Broken(logger, broken.Code, verdict.Sentence);
            await alerts.TakeAsync([AlertOf(broken, verdict, night)], cancellationToken);
        }
        else
        {
            Log.Whole(logger, verdict.Good, verdict.Newest?.Sequence ?? 0, verdict.Newest?.Hash ?? "none");
            if (options.KeepDays > 0)
            {
                await CutAsync(now, cancellationToken);
            }
        }

        _done = night;
    }

    private static Alert AlertOf(AuditBreak broken, AuditVerdict verdict, DateOnly night) => new()
    {
        Source = "trunkbot",
        Id = "audit-trail",
        Event = $"audit-trail:{night:yyyy-MM-dd}:{broken.Code}:{broken.Sequence}",
        Status = AlertStatus.Firing,
        Title = "The audit trail was touched",
        Description = $"{verdict.Sentence} ({broken.Code}) docs/audit.md says what to do.",
        Severity = Severities.Critical,
    };

    /// <summary>The records go to a file, which is on the disk before they leave the database. A broken trail is left as it is.</summary>
    private async Task CutAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await chain.LastBeforeAsync(now - TimeSpan.FromDays(options.KeepDays), cancellationToken) is not { } last)
        {
            return;
        }

        var folder = Path.GetFullPath(options.ArchiveDirectory.Length > 0 ? options.ArchiveDirectory : Path.Combine(storage.DataDirectory, "audit"));
        Directory.CreateDirectory(folder);
        var unfinished = Path.Combine(folder, "unfinished.part");
        long first = 0, count = 0;
        await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await foreach (var record in chain.ReadAsync(null, null, cancellationToken))
            {
                if (record.Sequence > last.Sequence)
                {
                    break;
                }

                first = count++ == 0 ? record.Sequence : first;
                await stream.WriteAsync(Encoding.UTF8.GetBytes(AuditJson.Line(record)), cancellationToken);
            }

            stream.Flush(flushToDisk: true);
        }

        var name = $"audit-{first:D9}-{last.Sequence:D9}.jsonl";
        File.Move(unfinished, Path.Combine(folder, name), overwrite: true);
        await using var written = File.OpenRead(Path.Combine(folder, name));
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellationToken));
        await chain.CutAsync(last, $"{count} records to {name}, SHA-256 {digest}", now, cancellationToken);
        Log.Cut(logger, first, last.Sequence, name);
    }

    private static partial class Log
    {
        [LoggerMessage(1701, LogLevel.Information, "The audit trail is whole: {Count} records, the newest {Sequence} with hash {Hash}")]
        public static partial void Whole(ILogger logger, long count, long sequence, string hash);

        [LoggerMessage(1702, LogLevel.Critical, "{Code}: {Sentence}")]
        public static partial void Broken(ILogger logger, string code, string sentence);

        [LoggerMessage(1703, LogLevel.Information, "The audit records {First} to {Last} went by age to {File}")]
        public static partial void Cut(ILogger logger, long first, long last, string file);

        [LoggerMessage(1704, LogLevel.Error, "Could not check the audit trail; it is tried again in ten minutes")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
