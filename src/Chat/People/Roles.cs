namespace TrunkBot.Chat.People;

/// <summary>What somebody may ask for at all. Who may do what to one change is decided by the change's own rules beside it.</summary>
[Flags]
public enum Roles
{
    None = 0,

    /// <summary>May look: status, diagnosis, plans, journals. Every other role brings it along.</summary>
    Viewer = 1,

    /// <summary>May ask for trunks and place test calls.</summary>
    Engineer = 2,

    /// <summary>May decide changes of the sites that name the account as approver.</summary>
    Approver = 4,

    /// <summary>May test, confirm manual steps, retry and undo where the site names the account.</summary>
    OnCall = 8,

    /// <summary>May bind users of the platforms to accounts.</summary>
    Admin = 16,

    /// <summary>Whoever works on trunks.</summary>
    Operators = Engineer | Approver | OnCall,
}

/// <summary>Roles by the names that settings and people use.</summary>
internal static class RoleNames
{
    private static readonly (string Name, Roles Role)[] All =
    [
        ("viewer", Roles.Viewer), ("engineer", Roles.Engineer), ("approver", Roles.Approver), ("oncall", Roles.OnCall), ("admin", Roles.Admin),
    ];

    public static string Listed { get; } = string.Join(", ", All.Select(r => r.Name));

    public static Roles? Find(string name) => All.Where(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase)).Select(r => (Roles?)r.Role).FirstOrDefault();

    public static IReadOnlyList<string> Of(Roles roles) => [.. All.Where(r => roles.HasFlag(r.Role)).Select(r => r.Name)];
}
