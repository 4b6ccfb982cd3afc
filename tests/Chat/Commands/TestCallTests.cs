using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests.Commands;

/// <summary><c>test NAME ...</c>: which call is placed, what is asked first, what is shown of it.</summary>
public sealed class TestCallTests
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    public TestCallTests() => env.AddTrunk();

    [Theory]
    [InlineData("test acme-east", "")]
    [InlineData("make a test call over acme-east", "")]
    [InlineData("test acme-east direct", "direct")]
    [InlineData("Test acme-east direct umatilla", "direct umatilla")]
    [InlineData("test acme-east edge us2", "direct umatilla")]
    public async Task The_call_that_was_asked_for_is_placed(string text, string words)
    {
        await env.SayAsync(text);

        Assert.Equal(words, Assert.Single(env.Probe.Orders).ToString());
        Assert.Equal(words, env.Changes.Audit.Single(a => a.What == "test-call-started").Detail);
    }

    [Fact]
    public async Task Every_edge_is_called_after_the_other_and_it_is_said_what_that_proves()
    {
        var shown = (await env.SayAsync("test acme-east edges")).Single();

        Assert.All(env.Probe.Orders, o => Assert.Equal(CallRoute.Direct, o.Route));
        Assert.Equal(env.Probe.Orders.Count, env.Probe.Orders.Select(o => o.Edge!.Name).Distinct().Count());
        Assert.Contains(" edges passed. These calls go from the bot straight to each edge: from the switch the SBC chooses the edge, and no caller can.", env.TextOf(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_stands_against_a_call_is_said_before_anything_else()
    {
        Assert.StartsWith("No test call: 911 is, or leads to, an emergency number.", await env.ReplyToAsync("test acme-east to 911"), StringComparison.Ordinal);
        Assert.EndsWith("(call-destination-not-allowed)", await env.ReplyToAsync("test acme-east to +44 161 850 8379"), StringComparison.Ordinal);
        Assert.EndsWith("(inbound-number-missing)", await env.ReplyToAsync("test acme-east inbound"), StringComparison.Ordinal);
        Assert.Empty(env.Probe.Orders);
    }

    [Fact]
    public async Task A_call_that_may_cost_money_is_placed_when_somebody_says_so()
    {
        env.Sites.All = [env.Site with { Calls = new CallRules { Countries = ["GB"] } }];

        var question = (await env.SayAsync("test acme-east to +44 161 850 8378")).Single();

        Assert.Empty(env.Probe.Orders);
        Assert.Contains("Not placed yet. A call to +441618508378 may cost money for up to 1 min, and somebody may answer who hears test tones.", env.TextOf(question), StringComparison.Ordinal);
        await env.PressAsync(question, "test");
        Assert.Equal("to +441618508378", Assert.Single(env.Probe.Orders).ToString());
    }

    [Fact]
    public async Task A_test_number_of_the_trunk_that_is_none_of_Twilios_is_asked_about_too()
    {
        env.AddTrunk("name=own-number site=denver edges=umatilla test-number=13035550100");

        var question = (await env.SayAsync("test own-number")).Single();

        Assert.Empty(env.Probe.Orders);
        Assert.Contains("Not placed yet. A call to 13035550100 may cost money for up to 1 min", env.TextOf(question), StringComparison.Ordinal);
        await env.PressAsync(question, "test");
        Assert.Single(env.Probe.Orders);
    }

    [Fact]
    public async Task A_site_may_have_it_placed_without_a_question()
    {
        env.Sites.All = [env.Site with { Calls = new CallRules { Countries = ["GB"], ConfirmPaid = false } }];

        await env.SayAsync("test acme-east direct to +441618508378");

        Assert.Equal("direct to +441618508378", Assert.Single(env.Probe.Orders).ToString());
    }

    [Fact]
    public async Task All_that_was_measured_stands_on_the_card_and_what_was_not_says_so()
    {
        env.Probe.Call = () => TestEnvironment.GoodCall with
        {
            Route = CallRoute.Direct,
            Edge = "umatilla",
            From = "+13035550123",
            MosEstimated = 4.39,
            MosEstimatedWithoutConcealment = 4.312,
            MosLossPercent = 0.2,
            MosOneWayDelayMilliseconds = 30.5,
            LevelDbm0 = -12.34,
        };

        var text = env.TextOf((await env.SayAsync("test acme-east direct")).Single());

        Assert.Contains("Way: from the bot straight to edge umatilla\n", text, StringComparison.Ordinal);
        Assert.Contains("Calling number: +13035550123\n", text, StringComparison.Ordinal);
        Assert.Contains("MOS (estimated): 4.39 where the phone conceals losses, 4.31 where not; by ITU-T G.107 from 0.2 % loss and 30.5 ms one way\n", text, StringComparison.Ordinal);
        Assert.Contains("MOS at the far end (estimated): not measured\n", text, StringComparison.Ordinal);
        Assert.Contains("Disconnect delay: not measured\n", text, StringComparison.Ordinal);
        Assert.Contains("Level of our own signal: -12.3 dBm0\n", text, StringComparison.Ordinal);
        Assert.Contains("Hung up by: us\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_refused_call_leaves_unmeasured_is_one_line()
    {
        env.Probe.Call = () => new TestCall
        {
            To = "16504894546",
            From = "3035550100",
            StartedAt = env.Time.GetUtcNow(),
            Outcome = CallOutcome.Rejected,
            FinalStatus = 503,
            Audio = AudioVerdict.NotMeasured,
            Sentence = "Refused.",
            PostDialDelayMilliseconds = 120,
        };

        var text = env.TextOf((await env.SayAsync("test acme-east")).Single());

        Assert.Contains("Post-dial delay: 120 ms\nNot measured: Answer delay, Disconnect delay, Codec, Packets sent, ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(": not measured", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_files_go_into_the_thread_under_the_card()
    {
        env.Channel.HasThreads = true;
        env.Probe.Call = () => TestEnvironment.GoodCall with { Files = [new("heard.wav", "audio/wav", [1]), new("call.pcap", "application/vnd.tcpdump.pcap", [2])] };

        var shown = await env.SayAsync("test acme-east");

        Assert.Empty(shown[0].Message.Files);
        Assert.Equal($"{shown[0].Conversation}/{shown[0].Id}", shown[1].Conversation);
        Assert.Equal(
            [($"acme-east-{TestEnvironment.GoodCall.StartedAt:yyyyMMdd-HHmmss}-heard.wav", "audio/wav"), ($"acme-east-{TestEnvironment.GoodCall.StartedAt:yyyyMMdd-HHmmss}-call.pcap", "application/vnd.tcpdump.pcap")],
            shown[1].Message.Files.Select(f => (f.Name, f.MediaType)));
    }

    [Fact]
    public async Task After_a_call_that_failed_the_next_one_can_leave_the_switch_out()
    {
        env.Probe.Call = () => TestEnvironment.GoodCall with { Outcome = CallOutcome.Rejected, FinalStatus = 503, Audio = AudioVerdict.NotMeasured, FailureCode = "sip-rejected" };
        var shown = (await env.SayAsync("test acme-east")).Single();
        Assert.Contains("Without the switch", env.TextOf(shown), StringComparison.Ordinal);

        await env.PressAsync("test", TestEnvironment.Ana, TestEnvironment.Chat, ("trunk", "acme-east"), ("words", "direct"));

        Assert.Equal(["", "direct"], env.Probe.Orders.Select(o => o.ToString()));
    }
}
