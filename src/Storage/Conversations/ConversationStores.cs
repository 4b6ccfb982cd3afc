using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Life;

namespace TrunkBot.Storage.Conversations;

/// <summary>Dialogs that wait for an answer.</summary>
internal sealed class DialogStore(IDatabase database) : IDialogStore
{
    public async Task<DialogState?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var json = await context.Dialogs.AsNoTracking().Where(d => d.Key == key).Select(d => d.Json).SingleOrDefaultAsync(cancellationToken);
        return json is null ? null : JsonSerializer.Deserialize<DialogState>(json, ChatJson.Options);
    }

    public Task SaveAsync(DialogState state, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(state, ChatJson.Options);
        return database.UpsertAsync(state.Key, () => new DialogRow { Key = state.Key, Json = json }, row => row.Json = json, cancellationToken);
    }

    public async Task ClearAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Dialogs.Where(d => d.Key == key).ExecuteDeleteAsync(cancellationToken);
    }
}

/// <summary>Conversations that the bot may write to unasked; the newest reference of each stands.</summary>
internal sealed class ConversationStore(IDatabase database) : IConversationStore
{
    public async Task<ConversationReference?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var json = await context.Conversations.AsNoTracking().Where(c => c.Key == key).Select(c => c.Json).SingleOrDefaultAsync(cancellationToken);
        return json is null ? null : JsonSerializer.Deserialize<ConversationReference>(json, ChatJson.Options);
    }

    public Task SaveAsync(ConversationReference reference, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(reference, ChatJson.Options);
        return database.UpsertAsync(reference.Key, () => new ConversationRow { Key = reference.Key, Json = json }, row => row.Json = json, cancellationToken);
    }
}

/// <summary>Cards that stand in conversations and are edited when their subject changes.</summary>
internal sealed class CardStore(IDatabase database) : ICardStore
{
    public async Task AddAsync(PostedCard card, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Cards.Add(new CardRow
        {
            Subject = card.Subject,
            View = card.View,
            ConversationKey = card.Conversation.Key,
            Conversation = JsonSerializer.Serialize(card.Conversation, ChatJson.Options),
            MessageId = card.MessageId,
            Shows = card.Shows,
        });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (database.IsDuplicate(e))
        {
            // It is known already: adding it twice would edit it twice.
        }
    }

    public async Task ShownAsync(PostedCard card, string messageId, long version, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Cards
            .Where(c => c.Subject == card.Subject && c.View == card.View && c.ConversationKey == card.Conversation.Key && c.MessageId == card.MessageId)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.MessageId, messageId).SetProperty(c => c.Shows, version), cancellationToken);
    }

    public async Task<IReadOnlyList<PostedCard>> BySubjectAsync(string subject, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Cards.AsNoTracking().Where(c => c.Subject == subject).OrderBy(c => c.Sequence).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new PostedCard(
            r.Subject, r.View, JsonSerializer.Deserialize<ConversationReference>(r.Conversation, ChatJson.Options)!, r.MessageId, r.Shows))];
    }

    public async Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var numbers = await (
            from change in context.Changes
            where context.Cards.Any(c => c.Subject == "change:" + ChangeStore.Prefix + change.Number && c.Shows < change.Version)
            orderby change.Number
            select change.Number).ToListAsync(cancellationToken);
        return [.. numbers.Select(n => $"{ChangeStore.Prefix}{n}")];
    }
}

internal sealed class DialogRow : IVersionedRow
{
    public required string Key { get; set; }

    public required string Json { get; set; }

    public long Version { get; set; }
}

internal sealed class ConversationRow : IVersionedRow
{
    public required string Key { get; set; }

    public required string Json { get; set; }

    public long Version { get; set; }
}

internal sealed class CardRow
{
    public long Sequence { get; set; }

    public required string Subject { get; set; }

    public required string View { get; set; }

    public required string ConversationKey { get; set; }

    /// <summary>JSON.</summary>
    public required string Conversation { get; set; }

    public required string MessageId { get; set; }

    /// <summary>Version of the change that it shows; null for one that is never edited.</summary>
    public long? Shows { get; set; }
}
