using TrunkBot.Chat.Ports;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class PeopleTests : Folder
{
    private static readonly Binding One = new("slack:T1/U1", "ana", "dana", Sample.Start);

    [Fact]
    public async Task A_user_is_bound_once_and_that_survives_a_restart()
    {
        Assert.True(await Get<IPeopleStore>().TryBindAsync(One, Ct));
        Assert.False(await Get<IPeopleStore>().TryBindAsync(One with { Account = "ben" }, Ct));
        await RestartAsync();

        Assert.Equal(One, await Get<IPeopleStore>().FindBindingAsync("slack:T1/U1", Ct));
        Assert.Equal([One], await Get<IPeopleStore>().BindingsOfAsync("ana", Ct));
        Assert.Empty(await Get<IPeopleStore>().BindingsOfAsync("ben", Ct));
        Assert.Null(await Get<IPeopleStore>().FindBindingAsync("slack:T1/u1", Ct));
    }

    [Fact]
    public async Task A_binding_is_taken_away_once()
    {
        await Get<IPeopleStore>().TryBindAsync(One, Ct);

        Assert.True(await Get<IPeopleStore>().UnbindAsync("slack:T1/U1", Ct));
        Assert.False(await Get<IPeopleStore>().UnbindAsync("slack:T1/U1", Ct));
        Assert.Null(await Get<IPeopleStore>().FindBindingAsync("slack:T1/U1", Ct));
    }

    [Fact]
    public async Task Of_many_who_bind_one_user_at_once_one_succeeds()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Get<IPeopleStore>().TryBindAsync(One with { Account = $"a{i}" }, Ct), Ct)));

        Assert.Single(tries, done => done);
    }

    [Fact]
    public async Task Preferences_are_replaced()
    {
        Assert.Null(await Get<IPeopleStore>().FindPreferencesAsync("ana", Ct));
        await Get<IPeopleStore>().SavePreferencesAsync(new Preferences("ana", "de", null), Ct);
        await Get<IPeopleStore>().SavePreferencesAsync(new Preferences("ana", "de", "Europe/Berlin"), Ct);

        Assert.Equal(new Preferences("ana", "de", "Europe/Berlin"), await Get<IPeopleStore>().FindPreferencesAsync("ana", Ct));
    }
}
