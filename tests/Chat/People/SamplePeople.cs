using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests;

/// <summary>The people of the tests: two engineers who approve, an admin among them, one on call, one who only looks, one without a group.</summary>
internal static class SamplePeople
{
    public static Dictionary<string, string?> Settings { get; } = new()
    {
        ["People:Accounts:ana:Name"] = "Ana Ortiz",
        ["People:Accounts:ana:Groups:0"] = "voice",
        ["People:Accounts:ana:WebChatUser"] = "ana",
        ["People:Accounts:ana:EntraObjectId"] = "6F0C1F2E-0000-4000-8000-00000000A0A0",
        ["People:Accounts:ben:Name"] = "Ben Baker",
        ["People:Accounts:ben:Groups:0"] = "voice",
        ["People:Accounts:ben:WebChatUser"] = "ben",
        ["People:Accounts:ben:SlackUser"] = "T1/U2",
        ["People:Accounts:ben:Subjects:entra"] = "ben-at-entra",
        ["People:Accounts:dana:Name"] = "Dana Diaz",
        ["People:Accounts:dana:Groups:0"] = "voice",
        ["People:Accounts:dana:Groups:1"] = "admins",
        ["People:Accounts:dana:WebChatUser"] = "dana",
        ["People:Accounts:chris:Name"] = "Chris Lund",
        ["People:Accounts:chris:Groups:0"] = "noc",
        ["People:Accounts:chris:WebChatUser"] = "chris",
        ["People:Accounts:vera:Name"] = "Vera Vogt",
        ["People:Accounts:vera:Groups:0"] = "audit",
        ["People:Accounts:vera:WebChatUser"] = "vera",
        ["People:Accounts:ned:Name"] = "Ned None",
        ["People:Accounts:ned:WebChatUser"] = "ned",
        ["People:RolesOfGroups:voice:0"] = "engineer",
        ["People:RolesOfGroups:voice:1"] = "approver",
        ["People:RolesOfGroups:noc:0"] = "oncall",
        ["People:RolesOfGroups:admins:0"] = "admin",
        ["People:RolesOfGroups:audit:0"] = "viewer",
    };
}

internal sealed class FakePeopleStore : IPeopleStore
{
    private readonly Dictionary<string, Binding> bindings = [];
    private readonly Dictionary<string, Preferences> preferences = [];

    public Task<Binding?> FindBindingAsync(string user, CancellationToken cancellationToken) => Task.FromResult(bindings.GetValueOrDefault(user));

    public Task<IReadOnlyList<Binding>> BindingsOfAsync(string account, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Binding>>([.. bindings.Values.Where(b => b.Account == account)]);

    public Task<bool> TryBindAsync(Binding binding, CancellationToken cancellationToken) => Task.FromResult(bindings.TryAdd(binding.User, binding));

    public Task<bool> UnbindAsync(string user, CancellationToken cancellationToken) => Task.FromResult(bindings.Remove(user));

    public Task<Preferences?> FindPreferencesAsync(string account, CancellationToken cancellationToken) => Task.FromResult(preferences.GetValueOrDefault(account));

    public Task SavePreferencesAsync(Preferences chosen, CancellationToken cancellationToken)
    {
        preferences[chosen.Account] = chosen;
        return Task.CompletedTask;
    }
}

internal sealed class FakeSignIn : ISignIn
{
    public Uri? LinkFor(ChannelUser user) => user.Id.StartsWith("slack:", StringComparison.Ordinal) ? new Uri("https://bot.example.net/sign-in/abc") : null;
}
