using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Tests;

public sealed class TrunkParametersTests
{
    [Fact]
    public void The_parameters_are_asked_for_in_three_steps_in_this_order()
    {
        Assert.Equal(["name", "site", "edges", "transport", "termination"], KeysOf(FormStep.WhoAndWhere));
        Assert.Equal(
            ["acl", "service-network", "service-address", "realm", "local-port", "adjacency", "interop-profile", "adjacency-type", "cfs-proxy"],
            KeysOf(FormStep.Addressing));
        Assert.Equal(["rmgm", "binding", "polling", "sip-trunk", "trunk-group", "test-number", "origination", "numbers", "ticket"], KeysOf(FormStep.RoutingAndNumbers));

        static IEnumerable<string> KeysOf(FormStep step) => TrunkParameters.All.Where(p => p.Step == step).Select(p => p.Key);
    }

    [Fact]
    public void Only_polling_trunk_group_numbers_and_ticket_may_be_left_empty() =>
        Assert.Equal(["polling", "trunk-group", "numbers", "ticket"], TrunkParameters.All.Where(p => p.Optional).Select(p => p.Key));

    [Fact]
    public void Every_parameter_has_words_and_a_key_that_can_be_typed() => Assert.All(TrunkParameters.All, p =>
    {
        Assert.Matches(@"\A[a-z][a-z-]*\z", p.Key);
        Assert.NotEmpty(p.Label);
        Assert.NotEmpty(p.Hint);
        Assert.NotEmpty(p.Restriction);
    });

    [Fact]
    public void A_key_is_found_whatever_its_case() => Assert.Equal("acl", TrunkParameters.Find("ACL")!.Key);

    [Theory]
    [InlineData("reelm", "there is no parameter \"reelm\"; did you mean realm?")]
    [InlineData("localport", "there is no parameter \"localport\"; did you mean local-port?")]
    [InlineData("term", "there is no parameter \"term\"; did you mean termination?")]
    public void An_unknown_key_gets_the_one_that_was_probably_meant(string key, string message) => Assert.Equal(message, TrunkParameters.Unknown(key));

    [Fact]
    public void A_key_that_is_near_to_none_gets_all_of_them() =>
        Assert.StartsWith("there is no parameter \"zzzzzz\"; known are name, site, edges, transport, termination, acl,", TrunkParameters.Unknown("zzzzzz"), StringComparison.Ordinal);

    [Theory]
    [InlineData("edges", "US2 ashburn, umatilla", "ashburn,umatilla")]
    [InlineData("edges", "ALL", "all")]
    [InlineData("edges", "sao-paulo sydney singapore tokyo frankfurt dublin umatilla ashburn", "all")]
    [InlineData("edges", "boston, ashburn", "boston, ashburn")]
    [InlineData("transport", "TCP", "tcp")]
    [InlineData("origination", "Yes", "yes")]
    [InlineData("adjacency-type", "Preset-Access", "preset-access")]
    [InlineData("termination", "acme.pstn.twilio.com", "acme")]
    [InlineData("acl", "203.0.113.0/28  203.0.113.64, 203.0.113.64/32", "203.0.113.0/28,203.0.113.64/32")]
    [InlineData("numbers", "+16502530000, +16502530001", "+16502530000,+16502530001")]
    [InlineData("polling", "NONE", "none")]
    [InlineData("realm", "None", "None")]
    public void A_value_has_one_spelling_however_it_is_typed(string key, string typed, string spelled) =>
        Assert.Equal(spelled, ParameterSpelling.Of(TrunkParameters.Find(key)!, typed, null));
}
