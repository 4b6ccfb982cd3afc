using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Trunks;

namespace TrunkBot.Diagnostics.Tests.Alerts;

public sealed class AlertMatchingTests
{
    private static readonly IReadOnlyList<TrunkIntent> Trunks =
    [
        Given.Intent("acme-east", "umatilla", "ashburn"), Given.Intent("acme-west", "umatilla") with { ServiceAddress = "WestSA" }, Given.Intent("acme", "dublin"), Given.Intent("x"),
    ];

    [Theory]
    [InlineData("trunk=acme-east", "", "acme-east", "by label trunk")]
    [InlineData("TRUNK=ACME-EAST", "", "acme-east", "by label trunk")]
    [InlineData("", "calls to acme-east fail", "acme-east", "by its name in the text")]
    [InlineData("", "(Acme-West): down.", "acme-west", "by its name in the text")]
    [InlineData("instance=acme-east.pstn.twilio.com", "", "acme-east", "by its name in the text")]
    [InlineData("trunk=gone", "acme-east is down", "acme-east", "by its name in the text")]
    [InlineData("", "acme-eastern is down", null, "no label, no rule and no word names a trunk under management")]
    [InlineData("", "x is down", null, "no label, no rule and no word names a trunk under management")] // too short for a word
    [InlineData("trunk=x", "", "x", "by label trunk")]
    [InlineData("trunk=gone", "", null, "label trunk says \"gone\", which is no trunk under management")]
    [InlineData("", "acme-east and acme-west", null, "by its name in the text it may be acme-east, acme-west")]
    public void The_rules_that_always_hold(string labels, string title, string? trunk, string why)
    {
        var match = Match(Alert(labels, title));

        Assert.Equal((trunk, why), (match.Trunk?.Name, match.Why));
    }

    public static TheoryData<AlertRule, string, string?, string> Rules => new()
    {
        { new() { Field = "instance", Pattern = "^([a-z-]+)\\.pstn", Finds = AlertRuleFinds.Termination }, "instance=acme-west.pstn.us1.twilio.com", "acme-west", "by rule 1 of the settings (instance)" },
        { new() { Field = "peer", Pattern = ".+", Finds = AlertRuleFinds.Termination }, "peer=sip:bot@acme-west.pstn.us2.twilio.com:5060", "acme-west", "by rule 1 of the settings (peer)" },
        { new() { Field = "job", Pattern = "^sip/(?<x>.*)/(?<trunk>.*)$" }, "job=sip/denver/acme-west", "acme-west", "by rule 1 of the settings (job)" },
        { new() { Field = "customer", EqualTo = "Acme Corp", Trunk = "acme-west" }, "customer=acme corp", "acme-west", "by rule 1 of the settings (customer)" },
        { new() { Field = "sa", Pattern = ".*", Finds = AlertRuleFinds.ServiceAddress }, "sa=WestSA", "acme-west", "by rule 1 of the settings (sa)" },
        { new() { Field = "edge", Pattern = ".*", Finds = AlertRuleFinds.Edge }, "edge=dublin", "acme", "by rule 1 of the settings (edge)" },
        { new() { Field = "edge", Pattern = ".*", Finds = AlertRuleFinds.Edge }, "edge=umatilla", null, "by rule 1 of the settings (edge) it may be acme-east, acme-west, x" },
        { new() { Field = "adj", Pattern = ".*", Finds = AlertRuleFinds.Adjacency }, "adj=acme-east-us1", "acme-east", "by rule 1 of the settings (adj)" },
        { new() { Field = "text", Pattern = "T-(\\w+)" }, "a=T-acme", "acme", "by rule 1 of the settings (text)" },
        { new() { Source = "grafana", Field = "a", Pattern = ".*" }, "a=acme", "acme", "by its name in the text" },
        { new() { Field = "a", Pattern = "(.*)" }, "a=nothing", null, "rule 1 of the settings (a) says \"nothing\", which is no trunk under management" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_of_the_settings_comes_first(AlertRule rule, string labels, string? trunk, string why)
    {
        var match = Match(Alert(labels, ""), rule);

        Assert.Equal((trunk, why), (match.Trunk?.Name, match.Why));
    }

    [Fact]
    public void A_pattern_that_takes_too_long_on_hostile_text_is_left_out_and_said()
    {
        var match = Match(Alert("a=" + new string('a', 400) + "!", ""), new AlertRule { Field = "a", Pattern = "^(a+)+$" });

        Assert.Null(match.Trunk);
        Assert.Equal("rule 1 of the settings (a) took longer than 250 ms and was left out", match.Why);
    }

    [Fact]
    public void Rules_that_can_not_work_are_named_with_their_place()
    {
        var result = new AlertOptionsValidation().Validate(null, new AlertOptions
        {
            Rules = [new() { Field = "a", EqualTo = "b" }, new() { Source = "nagios", Pattern = "(" }, new() { Field = "a", EqualTo = "b", Pattern = "c" }],
        });

        Assert.Equal(
            [
                "alert-rule: Alerts:Rules:1: there is no source nagios; there are alertmanager, grafana, pagerduty, opsgenie, syslog, snmp",
                "alert-rule: Alerts:Rules:1: Field is missing: the name of a label, title, description, severity or text",
                "alert-rule: Alerts:Rules:1: Pattern is no regular expression: Invalid pattern '(' at offset 1. Not enough )'s.",
                "alert-rule: Alerts:Rules:2: give one of EqualTo and Pattern",
            ],
            result.Failures);
    }

    private static AlertMatch Match(Alert alert, params AlertRule[] rules) => new AlertMatching(Options.Create(new AlertOptions { Rules = [.. rules] })).Match(alert, Trunks);

    private static Alert Alert(string labels, string title) => new()
    {
        Source = "alertmanager",
        Id = "f",
        Event = "f",
        Status = AlertStatus.Firing,
        Title = title,
        Labels = labels.Length == 0
            ? new Dictionary<string, string>()
            : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [labels.Split('=')[0]] = labels[(labels.IndexOf('=', StringComparison.Ordinal) + 1)..] },
    };
}
