using System.Collections.Concurrent;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Cluster.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Cluster.Tests;

/// <summary>
/// Three silos, one of them killed and started again all the time, while many changes run. Every second kill is aimed at a silo that has just begun an edit on an
/// element, so that it dies in the middle of the step or right behind it; the others come at any moment.
/// </summary>
public sealed class StormTests
{
    [Fact]
    public Task No_change_is_lost_or_applied_twice_and_no_element_has_two_at_once_while_silos_die() => StormAsync("storm-short", changes: 20, onElements: 10, kills: 4);

    [LongFact]
    public Task A_hundred_changes_over_fifty_elements_outlive_thirty_kills() => StormAsync("storm-long", changes: 100, onElements: 50, kills: 30);

    private static async Task StormAsync(string name, int changes, int onElements, int kills)
    {
        await using var cluster = await TestCluster.StartAsync(onElements, TimeSpan.FromMilliseconds(400));
        await cluster.AddSilosAsync(3);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(40));
        var ended = new ConcurrentBag<Change>();
        var running = new List<Task>();
        for (var kill = 0; kill < kills; kill++)
        {
            // As many as there are kills left are begun before each, so that there is always something to be killed in the middle.
            for (var i = changes * kill / kills; i < changes * (kill + 1) / kills; i++)
            {
                var (trunk, site) = ($"trunk-{i + 1}", $"site-{(i % onElements) + 1}");
                running.Add(Task.Run(async () => ended.Add(await cluster.CarryOutAsync(trunk, site, null, limit.Token)), limit.Token));
            }

            var victim = kill % 2 == 0 ? await InTheMiddleAsync(cluster, limit.Token) : cluster.Silos[kill / 2 % cluster.Silos.Count];
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
        Tables.Write(
            name, $"Three silos, {changes} changes over {onElements} elements, kill -9 of one silo after another",
            ["kills", "steps killed in the middle", "attempts", "survived", "lost", "steps doubled", "elements with two at once", "kept out by the element"],
            [[$"{kills}", $"{unknown}", $"{changes}", $"{done}", $"{changes - done}", $"{twice}", $"{cluster.Elements.Mixed + cluster.Elements.Overlapping}", $"{cluster.Elements.Refused}"]]);
        Assert.Equal([], ended.Where(c => c.State != ChangeState.Done).Select(c => $"{c.Id} {c.State} {c.Trouble?.Code}: {c.Trouble?.Sentence}"));
        Assert.Equal(changes, done);
        Assert.Equal((0, 0, 0), (twice, cluster.Elements.Mixed, cluster.Elements.Overlapping));
        Assert.All(Enumerable.Range(1, changes), i => Assert.Equal(["whitelist", "adjacency", "activation", "binding"], cluster.Elements.Commits($"trunk-{i}").Select(c => c.Step)));
        var log = string.Join('\n', cluster.Silos.SelectMany(s => s.Log));
        Assert.DoesNotContain(cluster.Postgres.Password, log, StringComparison.Ordinal);
        Assert.True(unknown > 0, "No kill hit a step, so nothing was shown.");
    }

    /// <returns>A silo that has begun an edit: the element is at work on it for longer than is waited here. When nobody edits any more, any silo.</returns>
    private static async Task<World.Silo> InTheMiddleAsync(TestCluster cluster, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Elements.Begun = silo =>
        {
            begun.TrySetResult(silo);
            return Task.CompletedTask;
        };
        await Task.WhenAny(begun.Task, Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, cancellationToken));
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next((int)cluster.Elements.Work.TotalMilliseconds)), TimeProvider.System, cancellationToken);
        return begun.Task.IsCompleted ? cluster.Silos.Single(silo => silo.Name == begun.Task.Result) : cluster.Silos[^1];
    }
}
