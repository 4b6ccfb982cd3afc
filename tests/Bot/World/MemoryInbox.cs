using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Bot.Tests.World;

/// <summary>An inbox in memory that fails on demand.</summary>
internal sealed class MemoryInbox : IInbox
{
    private readonly List<Turn> _turns = [];
    private readonly Lock _gate = new();

    public Dictionary<string, TurnOutcome> Outcomes { get; } = [];

    /// <summary>Reading what waits in a conversation fails this many times.</summary>
    public int ReadFailures { get; set; }

    /// <summary>Throws where an outcome can't be kept.</summary>
    public Action<string, TurnOutcome> OnComplete { get; set; } = (_, _) => { };

    public Task<bool> TryStoreAsync(Turn turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_turns.Any(t => t.Id == turn.Id))
            {
                return Task.FromResult(false);
            }

            _turns.Add(turn);
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<Turn>> PendingAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<Turn>>([.. _turns.Where(t => !Outcomes.ContainsKey(t.Id))]);
        }
    }

    public async Task<IReadOnlyList<Turn>> PendingOfAsync(string conversation, CancellationToken cancellationToken)
    {
        if (ReadFailures > 0)
        {
            ReadFailures--;
            throw new TimeoutException("the store is away");
        }

        return [.. (await PendingAsync(cancellationToken)).Where(t => t.Where.Key == conversation)];
    }

    public Task CompleteAsync(string turnId, TurnOutcome outcome, CancellationToken cancellationToken)
    {
        OnComplete(turnId, outcome);
        lock (_gate)
        {
            Outcomes.TryAdd(turnId, outcome);
        }

        return Task.CompletedTask;
    }

    public Task<TurnOutcome?> FindOutcomeAsync(string turnId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Outcomes.GetValueOrDefault(turnId));
        }
    }
}
