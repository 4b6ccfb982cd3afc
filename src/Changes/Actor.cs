namespace TrunkBot.Changes;

/// <summary>A person who acts. Identity is the account of the site, whatever platform the person speaks from; a display name is for showing only.</summary>
/// <param name="Id">Id of the account, such as <c>ana</c>. Compared ordinally.</param>
/// <param name="DisplayName">What the person is called. Never used to decide anything.</param>
public sealed record Actor(string Id, string DisplayName);
