namespace TrunkBot.Changes;

/// <summary>A person who acts. Identity is the platform's user id with its channel; a display name is for showing only.</summary>
/// <param name="Id">Channel and platform user id, such as <c>webchat:ana</c> or <c>msteams:{aadObjectId}</c>. Compared ordinally.</param>
/// <param name="DisplayName">What the platform says the person is called. Never used to decide anything.</param>
public sealed record Actor(string Id, string DisplayName);
