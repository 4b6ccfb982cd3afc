using TrunkBot.Chat.Ports;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class InstallTests : Folder
{
    private IInstallStore Store => Get<IInstallStore>();

    [Fact]
    public async Task Bytes_are_kept_over_a_restart_under_their_own_key()
    {
        await Store.SaveAsync("slack:T1", [1, 2, 3], Ct);
        await Store.SaveAsync("slack:T2", [4], Ct);
        await Store.SaveAsync("slack:T1", [5, 6], Ct);
        await RestartAsync();

        Assert.Equal([5, 6], (await Store.FindAsync("slack:T1", Ct))!);
        Assert.Equal([4], (await Store.FindAsync("slack:T2", Ct))!);
        Assert.Null(await Store.FindAsync("slack:T3", Ct));
    }

    [Fact]
    public async Task Of_many_who_replace_the_same_bytes_one_is_first()
    {
        await Store.SaveAsync("slack:T1", [0], Ct);

        var done = await Task.WhenAll(Enumerable.Range(1, 10).Select(i => Task.Run(() => Store.TryReplaceAsync("slack:T1", [0], [(byte)i], Ct), Ct)));

        Assert.Single(done, d => d);
        Assert.Equal([(byte)(Array.IndexOf(done, true) + 1)], (await Store.FindAsync("slack:T1", Ct))!);
    }

    [Fact]
    public async Task What_was_removed_and_came_again_is_not_replaced_by_who_read_it_before()
    {
        await Store.SaveAsync("slack:T1", [1], Ct);
        await Store.RemoveAsync("slack:T1", Ct);
        Assert.False(await Store.TryReplaceAsync("slack:T1", [1], [9], Ct));
        await Store.SaveAsync("slack:T1", [2], Ct);

        Assert.False(await Store.TryReplaceAsync("slack:T1", [1], [9], Ct));
        Assert.Equal([2], (await Store.FindAsync("slack:T1", Ct))!);
    }

    [Fact]
    public async Task What_is_removed_is_gone()
    {
        await Store.SaveAsync("slack:T1", [1], Ct);

        await Store.RemoveAsync("slack:T1", Ct);
        await Store.RemoveAsync("slack:T1", Ct);

        Assert.Null(await Store.FindAsync("slack:T1", Ct));
    }
}
