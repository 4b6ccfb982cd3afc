namespace TrunkBot.Chat.Ports;

/// <summary>A user of a platform who is an account of the site, by an admin or a sign-in.</summary>
/// <param name="User">Channel and platform user id in canonical spelling, such as <c>slack:T1/U1</c>.</param>
/// <param name="By">Account of the admin who bound it, or the account itself where the person signed in.</param>
public sealed record Binding(string User, string Account, string By, DateTimeOffset At);

/// <summary>What somebody chose for themselves; null: not chosen.</summary>
public sealed record Preferences(string Account, string? Language, string? TimeZone);

/// <summary>What the bot learned of people beside the settings.</summary>
public interface IPeopleStore
{
    Task<Binding?> FindBindingAsync(string user, CancellationToken cancellationToken);

    Task<IReadOnlyList<Binding>> BindingsOfAsync(string account, CancellationToken cancellationToken);

    /// <summary>False when the user is bound already; nothing is changed then.</summary>
    Task<bool> TryBindAsync(Binding binding, CancellationToken cancellationToken);

    /// <summary>False when it was not bound.</summary>
    Task<bool> UnbindAsync(string user, CancellationToken cancellationToken);

    Task<Preferences?> FindPreferencesAsync(string account, CancellationToken cancellationToken);

    Task SavePreferencesAsync(Preferences preferences, CancellationToken cancellationToken);
}
