using System.Globalization;
using TrunkBot.Benchmarks.World;

namespace TrunkBot.Benchmarks.Load;

/// <summary>Turns at a fixed rate through the front doors of the bot and of peers, and one delivery repeated many times.</summary>
internal static class LoadBenchmark
{
    private const int Conversations = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var rate = Number(arguments, "--rate", 200);
        var seconds = Number(arguments, "--seconds", 30);
        var duplicates = Number(arguments, "--duplicates", 2000);
        var folder = Directory.CreateTempSubdirectory("trunkbot-load-").FullName;
        try
        {
            Console.WriteLine(Timing.Head);
            await using var cloud = await Cloud.StartAsync(folder);
            await using (var echo = await Subject.EchoAsync(cloud, Directory.CreateDirectory(Path.Combine(folder, "echo")).FullName))
            using (var door = new TeamsDoor(cloud, echo))
            {
                await MeasureAsync(cloud, echo, door, "hello", rate, seconds);
            }

            await using (var echo = await Subject.BoltAsync(cloud, Directory.CreateDirectory(Path.Combine(folder, "bolt")).FullName))
            using (var door = new SlackDoor(echo))
            {
                await MeasureAsync(cloud, echo, door, "hello", rate, seconds);
            }

            await using var bot = await Subject.BotAsync(cloud, folder);
            using IDoor teams = new TeamsDoor(cloud, bot);
            using IDoor slack = new SlackDoor(bot);
            var most = 0;
            foreach (var door in new[] { teams, slack })
            {
                foreach (var text in new[] { "help", "whoami" })
                {
                    await MeasureAsync(cloud, bot, door, text, rate, seconds);
                }
            }

            Console.WriteLine();
            foreach (var door in new[] { teams, slack })
            {
                var effects = await DuplicatesAsync(cloud, door, duplicates);
                most = Math.Max(most, effects);
                Console.WriteLine($"{duplicates} deliveries of one message at once, {door.Proof}: {effects} message(s) in its conversation.");
            }

            return most == 1 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Cloud cloud, Subject subject, IDoor door, string text, int rate, int seconds)
    {
        // What is compiled and cached at the first use is not what is asked here.
        await RunAsync(cloud, door, text, rate, rate * 20);
        var processor = subject.ProcessorSeconds;
        var timing = await RunAsync(cloud, door, text, rate, rate * seconds);
        Console.WriteLine(timing.Row($"{subject.Name}: \"{text}\", {door.Proof}"));
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{subject.Name}: {(subject.ProcessorSeconds - processor) / seconds:0.00} cores on average, {subject.PeakMebibytes} MiB at most"));
    }

    /// <summary>
    /// Spreads the turns over as many conversations as a busy operations room has. Each turn gets one message, in the order of its conversation: the n-th message
    /// in a conversation is the effect of its n-th turn.
    /// </summary>
    private static Task<Timing> RunAsync(Cloud cloud, IDoor door, string text, int rate, int count)
    {
        var run = NewChat();
        var loop = new OpenLoop(rate, count);
        cloud.Watch((conversation, nth) =>
        {
            if (conversation.StartsWith(run, StringComparison.Ordinal))
            {
                loop.Seen(((nth - 1) * Conversations) + int.Parse(conversation.AsSpan(run.Length + 1), CultureInfo.InvariantCulture));
            }
        });
        return loop.RunAsync(turn => door.SayAsync($"{run}X{turn % Conversations}", $"{run}X{turn}", text), Patience);
    }

    private static async Task<int> DuplicatesAsync(Cloud cloud, IDoor door, int count)
    {
        var conversation = NewChat();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cloud.Watch((seen, _) =>
        {
            if (seen == conversation)
            {
                first.TrySetResult();
            }
        });
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => door.SayAsync(conversation, $"{conversation}SAME", "help")));
        await first.Task.WaitAsync(Patience);

        // What follows it in the same conversation is handled after every repeat, were one handled.
        await door.SayAsync(conversation, $"{conversation}LAST", "whoami");
        while (cloud.PostsIn(conversation) < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return cloud.PostsIn(conversation) - 1;
    }

    /// <summary>An id as Slack gives its chats with the bot; Teams takes any.</summary>
    private static string NewChat() => $"D{Guid.NewGuid():N}".ToUpperInvariant();

    private static int Number(IReadOnlyList<string> arguments, string name, int otherwise) =>
        arguments.SkipWhile(a => a != name).Skip(1).FirstOrDefault() is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
