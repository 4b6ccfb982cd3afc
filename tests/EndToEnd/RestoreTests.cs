using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>The database is put back to an earlier state than the systems have: what is there is seen, and nothing is sent a second time.</summary>
public sealed class RestoreTests
{
    [Fact]
    public async Task After_a_restore_what_the_systems_have_already_is_not_sent_again()
    {
        await using var testbed = await Testbed.StartAsync();
        var (change, request) = await testbed.RequestAsync("new trunk name=acme-west site=denver edges=umatilla");
        await testbed.BackUpAsync("before-approval.db");
        await testbed.PressAsync("ben", "approvals", request, "approve");
        await testbed.HearAsync("ana", "the first manual step", m => m.Says($"{change}:") && Testbed.ManualStepOf(m) is not null, Testbed.Long);
        await testbed.BackUpAsync("in-the-middle.db");
        Assert.True(Testbed.IsAt(await testbed.SeeThroughAsync(change, "Done", "Failed"), "Done"));
        var (sbc, cfs, sent) = (testbed.SbcConfiguration, await testbed.CfsAsync(), testbed.Ledger());

        // The half that the backup does not know of is observed, and left as it is.
        await testbed.RestoreAsync("in-the-middle.db");
        var again = await testbed.SeeThroughAsync(change, isDone: true, "Done", "Failed");
        Assert.True(Testbed.IsAt(again, "Done"), string.Join('\n', again.Lines));
        NothingSent();

        // The backup knows of nothing that was done: the approval is asked for again, and the first look at the systems stops the change.
        await testbed.RestoreAsync("before-approval.db");
        var asked = await testbed.Chat.WaitAsync("ben", "approvals", "the request", m => m.Button("approve") is not null, Testbed.Soon, TestContext.Current.CancellationToken);
        await testbed.PressAsync("ben", "approvals", asked, "approve");
        var stopped = await testbed.ReachAsync(change, "Done", "Failed");
        Assert.True(Testbed.IsAt(stopped, "Failed"), string.Join('\n', stopped.Lines));
        Assert.True(stopped.Says("plan-stale"), string.Join('\n', stopped.Lines));
        NothingSent();
        Assert.Equal((sbc, cfs), (testbed.SbcConfiguration, await testbed.CfsAsync()));

        void NothingSent()
        {
            var since = testbed.Ledger().Since(sent);
            Assert.Empty(since.Twilio.Select(r => $"{r.Method} {r.Path}"));
            Assert.Empty(since.Cfs.Select(u => u.Operation));
            Assert.Empty(since.Sbc.Select(l => l.Line));
        }
    }
}
