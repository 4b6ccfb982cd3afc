using Microsoft.Extensions.Options;

namespace TrunkBot.WebChat.Conversations;

/// <summary>Who there is, which conversations there are, and who reads which.</summary>
internal sealed class Roster(IOptions<WebChatOptions> options)
{
    private const string PersonalPrefix = "personal-";

    public Author Bot => new(options.Value.BotId, options.Value.BotName, IsBot: true);

    public IEnumerable<LabPerson> People => options.Value.People;

    public IEnumerable<LabGroup> Groups => options.Value.Groups;

    public LabPerson? FindPerson(string? userId) => options.Value.People.FirstOrDefault(p => string.Equals(p.Id, userId, StringComparison.Ordinal));

    public static string PersonalOf(LabPerson person) => PersonalPrefix + person.Id;

    public bool IsGroup(string conversationId) => options.Value.Groups.Any(g => string.Equals(g.Id, conversationId, StringComparison.Ordinal));

    /// <summary>The conversation exists: a group or somebody's chat with the bot.</summary>
    public bool Exists(string conversationId) =>
        IsGroup(conversationId)
        || (conversationId.StartsWith(PersonalPrefix, StringComparison.Ordinal) && FindPerson(conversationId[PersonalPrefix.Length..]) is not null);

    /// <summary>A person reads the groups and the own chat with the bot. Lab identities are not checked, yet the rule is kept, so that the page shows what real channels would.</summary>
    public bool Reads(LabPerson person, string conversationId) =>
        IsGroup(conversationId) || string.Equals(conversationId, PersonalOf(person), StringComparison.Ordinal);
}
