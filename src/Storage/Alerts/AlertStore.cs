using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Alerts;

/// <summary>Alerts. What happened and what becomes of the alert by it are written together, so that neither is without the other.</summary>
internal sealed class AlertStore(IDatabase database) : IAlertStore
{
    private const string Prefix = "ALR-";

    /// <summary>Many messages of one alert may arrive at once; each try that fails is one that another won.</summary>
    private const int Tries = 100;

    public async Task<AlertRecord?> TakeAsync(Alert alert, DateTimeOffset now, Func<AlertRecord?, AlertRecord> next, CancellationToken cancellationToken)
    {
        var happened = $"{alert.Source}:{alert.Event}";
        for (var i = 1; ; i++)
        {
            await using var context = database.Open();
            if (await context.AlertEvents.AnyAsync(e => e.Id == happened, cancellationToken))
            {
                return null;
            }

            var row = await context.Alerts.Where(a => a.Key == alert.Key).OrderByDescending(a => a.Episode).FirstOrDefaultAsync(cancellationToken);
            var record = next(row is null ? null : RecordOf(row));
            if (record.Id.Length == 0)
            {
                row = new AlertRow { Key = alert.Key, Episode = (row?.Episode ?? 0) + 1, Json = "" };
                context.Alerts.Add(row);
            }

            context.AlertEvents.Add(new AlertEventRow { Id = happened, At = now.ToUnixTimeSeconds() });
            Write(row!, record);
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return record with { Id = IdOf(row!) };
            }
            catch (DbUpdateException e) when (i < Tries && (e is DbUpdateConcurrencyException || database.IsDuplicate(e)))
            {
                // Somebody stored the same, or another message of the alert: look again.
            }
        }
    }

    public async Task<StoredAlert?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (NumberOf(id) is not { } number)
        {
            return null;
        }

        await using var context = database.Open();
        return await context.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.Number == number, cancellationToken) is { } row
            ? new StoredAlert(RecordOf(row), row.Version, row.Shows)
            : null;
    }

    public async Task<AlertRecord?> NewestAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        return await context.Alerts.AsNoTracking().Where(a => a.Key == key).OrderByDescending(a => a.Episode).FirstOrDefaultAsync(cancellationToken) is { } row ? RecordOf(row) : null;
    }

    public async Task<AlertRecord?> ChangeAsync(string id, Func<AlertRecord, AlertRecord?> change, CancellationToken cancellationToken)
    {
        if (NumberOf(id) is not { } number)
        {
            return null;
        }

        for (var i = 1; ; i++)
        {
            await using var context = database.Open();
            if (await context.Alerts.SingleOrDefaultAsync(a => a.Number == number, cancellationToken) is not { } row || change(RecordOf(row)) is not { } record)
            {
                return null;
            }

            Write(row, record);
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return record;
            }
            catch (DbUpdateConcurrencyException) when (i < Tries)
            {
                // On top of what somebody else wrote.
            }
        }
    }

    public async Task ShownAsync(string id, long version, CancellationToken cancellationToken)
    {
        var number = NumberOf(id);
        await using var context = database.Open();
        await context.Alerts.Where(a => a.Number == number).ExecuteUpdateAsync(set => set.SetProperty(a => a.Shows, version), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var numbers = await context.Alerts.Where(a => a.Shows != a.Version || a.DiagnosisWanted).OrderBy(a => a.Number).Select(a => a.Number).ToListAsync(cancellationToken);
        return [.. numbers.Select(n => $"{Prefix}{n}")];
    }

    public async Task ForgetEventsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var at = before.ToUnixTimeSeconds();
        await using var context = database.Open();
        await context.AlertEvents.Where(e => e.At < at).ExecuteDeleteAsync(cancellationToken);
    }

    private static void Write(AlertRow row, AlertRecord record)
    {
        row.Json = JsonSerializer.Serialize(record with { Id = "" }, ChatJson.Options);
        row.DiagnosisWanted = record.DiagnosisWanted;
        row.Version++;
    }

    private static AlertRecord RecordOf(AlertRow row) => JsonSerializer.Deserialize<AlertRecord>(row.Json, ChatJson.Options)! with { Id = IdOf(row) };

    private static string IdOf(AlertRow row) => $"{Prefix}{row.Number}";

    private static long? NumberOf(string id) =>
        id.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && long.TryParse(id.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

internal sealed class AlertRow
{
    public long Number { get; set; }

    /// <summary>Source and its id of the alert.</summary>
    public required string Key { get; set; }

    /// <summary>How many cards the alert had before, and one: with the key it is unique, so that one message makes one card.</summary>
    public int Episode { get; set; }

    /// <summary>JSON.</summary>
    public required string Json { get; set; }

    public bool DiagnosisWanted { get; set; }

    /// <summary>Version that its card shows.</summary>
    public long Shows { get; set; }

    public long Version { get; set; }
}

internal sealed class AlertEventRow
{
    /// <summary>Source and its id of what happened.</summary>
    public required string Id { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long At { get; set; }
}
