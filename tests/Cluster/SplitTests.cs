using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Cluster.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Cluster.Tests;

/// <summary>
/// A silo that lives but does not know any more what the others do, in the middle of a step: it has begun an edit on the element, and the element has not answered
/// yet. It must not become a second writer, whatever it is cut off from, and whenever it comes back.
/// </summary>
public sealed class SplitTests
{
    /// <summary>Changes, each on an element of its own, after which a silo that got none would be a wonder.</summary>
    private const int Most = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>From what a silo is cut off.</summary>
    private static readonly string[] Splits = ["Redis", "PostgreSQL", "Redis and the other silos", "everything but the element"];

    [Fact]
    public async Task A_silo_that_is_cut_off_from_the_cluster_does_not_become_a_second_writer() =>
        Report("split-short", [await CutOffAsync("everything but the element")]);

    [LongFact]
    public async Task Whatever_a_silo_is_cut_off_from_it_does_not_become_a_second_writer()
    {
        List<IReadOnlyList<string>> rows = [];
        foreach (var from in Splits)
        {
            rows.Add(await CutOffAsync(from));
        }

        Report("split-long", rows);
    }

    [LongFact]
    public async Task A_silo_that_slept_while_others_took_over_sends_nothing_more()
    {
        await using var cluster = await TestCluster.StartAsync(Most + 4, TimeSpan.FromMilliseconds(200));
        await cluster.AddSilosAsync(3);
        var silo = cluster.Silos[2];
        Report("asleep-long", [await RunAsync("asleep (SIGSTOP)", cluster, silo, isTakenOver: true, silo.SleepAsync, silo.WakeAsync)]);
    }

    private static async Task<IReadOnlyList<string>> CutOffAsync(string from)
    {
        await using var cut = await CutOff.CreateAsync();
        await using var cluster = await TestCluster.StartAsync(Most + 4, TimeSpan.FromMilliseconds(200), cut.Parts);
        await cluster.AddSilosAsync(2);
        var silo = await cluster.AddSiloAsync(cut.Address, cut.Namespace);
        string[] parts = from switch
        {
            "Redis" => [cut.Parts.Redis],
            "PostgreSQL" => [cut.Parts.Postgres],
            "Redis and the other silos" => [cut.Parts.Redis, cut.Parts.Silos],
            _ => [cut.Parts.Redis, cut.Parts.Silos, cut.Parts.Postgres],
        };

        return await RunAsync($"cut off from {from}", cluster, silo, isTakenOver: parts.Contains(cut.Parts.Silos), () => cut.CutAsync(parts), () => cut.HealAsync(parts));
    }

    private static void Report(string name, IReadOnlyList<IReadOnlyList<string>> rows) => Tables.Write(
        name, "One silo of three does not know any more what the others do",
        ["the silo is", "steps taken over", "attempts", "survived", "lost", "steps doubled", "elements with two at once", "kept out by the element"], rows);

    /// <returns>A row of the table.</returns>
    /// <param name="isTakenOver">The others notice, and finish what the silo had begun while it is away.</param>
    private static async Task<IReadOnlyList<string>> RunAsync(string what, TestCluster cluster, World.Silo away, bool isTakenOver, Func<Task> part, Func<Task> join)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(8));
        var (begun, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Elements.Begun = async silo =>
        {
            if (silo == away.Name)
            {
                begun.TrySetResult();
                await answer.Task;
            }
        };

        // One after another, until one is placed in the silo that will be away; then a few more, which the others carry out meanwhile.
        var running = new List<Task<Change>>();
        while (!begun.Task.IsCompleted)
        {
            Assert.True(running.Count < Most, "No change was placed in the silo that was to be cut off.");
            await Task.WhenAny(begun.Task, Begin(cluster.Silos[running.Count % 2]));
        }

        await part();
        for (var i = 0; i < 4; i++)
        {
            _ = Begin(cluster.Silos[0]);
        }

        if (isTakenOver)
        {
            // Only now does the element answer, and the silo that is away may try to commit.
            await Task.WhenAll(running);
            answer.SetResult();
            if (what.StartsWith("cut", StringComparison.Ordinal))
            {
                Assert.True(await away.SaysOrEndsAsync(["another one was first", "failure of our own"], Patience), "The silo that was cut off went on as if nothing had happened.");
            }

            await join();
            Assert.True(await away.SaysOrEndsAsync(["another one was first"], Patience), "The silo that came back did not notice.");
        }
        else
        {
            answer.SetResult();
            await Task.Delay(TimeSpan.FromSeconds(20), TimeProvider.System, limit.Token);
            await join();
        }

        var ended = await Task.WhenAll(running);
        var (done, twice) = (ended.Count(c => c.State == ChangeState.Done), cluster.Elements.Doubled);
        var unknown = 0;
        foreach (var change in ended)
        {
            unknown += (await cluster.TicketsAsync(change.Id)).Count(t => t.Outcome == TicketOutcome.Unknown);
        }

        Assert.Equal([], ended.Where(c => c.State != ChangeState.Done).Select(c => $"{c.Id} {c.State} {c.Trouble?.Code}: {c.Trouble?.Sentence}"));
        Assert.Equal((0, 0, 0), (twice, cluster.Elements.Mixed, cluster.Elements.Overlapping));
        Assert.All(Enumerable.Range(1, ended.Length), i => Assert.Equal(["whitelist", "adjacency", "activation", "binding"], cluster.Elements.Commits($"trunk-{i}").Select(c => c.Step)));
        if (isTakenOver)
        {
            Assert.True(unknown > 0, "Nothing was taken over, so nothing was shown.");
        }

        return [what, $"{unknown}", $"{ended.Length}", $"{done}", $"{ended.Length - done}", $"{twice}", $"{cluster.Elements.Mixed + cluster.Elements.Overlapping}", $"{cluster.Elements.Refused}"];

        Task<Change> Begin(World.Silo through)
        {
            var number = running.Count + 1;
            var change = Task.Run(() => cluster.CarryOutAsync($"trunk-{number}", $"site-{number}", through, limit.Token), limit.Token);
            running.Add(change);
            return change;
        }
    }
}
