using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Twilio.Tests.Lab;

/// <summary>A test call of ours is found in Voice Insights by trunk, number and time, as the lab's account lists it: nothing at first, then partial, then complete.</summary>
public sealed class InsightsTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_call_is_partial_then_complete_with_what_the_far_end_measured_and_nothing_else()
    {
        await using var lab = await TrunkAsync();
        Carry(lab, Now.AddMinutes(-3));
        var found = await FindAsync(lab, Now.AddMinutes(-3).AddSeconds(2));

        Assert.Equal(InsightsState.Partial, found.State);
        Assert.Equal(
            ("completed", "200", "caller", 203.0, "call-1@lab"),
            (found.Figures!.State, found.Figures.LastSipResponse, found.Figures.DisconnectedBy, found.Figures.PostDialDelayMilliseconds, found.Figures.SipCallId));
        Assert.StartsWith("CA", found.Figures.CallId, StringComparison.Ordinal);
        Assert.Equal(new CarrierFlow("PCMU", 480, null, null), found.Figures.FromUs);
        Assert.Equal(new CarrierFlow("PCMU", 500, null, null), found.Figures.ToUs);

        Carry(lab, Now.AddMinutes(-50));
        Assert.Equal(InsightsState.Complete, (await FindAsync(lab, Now.AddMinutes(-50))).State);
    }

    [Fact]
    public async Task A_call_that_just_ended_is_not_listed_yet_nor_is_one_of_another_time_number_or_trunk()
    {
        await using var lab = await TrunkAsync();
        Carry(lab, Now.AddSeconds(-40));
        Carry(lab, Now.AddMinutes(-8));
        Carry(lab, Now.AddMinutes(-5), number: "+14154758378");
        Carry(lab, Now.AddMinutes(-5), trunk: "TK" + new string('f', 32));

        Assert.Equal(InsightsState.NotListed, (await FindAsync(lab, Now.AddSeconds(-40))).State);
        var found = await FindAsync(lab, Now.AddMinutes(-5));
        Assert.Equal((InsightsState.NotListed, $"Twilio lists no call to +16504894546 over trunk {lab.Trunk().Sid} at that time"), (found.State, found.Detail));
    }

    [Fact]
    public async Task Two_calls_at_one_time_are_told_and_none_is_chosen()
    {
        await using var lab = await TrunkAsync();
        Carry(lab, Now.AddMinutes(-5));
        Carry(lab, Now.AddMinutes(-5).AddSeconds(2));

        var found = await FindAsync(lab, Now.AddMinutes(-5));

        Assert.Equal((InsightsState.Several, null), (found.State, found.Figures));
        Assert.Matches("^2 calls to \\+16504894546 fit that time, and nothing tells which is ours: CA[0-9a-f]{32}, CA[0-9a-f]{32}$", found.Detail);
    }

    [Fact]
    public async Task Of_two_calls_after_each_other_each_is_found_by_its_time()
    {
        await using var lab = await TrunkAsync();
        Carry(lab, Now.AddMinutes(-5));
        Carry(lab, Now.AddMinutes(-5).AddSeconds(15));

        var first = await FindAsync(lab, Now.AddMinutes(-5));
        var second = await FindAsync(lab, Now.AddMinutes(-5).AddSeconds(15));

        Assert.Equal((InsightsState.Partial, InsightsState.Partial), (first.State, second.State));
        Assert.NotEqual(first.Figures!.CallId, second.Figures!.CallId);
    }

    [Fact]
    public async Task Switched_off_is_said_and_never_switched_on()
    {
        await using var lab = await TrunkAsync();
        await lab.PostAsync("/v1/Voice/Settings", ("AdvancedFeatures", "false"));
        Carry(lab, Now.AddMinutes(-5));

        Assert.Equal(InsightsState.Off, (await FindAsync(lab, Now.AddMinutes(-5))).State);
        Assert.DoesNotContain(lab.Server.Requests, r => r is { Method: "POST", Path: "/v1/Voice/Settings" } && r.Form.Any(f => f.Value == "true"));
    }

    [Fact]
    public async Task What_can_t_be_asked_is_said_with_its_code()
    {
        await using var lab = await TrunkAsync();
        await lab.FaultAsync("500", "/v1/Voice", count: 20);

        var found = await FindAsync(lab, Now);

        Assert.Equal(InsightsState.CannotAsk, found.State);
        Assert.EndsWith("(twilio-no-answer)", found.Detail, StringComparison.Ordinal);
    }

    private static async Task<TwilioLab> TrunkAsync()
    {
        var lab = await TwilioLab.StartAsync();
        await lab.PostAsync("/v1/Trunks", ("FriendlyName", "acme"), ("DomainName", "acme.pstn.twilio.com"));
        return lab;
    }

    private static void Carry(TwilioLab lab, DateTimeOffset at, string? trunk = null, string number = "+16504894546") => lab.Server.Take(
        new CallRecord("INVITE", "call-1@lab", "3035550100", $"sip:{number}@acme.pstn.twilio.com", at, new Judgement(200, "OK", "answered", "", CalledNumber: number) { TrunkSid = trunk ?? lab.Trunk().Sid })
        {
            FinalStatus = 200,
            RangAt = at.AddMilliseconds(203),
            AnsweredAt = at.AddSeconds(1),
            EndedAt = at.AddSeconds(11),
            EndedBy = "caller",
            Codec = "PCMU",
            PacketsReceived = 480,
            PacketsSent = 500,
        });

    private static Task<CallInsights> FindAsync(TwilioLab lab, DateTimeOffset startedAt) => lab.Insights.FindAsync(
        lab.Intent,
        lab.Site,
        new TestCall { To = "16504894546", StartedAt = startedAt, Outcome = CallOutcome.Answered, Audio = AudioVerdict.TwoWay, Sentence = "" },
        TestContext.Current.CancellationToken);
}
