using System.Net;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>OPTIONS, the alarm of a binding, and calls that go past call server and SBC.</summary>
public sealed class PathProbeTests
{
    private readonly World world = new();

    [Fact]
    public void A_binding_is_reachable_while_Twilio_answers_its_OPTIONS() =>
        Assert.Equal(new PathVerdict(true, "Twilio answers OPTIONS."), Judge().Judge("TwilioBinding"));

    [Fact]
    public void A_binding_whose_OPTIONS_are_refused_is_not_reachable()
    {
        world.Trunk(trunk => trunk with { AllowedSources = [IPNetwork.Parse("198.51.100.0/24")] });
        Assert.Equal(new PathVerdict(false, "The source address 203.0.113.10 is in no access control list of the trunk."), Judge().Judge("TwilioBinding"));
    }

    [Fact]
    public void A_binding_that_is_not_there_is_not_reachable() =>
        Assert.Equal(new PathVerdict(false, "Configured SIP binding Nobody does not exist."), Judge().Judge("Nobody"));

    [Fact]
    public void OPTIONS_need_neither_money_nor_a_login()
    {
        world.Twilio = world.Twilio with { Balance = 0 };
        world.Trunk(trunk => trunk with { HasCredentialList = true });
        Assert.Equal(200, Judge().JudgeOptions("acme.pstn.umatilla.twilio.com").Status);
    }

    [Fact]
    public void OPTIONS_over_an_edge_without_adjacency_are_503() =>
        Fails(503, "adjacency-missing", Judge().JudgeOptions("acme.pstn.dublin.twilio.com"));

    [Fact]
    public void OPTIONS_to_the_name_of_nobodys_trunk_are_silence()
    {
        var judgement = Judge().JudgeOptions("other.pstn.umatilla.twilio.com");
        Assert.Equal((true, "domain-of-no-trunk"), (judgement.Silent, judgement.Code));
    }

    [Fact]
    public void OPTIONS_to_a_secure_trunk_without_TLS_are_488()
    {
        world.Trunk(trunk => trunk with { Secure = true });
        Fails(488, "secure-trunk-without-srtp", Judge().JudgeOptions("acme.pstn.umatilla.twilio.com"));
    }

    [Fact]
    public void A_direct_call_is_judged_by_its_own_source()
    {
        Assert.Equal(200, Judge().JudgeDirectCall("acme.pstn.umatilla.twilio.com", "+16504894546", IPAddress.Parse("203.0.113.9")).Status);
        Fails(403, "acl-missing-address", Judge().JudgeDirectCall("acme.pstn.umatilla.twilio.com", "+16504894546", IPAddress.Loopback));
    }

    private PathJudge Judge() => new(world, world, world, IPAddress.Parse("10.20.0.20"), static _ => null);

    private static void Fails(int status, string code, Judgement judgement) => Assert.Equal((status, code), (judgement.Status, judgement.Code));
}
