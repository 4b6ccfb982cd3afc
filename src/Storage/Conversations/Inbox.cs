using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Conversations;

/// <summary>What arrived. The unique id of a turn drops a repeat, whichever process receives it.</summary>
internal sealed partial class Inbox(IDatabase database, ILogger<Inbox>? logger = null) : IInbox
{
    private readonly ILogger _logger = logger ?? NullLogger<Inbox>.Instance;

    public async Task<bool> TryStoreAsync(Turn turn, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Inbox.Add(new TurnRow { TurnId = turn.Id, ConversationKey = turn.Where.Key, Turn = JsonSerializer.Serialize(turn, ChatJson.Options) });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            return false;
        }
    }

    public Task<IReadOnlyList<Turn>> PendingAsync(CancellationToken cancellationToken) => PendingAsync(rows => rows, cancellationToken);

    public Task<IReadOnlyList<Turn>> PendingOfAsync(string conversation, CancellationToken cancellationToken) =>
        PendingAsync(rows => rows.Where(t => t.ConversationKey == conversation), cancellationToken);

    private async Task<IReadOnlyList<Turn>> PendingAsync(Func<IQueryable<TurnRow>, IQueryable<TurnRow>> which, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await which(context.Inbox.AsNoTracking().Where(t => t.Outcome == null)).OrderBy(t => t.Sequence).Select(t => new { t.TurnId, t.Turn }).ToListAsync(cancellationToken);
        var turns = new List<Turn>();
        foreach (var row in rows)
        {
            if (Read(row.TurnId, row.Turn) is { } turn)
            {
                turns.Add(turn);
            }
            else
            {
                await CompleteAsync(row.TurnId, TurnOutcome.Refused("turn-unreadable", "This could not be read again after a restart, and nothing was done."), cancellationToken);
            }
        }

        return turns;
    }

    // Such as one that another version of the program stored. It must not hold up the turns behind it.
    private Turn? Read(string turnId, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Turn>(json, ChatJson.Options);
        }
        catch (JsonException e)
        {
            Log.Unreadable(_logger, turnId, e);
            return null;
        }
    }

    public async Task CompleteAsync(string turnId, TurnOutcome outcome, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(outcome, ChatJson.Options);
        await using var context = database.Open();

        // The first outcome stands: a repeat of the turn is told what the first one was.
        await context.Inbox.Where(t => t.TurnId == turnId && t.Outcome == null)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Outcome, json), cancellationToken);
    }

    public async Task<TurnOutcome?> FindOutcomeAsync(string turnId, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var json = await context.Inbox.AsNoTracking().Where(t => t.TurnId == turnId).Select(t => t.Outcome).SingleOrDefaultAsync(cancellationToken);
        return json is null ? null : JsonSerializer.Deserialize<TurnOutcome>(json, ChatJson.Options);
    }

    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Error, "Turn {TurnId} in the inbox can't be read and is refused")]
        public static partial void Unreadable(ILogger logger, string turnId, Exception exception);
    }
}

internal sealed class TurnRow
{
    public long Sequence { get; set; }

    public required string TurnId { get; set; }

    public required string ConversationKey { get; set; }

    /// <summary>JSON.</summary>
    public required string Turn { get; set; }

    /// <summary>JSON; null until the turn was handled.</summary>
    public string? Outcome { get; set; }
}

/// <summary>How what belongs to conversations is kept: computed properties are left out.</summary>
internal static class ChatJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };
}
