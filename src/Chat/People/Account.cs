using TrunkBot.Changes;

namespace TrunkBot.Chat.People;

/// <summary>A person of the site, whatever platform they speak from. One account is one actor: who asked in Teams can't approve in Slack.</summary>
/// <param name="Id">Such as <c>ana</c>. Compared ordinally.</param>
/// <param name="Roles">What their groups allow.</param>
/// <param name="Language">Two letters, such as <c>de</c>.</param>
/// <param name="TimeZone">IANA name, such as <c>Europe/Berlin</c>.</param>
public sealed record Account(string Id, string Name, IReadOnlyList<string> Groups, Roles Roles, string Language, string TimeZone)
{
    public Actor Actor => new(Id, Name);

    /// <summary>Whether one of those roles is held; true where none is needed.</summary>
    public bool May(Roles anyOf) => anyOf == Roles.None || (Roles & anyOf) != 0;
}
