namespace TrunkBot.Changes;

/// <summary>A person who acts. Identity is the account of the site, whatever platform the person speaks from; a display name is for showing only.</summary>
/// <param name="Id">Id of the account, such as <c>ana</c>. Compared ordinally.</param>
/// <param name="DisplayName">What the person is called. Never used to decide anything.</param>
public sealed record Actor(string Id, string DisplayName)
{
    /// <summary>
    /// The message by which they act now, for the audit; null where none led to it. No part of who somebody is: two actors are equal without it, and it is
    /// not stored with a change.
    /// </summary>
    public Origin? Via { get; init; }

    public bool Equals(Actor? other) => other is not null && Id == other.Id && DisplayName == other.DisplayName;

    public override int GetHashCode() => HashCode.Combine(Id, DisplayName);
}

/// <summary>A message that led to an act.</summary>
/// <param name="Channel">Channel id, such as <c>msteams</c>.</param>
/// <param name="User">The platform's user, channel first, such as <c>slack:T024BE7LD/U023BECGF</c>.</param>
/// <param name="Conversation">The platform's id of the conversation.</param>
/// <param name="Message">The platform's id of what arrived, channel first.</param>
/// <param name="Text">What was written, or the button with what was sent along; cut, and without values of secrets.</param>
public sealed record Origin(string Channel, string User, string Conversation, string Message, string Text)
{
    /// <summary>Of a text: enough for any command, and not a document.</summary>
    public const int MostCharacters = 1000;
}
