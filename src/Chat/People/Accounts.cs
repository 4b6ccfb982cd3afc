namespace TrunkBot.Chat.People;

/// <summary>The accounts of the settings: who is who by them, and which group may do what.</summary>
public sealed class Accounts
{
    private readonly Dictionary<string, Account> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Provider, string Subject), string> _bySubject = [];
    private readonly IReadOnlyList<(string Group, Roles Roles)> _groups;

    public Accounts(PeopleOptions options)
    {
        Language = options.Language;
        _groups = [.. options.RolesOfGroups.Select(g => (g.Key, g.Value.Aggregate(Roles.None, (all, r) => all | (RoleNames.Find(r) ?? Roles.None))))];
        foreach (var (id, account) in options.Accounts)
        {
            var roles = _groups.Where(g => account.Groups.Contains(g.Group, StringComparer.Ordinal)).Aggregate(Roles.None, (all, g) => all | g.Roles);
            _byId[id] = new Account(
                id,
                account.Name,
                [.. account.Groups],
                roles == Roles.None ? roles : roles | Roles.Viewer,
                account.Language.Length > 0 ? account.Language : options.Language,
                account.TimeZone.Length > 0 ? account.TimeZone : TimeZoneInfo.Utc.Id);
            foreach (var user in account.Claims().Select(c => UserIds.Read(c.User)).OfType<string>())
            {
                _byUser[user] = id;
            }

            foreach (var (provider, subject) in account.Subjects)
            {
                _bySubject[(provider, subject)] = id;
            }
        }
    }

    /// <summary>What is said to everybody is said in it.</summary>
    public string Language { get; }

    public IReadOnlyCollection<Account> All => _byId.Values;

    public Account? Find(string id) => _byId.GetValueOrDefault(id);

    public IReadOnlyList<Account> OfGroup(string group) => [.. _byId.Values.Where(a => a.Groups.Contains(group, StringComparer.Ordinal))];

    /// <summary>The account to which the settings bind a user of a platform.</summary>
    /// <param name="user">In canonical spelling (<see cref="UserIds"/>).</param>
    public Account? BoundTo(string user) => _byUser.TryGetValue(user, out var id) ? _byId[id] : null;

    /// <summary>The account that the settings give to a subject of a sign-in provider.</summary>
    public Account? OfSubject(string provider, string subject) => _bySubject.TryGetValue((provider, subject), out var id) ? _byId[id] : null;

    /// <summary>The users of platforms that the settings bind to an account.</summary>
    public IReadOnlyList<string> UsersOf(string account) => [.. _byUser.Where(u => u.Value == account).Select(u => u.Key)];

    /// <summary>Groups whose members hold one of those roles.</summary>
    public IReadOnlyList<string> GroupsWith(Roles anyOf) => [.. _groups.Where(g => (g.Roles & anyOf) != 0).Select(g => g.Group).Order(StringComparer.Ordinal)];
}
