using System.Collections.Concurrent;
using TrunkBot.Changes.Life;
using TrunkBot.Cluster.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Cluster.Tests;

/// <summary>
/// Silos are stopped in order and started again one after another while changes are open, and the schema grows under those that run still. The newer program's
/// migration is played by SQL of the test, under the rule that migrations keep.
/// </summary>
public sealed class RollingTests
{
    private const int Changes = 15;

    [Fact]
    public async Task Changes_go_on_through_a_rolling_restart_with_a_migration()
    {
        await using var cluster = await TestCluster.StartAsync(Changes, TimeSpan.FromMilliseconds(400));
        await cluster.AddSilosAsync(3);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(8));
        var ended = new ConcurrentBag<Change>();
        var running = new List<Task>();
        var exits = new List<int>();
        foreach (var silo in cluster.Silos)
        {
            for (var i = 0; i < Changes / 3; i++)
            {
                var number = running.Count + 1;
                running.Add(Task.Run(async () => ended.Add(await cluster.CarryOutAsync($"trunk-{number}", $"site-{number}", null, limit.Token)), limit.Token));
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, limit.Token);
            exits.Add(await silo.StopAsync());
            if (exits.Count == 1)
            {
                await cluster.Postgres.ExecuteAsync(
                    cluster.Database,
                    "BEGIN; ALTER TABLE changes ADD \"Colour\" text NOT NULL DEFAULT 'none'; CREATE TABLE colours (name text PRIMARY KEY); "
                    + "INSERT INTO \"__EFMigrationsHistory\" VALUES ('20990101000000_Colours', '10.0.0'); COMMIT");
            }

            await silo.StartAsync();
        }

        await Task.WhenAll(running);

        Assert.Equal([0, 0, 0], exits);
        Assert.Equal([], ended.Where(c => c.State != ChangeState.Done).Select(c => $"{c.Id} {c.State} {c.Trouble?.Code}: {c.Trouble?.Sentence}"));
        Assert.Equal((Changes, 0, 0, 0), (ended.Count, cluster.Elements.Doubled, cluster.Elements.Mixed, cluster.Elements.Overlapping));
        Tables.Write(
            "rolling", "A rolling restart (SIGTERM, one silo after another) with a migration", ["silos restarted", "attempts", "survived", "lost", "steps doubled"],
            [["3", $"{Changes}", $"{ended.Count}", $"{Changes - ended.Count}", $"{cluster.Elements.Doubled}"]]);
    }
}
