using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

public sealed class RestartTests
{
    [Fact]
    public async Task A_bot_that_is_killed_while_it_waits_for_a_person_goes_on_where_it_was()
    {
        await using var testbed = await Testbed.StartAsync();
        var change = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla");
        await testbed.HearAsync("ana", "the first manual step", m => m.Says($"{change}:") && Testbed.ManualStepOf(m) is not null, Testbed.Long);

        await testbed.Bot.KillAsync();
        await testbed.StartBotAgainAsync();
        await testbed.SayAsync("ana", "changes");
        await testbed.HearAsync("ana", "the change, still paused", m => m.Says($"{change}: trunk acme-west, Paused"));
        var done = await testbed.SeeThroughAsync(change, "Done", "Failed");

        Assert.True(done.Says("Passed. Two-way audio"), string.Join('\n', done.Lines));
        Assert.Equal(1, (await testbed.TwilioWritesAsync()).Count(w => w == "POST /v1/Trunks"));
    }

    [Fact]
    public async Task Told_to_end_it_ends_in_order_and_its_log_holds_no_secret()
    {
        await using var testbed = await Testbed.StartAsync();
        await testbed.RequestAsync("new trunk name=acme-west site=denver edges=umatilla");

        Assert.Equal(0, await testbed.Bot.StopAsync());

        var log = await testbed.Bot.LogAsync();
        Assert.Contains("CHG-1", log, StringComparison.Ordinal);
        foreach (var secret in new[] { "lab-perimeta", "lab-twilio", "lab-subscriber", "lab-metaview" })
        {
            Assert.DoesNotContain(testbed.Lab.Context.Secrets[secret], log, StringComparison.Ordinal);
        }
    }
}
