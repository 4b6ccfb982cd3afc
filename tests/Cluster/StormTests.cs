using System.Collections.Concurrent;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Cluster.Tests.World;

namespace TrunkBot.Cluster.Tests;

/// <summary>Three silos, one of them killed and started again all the time, while many changes run. Long with TRUNKBOT_LONG=1.</summary>
public sealed class StormTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("TRUNKBOT_LONG") == "1";

    [Fact]
    public async Task No_change_is_lost_or_applied_twice_and_no_element_has_two_at_once_while_silos_die()
    {
        var (changes, elements, kills) = IsLong ? (100, 50, 30) : (20, 10, 4);
        await using var cluster = await TestCluster.StartAsync(elements, TimeSpan.FromMilliseconds(400));
        for (var i = 0; i < 3; i++)
        {
            await cluster.AddSiloAsync();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(IsLong ? 40 : 10));
        var ended = new ConcurrentBag<Change>();
        var running = new List<Task>();
        for (var kill = 0; kill < kills; kill++)
        {
            // As many as there are kills left are begun before each, so that there is always something to be killed in the middle.
            for (var i = changes * kill / kills; i < changes * (kill + 1) / kills; i++)
            {
                var (trunk, site) = ($"trunk-{i + 1}", $"site-{(i % elements) + 1}");
                running.Add(Task.Run(async () => ended.Add(await cluster.CarryOutAsync(trunk, site, null, limit.Token)), limit.Token));
            }

            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, limit.Token);
            var victim = cluster.Silos[kill % cluster.Silos.Count];
            await victim.KillAsync();
            await victim.StartAsync();
        }

        await Task.WhenAll(running);
        var unknown = 0;
        foreach (var change in ended)
        {
            unknown += (await cluster.TicketsAsync(change.Id)).Count(t => t.Outcome == TicketOutcome.Unknown);
        }

        var (done, twice) = (ended.Count(c => c.State == ChangeState.Done), cluster.Elements.Doubled);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"""
            | three silos | kills | killed in the middle of a step | changes | survived | lost | steps doubled | elements with two at once | kept out by the element |
            |---|---|---|---|---|---|---|---|---|
            | kill -9, {elements} elements | {kills} | {unknown} | {changes} | {done} | {changes - done} | {twice} | {cluster.Elements.Mixed + cluster.Elements.Overlapping} | {cluster.Elements.Refused} |
            """);
        Assert.Equal([], ended.Where(c => c.State != ChangeState.Done).Select(c => $"{c.Id} {c.State} {c.Trouble?.Code}: {c.Trouble?.Sentence}"));
        Assert.Equal(changes, done);
        Assert.Equal((0, 0, 0), (twice, cluster.Elements.Mixed, cluster.Elements.Overlapping));
        Assert.All(Enumerable.Range(1, changes), i => Assert.Equal(["whitelist", "adjacency", "activation", "binding"], cluster.Elements.Commits($"trunk-{i}").Select(c => c.Step)));
        var log = string.Join('\n', cluster.Silos.SelectMany(s => s.Log));
        Assert.DoesNotContain(cluster.Postgres.Password, log, StringComparison.Ordinal);
    }
}
