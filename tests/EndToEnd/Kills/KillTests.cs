using System.Globalization;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Tests.Support;

namespace TrunkBot.EndToEnd.Tests.Kills;

/// <summary>
/// The real bot is killed with SIGKILL again and again over a change of eight edges, at the lab's sshd, SOAP and REST servers. Each time a new process goes on; at the end
/// the systems hold what they hold after a run that nobody disturbed, and everything that may be sent once only was received exactly once.
/// </summary>
[Collection("Kills, beside the others")]
public sealed class KillTests
{
    private const string SetUp = "new trunk name=acme-west site=denver edges=ashburn,umatilla,dublin,frankfurt,tokyo,singapore,sydney,sao-paulo";

    private static readonly CommitMoment[] Moments = [CommitMoment.Before, CommitMoment.Half, CommitMoment.After];

    [Fact]
    public async Task Killed_twenty_times_a_change_of_eight_edges_is_carried_out_once()
    {
        var undisturbed = await UndisturbedAsync(remove: false);
        await using var testbed = await Testbed.StartAsync();
        using var killer = new CommitKiller();
        var seed = Seed();
        var run = new KillRun(testbed, killer, Few(new Random(seed)).GetEnumerator());
        var row = await SurvivesAsync(testbed, run, $"set-up, 20 kills, seed {seed}", await testbed.ApprovedAsync(SetUp), "Done", undisturbed[0]);

        Assert.Equal(20, run.Kills);
        Report("kills-short", [row], run);
    }

    [LongFact]
    public async Task Killed_at_least_two_hundred_times_over_set_up_undo_and_removal_nothing_is_lost_and_nothing_doubled()
    {
        var undisturbed = await UndisturbedAsync(remove: true);
        var seed = Seed();
        var wanted = int.TryParse(Environment.GetEnvironmentVariable("TRUNKBOT_KILLS"), CultureInfo.InvariantCulture, out var asked) ? asked : 200;
        List<Row> rows = [];
        await using var testbed = await Testbed.StartAsync();
        using var killer = new CommitKiller();
        var run = new KillRun(testbed, killer, Many(new Random(seed)).GetEnumerator());
        while (run.Kills < wanted)
        {
            var untouched = Look(testbed);
            var setUp = await testbed.ApprovedAsync(SetUp);
            rows.Add(await SurvivesAsync(testbed, run, $"{setUp} set-up", setUp, "Done", undisturbed[0]));

            var card = await testbed.ReachAsync(setUp, "Done");
            await testbed.PressAsync("ana", Testbed.ChatOf("ana"), card, "undo");
            rows.Add(await SurvivesAsync(testbed, run, $"{setUp} undo", setUp, "Undone", new Expected(untouched, [])));
            if (run.Kills >= wanted)
            {
                break;
            }

            var again = await testbed.ApprovedAsync(SetUp);
            rows.Add(await SurvivesAsync(testbed, run, $"{again} set-up", again, "Done", undisturbed[0]));
            var removal = await testbed.ApprovedAsync("remove acme-west");
            rows.Add(await SurvivesAsync(testbed, run, $"{removal} removal", removal, "Done", undisturbed[1]));
        }

        Report("kills-long", [.. rows, new("all", rows.Sum(r => r.Attempts), rows.Sum(r => r.Survived), rows.Sum(r => r.Lost), rows.Sum(r => r.Doubled))], run, $" (seed {seed})");
    }

    /// <summary>A row of the table: how often the bot was killed over a change, and how that ended.</summary>
    private sealed record Row(string Change, int Attempts, int Survived, int Lost, int Doubled);

    /// <summary>What a change must have led to.</summary>
    /// <param name="Once">What was sent once only; empty: not compared.</param>
    private sealed record Expected(string World, IReadOnlyList<string> Once);

    private static async Task<Row> SurvivesAsync(Testbed testbed, KillRun run, string what, string change, string end, Expected expected)
    {
        var (kills, before) = (run.Kills, testbed.Ledger());
        var card = await run.ThroughAsync(change, end, "Failed", "Stuck");

        var received = testbed.Ledger().Since(before);
        var (difference, doubled, died) = (LabWorld.Difference(expected.World, Look(testbed)), received.Doubled(), run.Kills - kills);
        var isWhole = Testbed.IsAt(card, end) && difference.Length == 0;
        TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():T} {what}: {(isWhole ? "as it shall be" : "not as it shall be")} after {died} kills");
        Assert.True(Testbed.IsAt(card, end), string.Join('\n', card.Lines));
        Assert.Equal("", difference);
        Assert.Empty(doubled);
        if (expected.Once.Count > 0)
        {
            Assert.Equal(expected.Once, received.Once());
        }

        StandsInTheJournal(testbed, testbed.Ledger());
        return new Row(what, died, isWhole ? died : 0, isWhole ? 0 : 1, doubled.Count);
    }

    /// <summary>Whatever the systems received stands in the journal as sent, under a ticket, and at least as often.</summary>
    private static void StandsInTheJournal(Testbed testbed, Ledger received)
    {
        using var journal = new JournalFile(testbed.DatabasePath);
        var sent = journal.Sent();
        Missing(received.Twilio.Select(r => $"{r.Method} http://127.0.0.1:{testbed.Lab.TwilioPort}{r.Path}"), sent.Select(s => s.Text.Split('\n')[0]));
        Missing(received.Sbc.Select(l => l.Line), sent.Select(s => s.Text));
        Missing(received.Cfs.Select(_ => "update"), sent.Where(s => s.Text.Contains("SequenceNumber", StringComparison.Ordinal)).Select(_ => "update"));

        static void Missing(IEnumerable<string> received, IEnumerable<string> sent)
        {
            var left = sent.GroupBy(s => s, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            Assert.Empty(received.GroupBy(r => r, StringComparer.Ordinal).Where(g => g.Count() > left.GetValueOrDefault(g.Key)).Select(g => $"{g.Count()} times received, {left.GetValueOrDefault(g.Key)} times in the journal: {g.Key}"));
        }
    }

    private static async Task<IReadOnlyList<Expected>> UndisturbedAsync(bool remove)
    {
        await using var testbed = await Testbed.StartAsync();
        List<Expected> after = [];
        foreach (var line in remove ? new[] { SetUp, "remove acme-west" } : [SetUp])
        {
            var before = testbed.Ledger();
            await testbed.ThroughAsync(line);
            var received = testbed.Ledger().Since(before);
            Assert.Empty(received.Doubled());
            after.Add(new Expected(Look(testbed), received.Once()));
        }

        return after;
    }

    /// <summary>Ten commits that follow each other closely and wander through the change, and ten moments.</summary>
    private static IEnumerable<Death> Few(Random random)
    {
        for (var i = 0; i < 20; i++)
        {
            yield return i % 2 == 0 ? new Death.AtCommit(random.Next(10, 90), Moments[i / 2 % 3]) : new Death.AtMoment(random.Next(10, 90), random.Next(300));
        }
    }

    /// <summary>
    /// Every commit from the third of a process to the hundred and sixty-second in an order that wanders, at all three moments; each fifth life ends at a moment instead.
    /// The longest step, the whitelist, is some eighty commits: about half of the lives come to its end.
    /// </summary>
    private static IEnumerable<Death> Many(Random random)
    {
        for (var i = 0; ; i++)
        {
            yield return i % 5 == 4 ? new Death.AtMoment(random.Next(3, 160), random.Next(400)) : new Death.AtCommit(3 + (i * 37 % 160), Moments[i % 3]);
        }
    }

    private static int Seed() => int.TryParse(Environment.GetEnvironmentVariable("TRUNKBOT_SEED"), CultureInfo.InvariantCulture, out var asked) ? asked : Environment.TickCount & 0xFFFF;

    private static void Report(string name, IReadOnlyList<Row> rows, KillRun run, string more = "")
    {
        Tables.Write(name, $"Kill -9 over a change of eight edges{more}", ["change", "attempts", "survived", "lost", "doubled"],
            [.. rows.Select(r => (IReadOnlyList<string>)[r.Change, $"{r.Attempts}", $"{r.Survived}", $"{r.Lost}", $"{r.Doubled}"])]);
        Tables.Write($"{name}-where", "Where the killed process stood, by its journal", ["standing", "kills"], [.. run.Standings.OrderByDescending(s => s.Value).Select(s => (IReadOnlyList<string>)[s.Key, $"{s.Value}"])]);
    }

    private static string Look(Testbed testbed) => LabWorld.Read(testbed.Lab, testbed.LabData);
}
