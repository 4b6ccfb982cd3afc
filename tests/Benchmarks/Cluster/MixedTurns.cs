using System.Collections.Concurrent;
using System.Globalization;
using TrunkBot.Benchmarks.Load;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>Turns of many people who look and ask, over every silo in turn, as Teams brings them.</summary>
internal sealed class MixedTurns : IDisposable
{
    /// <summary>Chats that they come from.</summary>
    private const int Conversations = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What is said of fifty times; the first message of the bot's answers it. Only <c>status NAME</c> is answered by a card that is edited when the systems were read.</summary>
    private static readonly (string Said, int Times)[] Mix =
    [
        ("help", 9), ("whoami", 8), ("status NAME", 2), ("status NAEM", 2), ("list", 6), ("changes", 6), ("policy explain CHG-n", 5), ("audit CHG-n", 4), ("locks", 5), ("new trunk", 3),
    ];

    private readonly RunningSilos _silos;
    private readonly LoadShape _shape;
    private readonly ChangesInFlight _changes;
    private readonly TeamsDoor[] _doors;
    private readonly string[] _deck;
    private readonly ConcurrentDictionary<int, double> _edited = new();
    private OpenLoop? _loop;
    private string _run = "before the first";

    public MixedTurns(RunningSilos silos, LoadShape shape, ChangesInFlight changes)
    {
        (_silos, _shape, _changes) = (silos, shape, changes);
        _doors = [.. silos.Silos.Select(s => new TeamsDoor(silos.Cloud, s))];
        _deck = [.. Mix.SelectMany(m => Enumerable.Repeat(m.Said, m.Times))];
        new Random(50).Shuffle(_deck);
        silos.Cloud.Watch(Seen, Edited);
    }

    /// <summary>Sends them for so many seconds, beginning anew in chats that nobody has used.</summary>
    public async Task<TurnResults> RunAsync(int seconds)
    {
        _edited.Clear();
        _run = $"R{Guid.NewGuid():N}".ToUpperInvariant();
        var loop = new OpenLoop(_shape.Rate, _shape.Rate * seconds);
        _loop = loop;
        var timing = await loop.RunAsync(turn => _doors[turn % _doors.Length].SayAsync($"{_run}X{turn % Conversations}", $"{_run}X{turn}", Text(turn)), Patience);
        return new(
            timing,
            loop.Seen().ToLookup(s => SaidIn(s.Turn), s => s.Milliseconds),
            _edited.ToLookup(e => SaidIn(e.Key), e => e.Value));
    }

    public static IEnumerable<string> Commands => Mix.Select(m => m.Said);

    public void Dispose()
    {
        foreach (var door in _doors)
        {
            door.Dispose();
        }
    }

    private string SaidIn(int turn) => _deck[turn % _deck.Length];

    private string Text(int turn)
    {
        // Spread over all of them, the same in every run.
        var name = LoadCluster.TrunkName((int)(turn * 7919L % _shape.Trunks) + 1);
        var open = _changes.OpenNumbers;
        return SaidIn(turn).Replace("NAME", name, StringComparison.Ordinal).Replace("NAEM", $"{name}x", StringComparison.Ordinal)
            .Replace("CHG-n", $"CHG-{(open.Count == 0 ? 1 : open[turn % open.Count])}", StringComparison.Ordinal);
    }

    private void Seen(string conversation, int nth)
    {
        if (conversation.StartsWith(_run, StringComparison.Ordinal))
        {
            _loop!.Seen(TurnOf(conversation[(_run.Length + 1)..], nth));
        }
    }

    private void Edited(string message)
    {
        if (message.StartsWith(_run, StringComparison.Ordinal))
        {
            var dash = message.LastIndexOf('-');
            var turn = TurnOf(message[(_run.Length + 1)..dash], int.Parse(message.AsSpan(dash + 1), CultureInfo.InvariantCulture));
            _edited[turn] = _loop!.SinceDue(turn);
        }
    }

    /// <summary>Each turn gets one message, and a chat's turns are handled in order.</summary>
    private static int TurnOf(string chat, int nth) => ((nth - 1) * Conversations) + int.Parse(chat, CultureInfo.InvariantCulture);
}

/// <param name="ByCommand">From the moment a turn was due to its first message, ms.</param>
/// <param name="ByEdit">The same to the last edit of that message.</param>
internal sealed record TurnResults(Timing Timing, ILookup<string, double> ByCommand, ILookup<string, double> ByEdit);
