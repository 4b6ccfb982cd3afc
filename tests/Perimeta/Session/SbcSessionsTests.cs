using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>One session for each element at a time, shared by whoever comes next, and closed when nobody does.</summary>
public sealed class SbcSessionsTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_session_that_nobody_uses_is_closed_when_its_time_is_over()
    {
        await using var device = await TestDevice.StartAsync();
        device.Clock.Holding = Idle;
        var first = await LeaseAsync(device);
        first.Dispose();
        Assert.True(first.Session.Usable);

        Assert.Equal(1, device.Clock.RunOut());

        Assert.False(first.Session.Usable);
        using var second = await LeaseAsync(device);
        Assert.NotSame(first.Session, second.Session);
        Assert.Equal(2, Logins(device));
    }

    [Fact]
    public async Task A_session_that_is_in_use_has_no_time_that_could_run_out()
    {
        await using var device = await TestDevice.StartAsync();
        device.Clock.Holding = Idle;
        (await LeaseAsync(device)).Dispose();
        using var lease = await LeaseAsync(device);

        Assert.Equal(0, device.Clock.RunOut());

        Assert.Contains("adjacency sip MetasphereCFS", await lease.Session.AskAsync("show config", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(1, Logins(device));
    }

    [Fact]
    public async Task The_next_caller_waits_for_the_element_and_not_for_another_one()
    {
        await using var device = await TestDevice.StartAsync();
        var holder = await LeaseAsync(device);

        var next = LeaseAsync(device);
        var other = device.Perimeta with { Element = "another element" };
        using (await device.Sessions.LeaseAsync(other, static (_, _) => { }, TestContext.Current.CancellationToken))
        {
            Assert.False(next.IsCompleted);
        }

        holder.Dispose();
        using var lease = await next;
        Assert.Same(holder.Session, lease.Session);
        Assert.Equal(2, Logins(device));
    }

    [Fact]
    public async Task A_caller_who_gives_up_waiting_does_not_hold_the_element()
    {
        await using var device = await TestDevice.StartAsync();
        using var stop = new CancellationTokenSource();
        var holder = await LeaseAsync(device);
        var impatient = device.Sessions.LeaseAsync(device.Perimeta, static (_, _) => { }, stop.Token);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        holder.Dispose();

        (await LeaseAsync(device)).Dispose();
    }

    [Fact]
    public async Task Other_settings_of_the_element_take_a_login_of_their_own()
    {
        await using var device = await TestDevice.StartAsync();
        var first = await LeaseAsync(device);
        first.Dispose();

        device.Use(site => site with { Host = "localhost", KnownHosts = device.Path("known_localhost") });
        File.WriteAllText(device.Path("known_localhost"), File.ReadAllText(device.Path("known_hosts")).Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        using var second = await LeaseAsync(device);

        Assert.NotSame(first.Session, second.Session);
        Assert.False(first.Session.Usable);
    }

    private static Task<SessionLease> LeaseAsync(TestDevice device) =>
        device.Sessions.LeaseAsync(device.Perimeta, static (_, _) => { }, TestContext.Current.CancellationToken);

    private static int Logins(TestDevice device) => device.Log.Count(line => line.Contains("Accepted publickey", StringComparison.Ordinal));
}
