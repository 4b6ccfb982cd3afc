using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Chat.People;

/// <summary>Who the people of the site are and what they may do, section <c>People</c>.</summary>
public sealed class PeopleOptions : IValidatableObject
{
    public const string Section = "People";

    /// <summary>By account id, such as <c>ana</c>: lower-case letters, digits, <c>.</c>, <c>-</c>, <c>_</c>. Empty: nobody may do anything.</summary>
    public IDictionary<string, AccountOptions> Accounts { get; set; } = new Dictionary<string, AccountOptions>(StringComparer.Ordinal);

    /// <summary>By group: the roles of its members, of <c>viewer</c>, <c>engineer</c>, <c>approver</c>, <c>oncall</c>, <c>admin</c>.</summary>
    public IDictionary<string, IList<string>> RolesOfGroups { get; set; } = new Dictionary<string, IList<string>>(StringComparer.Ordinal);

    /// <summary>What everybody together hears, and each person who chose nothing: a language of the bot, such as <c>en</c> or <c>de</c>.</summary>
    public string Language { get; set; } = Languages.Default;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Languages.IsKnown(Language))
        {
            yield return Wrong(nameof(Language), $"there is no language \"{Language}\"; there are: {Languages.Listed}");
        }

        foreach (var (group, roles) in RolesOfGroups)
        {
            foreach (var role in roles.Where(r => RoleNames.Find(r) is null))
            {
                yield return Wrong($"{nameof(RolesOfGroups)}:{group}", $"there is no role \"{role}\"; there are: {RoleNames.Listed}");
            }
        }

        var claimed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, account) in Accounts)
        {
            var key = $"{nameof(Accounts)}:{id}";
            if (id.Length is 0 or > 40 || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_'))
            {
                yield return Wrong(key, "an account id is 1 to 40 lower-case letters, digits, '.', '-' or '_'");
            }

            if (string.IsNullOrWhiteSpace(account.Name))
            {
                yield return Wrong($"{key}:{nameof(account.Name)}", "missing");
            }

            if (account.Language.Length > 0 && !Languages.IsKnown(account.Language))
            {
                yield return Wrong($"{key}:{nameof(account.Language)}", $"there is no language \"{account.Language}\"; there are: {Languages.Listed}");
            }

            if (account.TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(account.TimeZone, out _))
            {
                yield return Wrong($"{key}:{nameof(account.TimeZone)}", $"there is no time zone \"{account.TimeZone}\"; write it like Europe/Berlin");
            }

            foreach (var (name, value, user) in account.Claims())
            {
                if (UserIds.Read(user) is not { } canonical)
                {
                    yield return Wrong($"{key}:{name}", $"\"{value}\" can't be right; write {AccountOptions.FormOf(name)}");
                }
                else if (!claimed.TryAdd(canonical, id))
                {
                    yield return Wrong($"{key}:{name}", $"{canonical} is bound to the account {claimed[canonical]} already");
                }
            }
        }
    }

    private static ValidationResult Wrong(string key, string reason) => new(reason, [key]);
}

/// <summary>One account of the site.</summary>
public sealed class AccountOptions
{
    /// <summary>For showing only.</summary>
    public string Name { get; set; } = "";

    public IList<string> Groups { get; set; } = [];

    /// <summary><c>en</c> or <c>de</c>; empty: English. What the person chooses in chat comes before it.</summary>
    public string Language { get; set; } = "";

    /// <summary>IANA name such as <c>Europe/Berlin</c>; empty: UTC. What the person chooses in chat comes before it.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>Object id of the person in Entra, a GUID: who that is in Teams.</summary>
    public string EntraObjectId { get; set; } = "";

    /// <summary>Team and user id, such as <c>T024BE7LD/U023BECGF</c>: who that is in Slack.</summary>
    public string SlackUser { get; set; } = "";

    /// <summary>Id in the lab's web chat, such as <c>ana</c>.</summary>
    public string WebChatUser { get; set; } = "";

    /// <summary>By the name of a sign-in provider: the subject that its tokens name this person by. Lets the person bind a chat user by signing in.</summary>
    public IDictionary<string, string> Subjects { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The users of platforms that the settings bind to this account.</summary>
    internal IEnumerable<(string Name, string Value, string User)> Claims()
    {
        (string Name, string Value, string User)[] all =
        [
            (nameof(EntraObjectId), EntraObjectId, $"msteams:{EntraObjectId}"),
            (nameof(SlackUser), SlackUser, $"slack:{SlackUser}"),
            (nameof(WebChatUser), WebChatUser, $"webchat:{WebChatUser}"),
        ];
        return all.Where(c => c.Value.Length > 0);
    }

    internal static string FormOf(string name) => name switch
    {
        nameof(EntraObjectId) => "the object id, a GUID",
        nameof(SlackUser) => "team and user id, such as T024BE7LD/U023BECGF",
        _ => "the id in the web chat, such as ana",
    };
}
