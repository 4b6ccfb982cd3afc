using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>The whole bot over the lab: a real call, and what the lab's Twilio tells of it 90 s later.</summary>
public sealed class InsightsTests
{
    [LongFact]
    public async Task A_test_call_gets_the_figures_of_the_other_side_and_the_schedule_knows_the_trunk()
    {
        await using var testbed = await Testbed.StartAsync();
        var change = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla");
        await testbed.SeeThroughAsync(change, "Done", "Failed");

        await testbed.SayAsync("ana", "test acme-west");
        await testbed.HearAsync("ana", "the test call", m => m.Says("Two-way audio") && m.Says("Under management since"), Testbed.Long);


        // The search goes on when the process that placed the call has ended.
        Assert.Equal(0, await testbed.Bot.StopAsync());
        await testbed.StartBotAgainAsync();
        var figures = await testbed.HearAsync("ana", "Twilio's figures", m => m.Says("Partial. We measure at our phone, Twilio at its edge"), TimeSpan.FromMinutes(4));
        Assert.True(figures.Says("Simulated lab"), string.Join('\n', figures.Lines));
        Assert.Contains("Call at Twilio", figures.Card!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("PCMU", figures.Card!.Value.GetRawText(), StringComparison.Ordinal);

        await testbed.SayAsync("ana", "schedule acme-west daily 06:00");
        await testbed.HearAsync("ana", "the schedule", m => m.Says("Test calls of acme-west are scheduled: daily 06:00"));
        await testbed.SayAsync("ana", "where would 16504894546 go?");
        await testbed.HearAsync("ana", "the route", m => m.Says("entry 16504894546 leads to SIP trunk Twilio-acme-west"));
    }
}
