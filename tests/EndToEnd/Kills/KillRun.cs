using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab.Script;

namespace TrunkBot.EndToEnd.Tests.Kills;

/// <summary>How one life of the bot ends.</summary>
internal abstract record Death
{
    /// <param name="Commit">Counted from the start of the process.</param>
    public sealed record AtCommit(long Commit, CommitMoment Moment) : Death;

    /// <summary>At any moment, whatever the process is at; counted from a commit, so that a slow machine is not killed at its start each time.</summary>
    public sealed record AtMoment(long Commit, int MillisecondsLater) : Death;
}

/// <summary>
/// Drives a change to its end through many lives of the bot. People go on meanwhile as people do: they look at the card, do what it asks for, press the button,
/// and look again when nobody answers.
/// </summary>
internal sealed class KillRun(Testbed testbed, CommitKiller killer, IEnumerator<Death> deaths)
{
    private const int Killed = 128 + 9;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PressAgainAfter = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, int> standings = [];

    /// <summary>How many lives were ended.</summary>
    public int Kills { get; private set; }

    /// <summary>How often the bot died where, by its journal.</summary>
    public IReadOnlyDictionary<string, int> Standings => standings;

    /// <returns>The card in Ana's chat at the end, drawn by the last life; the bot of that life goes on.</returns>
    public async Task<SeenMessage> ThroughAsync(string change, params string[] ends)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var death = deaths.MoveNext() ? deaths.Current : null;
            killer.Arm(death is Death.AtCommit at ? at.Commit : 0, death is Death.AtCommit { Moment: var moment } ? moment : CommitMoment.After);
            await testbed.LaunchBotAgainAsync(killer.Settings);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var people = PeopleAsync(change, ends, over.Token);
            var ended = death is Death.AtMoment later ? KillAsync(later, people) : testbed.Bot.Ended;
            await Task.WhenAny(people, ended);
            killer.Arm(0, CommitMoment.After);
            if (people.IsCompleted && !testbed.Bot.Ended.IsCompleted)
            {
                return await people;
            }

            await over.CancelAsync();
            await people.ContinueWith(static _ => { }, TaskScheduler.Default);
            Assert.True(testbed.Bot.ExitCode == Killed, $"The bot ended by itself:{Environment.NewLine}{await testbed.Bot.LogAsync()}");
            Kills++;
            using var journal = new JournalFile(testbed.DatabasePath);
            var standing = journal.Standing();
            TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():T} kill {Kills}, {change}, {death}: {standing}");
            standings[standing] = standings.GetValueOrDefault(standing) + 1;
            if (journal.IsDrawn(change, ends))
            {
                // The web chat keeps its messages in memory, so the last card died with the process; a platform would have it. The next life draws it once more.
                await testbed.ForgetCardsAsync(change);
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromHours(3), $"{change} does not come to an end after {Kills} kills.");
        }
    }

    private async Task KillAsync(Death.AtMoment at, Task over)
    {
        while (killer.Commits < at.Commit && !over.IsCompleted && !testbed.Bot.Ended.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        await Task.WhenAny(over, Task.Delay(TimeSpan.FromMilliseconds(at.MillisecondsLater), TimeProvider.System));
        if (!over.IsCompleted)
        {
            await testbed.Bot.KillAsync();
        }
    }

    private async Task<SeenMessage> PeopleAsync(string change, string[] ends, CancellationToken cancellationToken)
    {
        string? pressed = null;
        var pressedAt = 0L;
        while (true)
        {
            try
            {
                await ApproveAsync(change, cancellationToken);
                var card = (await testbed.Chat.ReadAsync("ana", Testbed.ChatOf("ana"), cancellationToken))
                    .LastOrDefault(m => m.IsBot && m.Lines.Contains("Progress") && m.Says($"{change}:"));
                if (card is not null)
                {
                    Assert.False(Testbed.IsAt(card, [.. new[] { "Failed", "Stuck" }.Except(ends)]), string.Join('\n', card.Lines));
                    if (Testbed.IsAt(card, ends))
                    {
                        return card;
                    }

                    if (Testbed.ManualStepOf(card) is { } step && (step != pressed || TimeProvider.System.GetElapsedTime(pressedAt) > PressAgainAfter))
                    {
                        await WorkAsync(card.Lines, cancellationToken);
                        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), card, "done-step");
                        (pressed, pressedAt) = (step, TimeProvider.System.GetTimestamp());
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or ScriptException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Nobody answers: the bot is not up yet, or is dead. Who pressed a button looks again whether it did something.
                pressed = null;
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private async Task ApproveAsync(string change, CancellationToken cancellationToken)
    {
        var request = (await testbed.Chat.ReadAsync("ben", "approvals", cancellationToken)).LastOrDefault(m => m.Button("approve")?.Data["change"]?.ToString() == change);
        if (request is not null)
        {
            await testbed.PressAsync("ben", "approvals", request, "approve");
        }
    }

    private async Task WorkAsync(IReadOnlyList<string> worksheet, CancellationToken cancellationToken)
    {
        try
        {
            await testbed.Engineer.WorkAsync(worksheet, cancellationToken);
        }
        catch (ScriptException e) when (e.Message.Contains("lab-no-such-object", StringComparison.Ordinal))
        {
            // Taken back before the bot died.
        }
    }
}
