using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Health;

/// <summary>How trunks were: the last look of each, single values, and pieces of five minutes and of an hour. A value is in one of them at a time.</summary>
internal sealed class HealthStore(IDatabase database) : IHealthHistory
{
    private const int FiveMinutes = 300;
    private const int Hour = 3600;

    public async Task AddAsync(HealthBatch batch, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var now in batch.Now)
        {
            var (key, json, at, badness) = (KeyOf(now.Trunk), JsonSerializer.Serialize(now, ChatJson.Options), now.At.ToUnixTimeSeconds(), PartNow.Badness(now.State));
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO health_now ("Key", "Badness", "Behind", "At", "Json") VALUES ({key}, {badness}, {now.Behind}, {at}, {json})
                ON CONFLICT ("Key") DO UPDATE SET "Badness" = excluded."Badness", "Behind" = excluded."Behind", "At" = excluded."At", "Json" = excluded."Json"
                """,
                cancellationToken);
        }

        foreach (var sample in batch.Samples)
        {
            // Two looks at the same second are one value.
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO health_samples ("Key", "Series", "At", "Value") VALUES ({KeyOf(sample.Trunk)}, {sample.Series}, {sample.At.ToUnixTimeSeconds()}, {sample.Value})
                ON CONFLICT ("Key", "Series", "At") DO NOTHING
                """,
                cancellationToken);
        }

        context.TestCalls.AddRange(batch.Calls.Select(c => new TestCallRow
        {
            Key = KeyOf(c.Trunk),
            At = c.Call.StartedAt.ToUnixTimeSeconds(),
            Json = JsonSerializer.Serialize(c.Call, ChatJson.Options),
        }));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<TrunkNow?> FindAsync(string trunk, CancellationToken cancellationToken)
    {
        var key = KeyOf(trunk);
        await using var context = database.Open();
        return await context.HealthNow.AsNoTracking().SingleOrDefaultAsync(r => r.Key == key, cancellationToken) is { } row ? NowOf(row) : null;
    }

    public async Task<HealthOverview> OverviewAsync(int most, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var managed = context.HealthNow.AsNoTracking().Where(r => context.Trunks.Any(t => t.Key == r.Key));
        var counts = await managed.GroupBy(r => r.Badness).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var down = await managed.Where(r => r.Behind != null).GroupBy(r => r.Behind!).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        var worst = await managed.OrderBy(r => r.Behind != null).ThenBy(r => r.Badness).ThenBy(r => r.Key).Take(most).ToListAsync(cancellationToken);
        var oldest = await managed.MinAsync(r => (long?)r.At, cancellationToken);
        var all = await context.Trunks.CountAsync(cancellationToken);
        return new HealthOverview(
            Enum.GetValues<HealthState>().ToDictionary(s => s, s => counts.FirstOrDefault(c => c.Key == PartNow.Badness(s))?.Count ?? 0),
            all - counts.Sum(c => c.Count),
            [.. down.OrderByDescending(d => d.Count).ThenBy(d => d.Key, StringComparer.Ordinal).Select(d => (d.Key, d.Count))],
            [.. worst.Select(NowOf)],
            oldest is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null);
    }

    public async Task<IReadOnlyList<TrunkNow>> ListAsync(int most, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.HealthNow.AsNoTracking().Where(r => context.Trunks.Any(t => t.Key == r.Key)).OrderBy(r => r.Key).Take(most).ToListAsync(cancellationToken);
        return [.. rows.Select(NowOf)];
    }

    public async Task<IReadOnlyList<HealthPiece>> ReadAsync(string trunk, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var (key, since) = (KeyOf(trunk), from.ToUnixTimeSeconds());
        await using var context = database.Open();
        var pieces = await context.HealthPieces.AsNoTracking().Where(p => p.Key == key && p.Start >= since).ToListAsync(cancellationToken);
        var samples = await context.HealthSamples.AsNoTracking().Where(s => s.Key == key && s.At >= since).ToListAsync(cancellationToken);
        return
        [
            .. pieces.Select(p => new HealthPiece(p.Series, DateTimeOffset.FromUnixTimeSeconds(p.Start), TimeSpan.FromSeconds(p.Width), p.Count, p.Least, p.Sum, p.Most))
                .Concat(samples.Select(s => new HealthPiece(s.Series, DateTimeOffset.FromUnixTimeSeconds(s.At), TimeSpan.Zero, 1, s.Value, s.Value, s.Value)))
                .OrderBy(p => p.Series, StringComparer.Ordinal).ThenBy(p => p.Start),
        ];
    }

    public async Task<IReadOnlyList<TestCall>> CallsAsync(string trunk, int most, CancellationToken cancellationToken)
    {
        var key = KeyOf(trunk);
        await using var context = database.Open();
        var rows = await context.TestCalls.AsNoTracking().Where(c => c.Key == key).OrderByDescending(c => c.At).ThenByDescending(c => c.Number).Take(most).ToListAsync(cancellationToken);
        return [.. rows.Select(r => JsonSerializer.Deserialize<TestCall>(r.Json, ChatJson.Options)!)];
    }

    public async Task AmendCallAsync(string trunk, DateTimeOffset startedAt, Func<TestCall, TestCall> change, CancellationToken cancellationToken)
    {
        var (key, at) = (KeyOf(trunk), startedAt.ToUnixTimeSeconds());
        await using var context = database.Open();
        foreach (var row in await context.TestCalls.Where(c => c.Key == key && c.At == at).ToListAsync(cancellationToken))
        {
            if (JsonSerializer.Deserialize<TestCall>(row.Json, ChatJson.Options)! is var call && call.StartedAt == startedAt)
            {
                row.Json = JsonSerializer.Serialize(change(call), ChatJson.Options);
            }
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<PlacedCall>> LastCallsAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var from = since.ToUnixTimeSeconds();
        await using var context = database.Open();
        var last = context.TestCalls.Where(c => c.At >= from).GroupBy(c => c.Key).Select(g => g.Max(c => c.Number));
        var rows = await context.TestCalls.AsNoTracking().Where(c => last.Contains(c.Number)).OrderBy(c => c.Key).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new PlacedCall(r.Key, JsonSerializer.Deserialize<TestCall>(r.Json, ChatJson.Options)!))];
    }

    public async Task ThinAsync(HealthAges ages, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // Whole pieces only: nothing is added to one that was made. Of two silos that thin at once the second finds its pieces made, and leaves them.
        var single = Before(ages.Singles, FiveMinutes);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO health_pieces ("Key", "Series", "Width", "Start", "Count", "Least", "Sum", "Most")
            SELECT "Key", "Series", {FiveMinutes}, "At" / {FiveMinutes} * {FiveMinutes}, COUNT(*), MIN("Value"), SUM("Value"), MAX("Value")
            FROM health_samples WHERE "At" < {single} GROUP BY 1, 2, 4
            ON CONFLICT ("Key", "Series", "Width", "Start") DO NOTHING
            """,
            cancellationToken);
        await context.HealthSamples.Where(s => s.At < single).ExecuteDeleteAsync(cancellationToken);

        var fine = Before(ages.FiveMinutes, Hour);
        await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO health_pieces ("Key", "Series", "Width", "Start", "Count", "Least", "Sum", "Most")
            SELECT "Key", "Series", {Hour}, "Start" / {Hour} * {Hour}, SUM("Count"), MIN("Least"), SUM("Sum"), MAX("Most")
            FROM health_pieces WHERE "Width" = {FiveMinutes} AND "Start" < {fine} GROUP BY 1, 2, 4
            ON CONFLICT ("Key", "Series", "Width", "Start") DO NOTHING
            """,
            cancellationToken);
        await context.HealthPieces.Where(p => p.Width == FiveMinutes && p.Start < fine).ExecuteDeleteAsync(cancellationToken);

        var oldest = ages.Hours.ToUnixTimeSeconds();
        await context.HealthPieces.Where(p => p.Start < oldest).ExecuteDeleteAsync(cancellationToken);
        await context.TestCalls.Where(c => c.At < oldest).ExecuteDeleteAsync(cancellationToken);
        await context.HealthNow.Where(r => !context.Trunks.Any(t => t.Key == r.Key)).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static long Before(DateTimeOffset at, int width) => at.ToUnixTimeSeconds() / width * width;

    private static string KeyOf(string trunk) => trunk.ToUpperInvariant();

    private static TrunkNow NowOf(HealthNowRow row) => JsonSerializer.Deserialize<TrunkNow>(row.Json, ChatJson.Options)!;
}

internal sealed class HealthNowRow
{
    /// <summary>The trunk's name in upper case.</summary>
    public required string Key { get; set; }

    /// <summary>As <see cref="PartNow.Badness"/> says, for the order.</summary>
    public int Badness { get; set; }

    public string? Behind { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long At { get; set; }

    public required string Json { get; set; }
}

internal sealed class HealthSampleRow
{
    public required string Key { get; set; }

    public required string Series { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long At { get; set; }

    public double Value { get; set; }
}

internal sealed class HealthPieceRow
{
    public required string Key { get; set; }

    public required string Series { get; set; }

    /// <summary>Seconds.</summary>
    public int Width { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long Start { get; set; }

    public long Count { get; set; }

    public double Least { get; set; }

    public double Sum { get; set; }

    public double Most { get; set; }
}

internal sealed class TestCallRow
{
    public long Number { get; set; }

    public required string Key { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long At { get; set; }

    public required string Json { get; set; }
}
