using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Ports;

/// <summary>What arrived and whether it was handled.</summary>
public interface IInbox
{
    /// <summary>Stores a turn under its id. False when it was there before: a repeat.</summary>
    Task<bool> TryStoreAsync(Turn turn, CancellationToken cancellationToken);

    /// <summary>Turns that were stored and not completed, oldest first: what a restart picks up.</summary>
    Task<IReadOnlyList<Turn>> PendingAsync(CancellationToken cancellationToken);

    /// <summary>The same of one conversation: the order in which they are to be handled.</summary>
    /// <param name="conversation">A <see cref="ConversationReference.Key"/>.</param>
    Task<IReadOnlyList<Turn>> PendingOfAsync(string conversation, CancellationToken cancellationToken);

    /// <summary>Marks a turn as handled and keeps its outcome for a repeat.</summary>
    Task CompleteAsync(string turnId, TurnOutcome outcome, CancellationToken cancellationToken);

    /// <summary>The outcome of a completed turn; null when it is unknown or not completed.</summary>
    Task<TurnOutcome?> FindOutcomeAsync(string turnId, CancellationToken cancellationToken);
}

/// <summary>A dialog that waits for somebody's next answer.</summary>
/// <param name="Key">Conversation key and actor id: one dialog per person and conversation.</param>
/// <param name="Kind">Such as <c>new-trunk</c>.</param>
/// <param name="Step">Which step it is at.</param>
/// <param name="Answers">Parameter key and text as typed.</param>
/// <param name="MessageId">The message that holds the form; null when there is none.</param>
public sealed record DialogState(
    string Key,
    string Kind,
    string Step,
    IReadOnlyDictionary<string, string> Answers,
    string? MessageId,
    DateTimeOffset Updated);

public interface IDialogStore
{
    Task<DialogState?> FindAsync(string key, CancellationToken cancellationToken);

    Task SaveAsync(DialogState state, CancellationToken cancellationToken);

    Task ClearAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A card that stands in a conversation and is edited when its subject changes.</summary>
/// <param name="Subject">What it shows, such as <c>change:CHG-17</c>.</param>
/// <param name="View">Which view of it, such as <c>approval</c> or <c>progress</c>.</param>
/// <param name="Shows">Version of the subject that it shows; null for one that is never edited.</param>
public sealed record PostedCard(string Subject, string View, ConversationReference Conversation, string MessageId, long? Shows = null);

public interface ICardStore
{
    Task AddAsync(PostedCard card, CancellationToken cancellationToken);

    /// <summary>The card stands in that message now, and shows that version of its subject.</summary>
    Task ShownAsync(PostedCard card, string messageId, long version, CancellationToken cancellationToken);

    Task<IReadOnlyList<PostedCard>> BySubjectAsync(string subject, CancellationToken cancellationToken);

    /// <summary>Ids of the changes that have gone on since one of their cards was drawn, such as <c>CHG-17</c>.</summary>
    Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellationToken);
}

/// <summary>Conversations that the bot knows and may write to unasked.</summary>
public interface IConversationStore
{
    Task SaveAsync(ConversationReference reference, CancellationToken cancellationToken);

    /// <summary>By <see cref="ConversationReference.Key"/>.</summary>
    Task<ConversationReference?> FindAsync(string key, CancellationToken cancellationToken);
}
