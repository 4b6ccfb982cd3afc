using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Tests.Calls;

/// <summary>Against the number plans of libphonenumber.</summary>
public sealed class CallPolicyTests
{
    private static readonly TrunkIntent Trunk = Given.Intent() with { Numbers = ["+13035550123"] };

    private static string? Code(string to, CallRules? rules = null) =>
        CallPolicy.Against(new TestCallOrder { To = to }, Trunk, Given.Site with { Calls = rules ?? new CallRules { Countries = ["US", "GB", "DE", "FR"] } })?.Code;

    [Theory]
    [InlineData("+16504894546")]
    [InlineData("16504894546")]
    [InlineData("6504894546")]
    [InlineData("+1 (650) 489-4546")]
    [InlineData("+441618508378")]
    [InlineData("+4915112345678")]
    [InlineData("+18005551212")]
    public void Numbers_that_people_have_may_be_called(string number) => Assert.Null(Code(number));

    [Theory]
    [InlineData("911")]
    [InlineData("112")]
    [InlineData("999")]
    [InlineData("000")]
    [InlineData("+112")]
    [InlineData("+911")]
    [InlineData("9-1-1")]
    [InlineData("9116504894546")] // a switch of North America connects it as 911
    [InlineData("110")]
    [InlineData("15")] // France
    public void Emergency_numbers_of_any_country_are_never_called(string number) => Assert.Equal("call-emergency-number", Code(number));

    [Theory]
    [InlineData("+19002345678")] // United States, 900
    [InlineData("9002345678")]
    [InlineData("+449012345678")] // United Kingdom, premium
    [InlineData("+447012345678")] // personal number, dear to call
    [InlineData("+499001234567")] // Germany, 0900
    [InlineData("+33891123456")] // France
    public void Numbers_that_cost_more_than_a_call_are_never_called(string number) => Assert.Equal("call-premium-number", Code(number));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("+")]
    [InlineData("+999123456789")]
    [InlineData("+1650")]
    [InlineData("+16504894546123456789")]
    [InlineData("411")]
    [InlineData("+16504894546;ext=12")]
    public void What_is_no_number_of_a_plan_is_refused(string number) => Assert.Equal("call-number-unreadable", Code(number));

    [Fact]
    public void Only_countries_and_prefixes_of_the_site_are_called()
    {
        var refusal = CallPolicy.Against(new TestCallOrder { To = "+441618508378" }, Trunk, Given.Site);

        Assert.Equal("call-destination-not-allowed", refusal!.Code);
        Assert.Contains("+441618508378 (GB) is neither the trunk's test number nor in calls.countries or calls.prefixes (calls.* in the profile of site lab).", refusal.Sentence);
        Assert.Null(Code("+441618508378", new CallRules { Countries = ["GB"] }));
        Assert.Null(Code("+441618508378", new CallRules { Prefixes = ["+44161"] }));
        Assert.Equal("call-destination-not-allowed", Code("+442079460000", new CallRules { Prefixes = ["+44161"] }));
    }

    [Fact]
    public void What_is_denied_is_denied_whatever_else_allows_it() =>
        Assert.Equal("call-number-denied", Code("+441618508378", new CallRules { Countries = ["GB"], Prefixes = ["+44161850"], Denied = ["+44161"] }));

    [Fact]
    public void The_trunks_own_numbers_need_no_permission_and_no_number_at_all_is_said()
    {
        Assert.Null(CallPolicy.Against(TestCallOrder.ThroughSwitch, Trunk, Given.Site));
        Assert.Null(CallPolicy.Against(new TestCallOrder { Route = CallRoute.Inbound }, Trunk, Given.Site));
        Assert.Equal("inbound-number-missing", CallPolicy.Against(new TestCallOrder { Route = CallRoute.Inbound }, Trunk with { Numbers = [] }, Given.Site)!.Code);
        Assert.Equal("inbound-number-not-of-trunk", CallPolicy.Against(new TestCallOrder { Route = CallRoute.Inbound, To = "+441618508378" }, Trunk, Given.Site with { Calls = new CallRules { Countries = ["GB"] } })!.Code);
        Assert.Equal("call-emergency-number", CallPolicy.Against(TestCallOrder.ThroughSwitch, Trunk with { TestNumber = "911" }, Given.Site)!.Code);
    }

    [Fact]
    public void Numbers_without_plus_are_of_the_sites_country()
    {
        Assert.Null(Code("0161 850 8378", new CallRules { Country = "GB", Countries = ["GB"] }));
        Assert.Equal("call-emergency-number", Code("110", new CallRules { Country = "DE", Countries = ["DE"] }));
    }
}
