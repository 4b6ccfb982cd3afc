using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Diagnostics.Tests.Alarms;

/// <summary>Lines and OIDs are made up: what a switch or an SBC writes is a site's own.</summary>
public sealed class AlarmRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly AlarmOptions options = new()
    {
        Rules =
        [
            new AlarmRule
            {
                Name = "adjacency",
                Source = "syslog",
                Raise = [new() { Field = "host", Pattern = "^sbc-" }, new() { Field = "text", Pattern = @"Adjacency (?<adjacency>\S+) is not (?<wanted>active)" }],
                Clear = [new() { Field = "host", Pattern = "^sbc-" }, new() { Field = "text", Pattern = @"Adjacency (?<adjacency>\S+) is active" }],
                Title = "Adjacency {adjacency} of {host} is down, {nothing}",
                Finding = "adjacency-inactive",
            },
            new AlarmRule
            {
                Name = "link",
                Source = "snmp",
                Raise = [new() { Field = "trap", EqualTo = "1.3.6.1.6.3.1.1.5.3" }, new() { Field = "1.3.6.1.2.1.2.2.1.2.*", Pattern = "(?<port>.+)" }],
                Clear = [new() { Field = "trap", EqualTo = "1.3.6.1.6.3.1.1.5.4" }, new() { Field = "1.3.6.1.2.1.2.2.1.2.*", Pattern = "(?<port>.+)" }],
                Severity = "critical",
                PerSender = false,
            },
            new AlarmRule { Name = "slow", Raise = [new() { Field = "text", Pattern = "^(a+)+$" }] },
            new AlarmRule { Name = "anything", Raise = [new() { Field = "from", EqualTo = "192.0.2.66" }] },
        ],
    };

    [Fact]
    public void What_raises_and_what_clears_one_thing_are_one_alert()
    {
        var raised = Read(("host", "sbc-1"), ("severity", "error"), ("text", "Adjacency AcmeEast is not active")).Alert!;
        var cleared = Read(("host", "sbc-1"), ("severity", "info"), ("text", "Adjacency AcmeEast is active")).Alert!;

        Assert.Equal(("syslog:adjacency|192.0.2.9|AcmeEast", AlertStatus.Firing, "error"), (raised.Key, raised.Status, raised.Severity));
        Assert.Equal((raised.Key, AlertStatus.Resolved), (cleared.Key, cleared.Status));
        Assert.NotEqual(raised.Event, cleared.Event);
        Assert.Equal("Adjacency AcmeEast of sbc-1 is down, ?", raised.Title);
        Assert.StartsWith("Adjacency AcmeEast is not active\nadjacency-inactive: ", raised.Description, StringComparison.Ordinal);
        Assert.Equal(["adjacency=AcmeEast", "from=192.0.2.9", "host=sbc-1", "wanted=active"], raised.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
    }

    [Fact]
    public void Another_thing_and_another_sender_are_other_alerts_unless_the_rule_says_otherwise()
    {
        Assert.NotEqual(
            Read(("host", "sbc-1"), ("text", "Adjacency AcmeEast is not active")).Alert!.Key,
            Read(("host", "sbc-1"), ("text", "Adjacency AcmeWest is not active")).Alert!.Key);

        var one = Trap("192.0.2.9", "1.3.6.1.6.3.1.1.5.3");
        var other = Trap("192.0.2.10", "1.3.6.1.6.3.1.1.5.4");
        Assert.Equal(("snmp:link|eth0", "critical", AlertStatus.Firing), (one.Key, one.Severity, one.Status));
        Assert.Equal(("snmp:link|eth0", AlertStatus.Resolved), (other.Key, other.Status));
        Assert.Equal("link", one.Title);
    }

    [Fact]
    public void Where_one_condition_does_not_hold_the_rule_does_not_fit()
    {
        Assert.Null(Read(("host", "cfs-1"), ("text", "Adjacency AcmeEast is not active")).Alert);
        Assert.Null(Read(("text", "Adjacency AcmeEast is not active")).Alert);
    }

    [Fact]
    public void A_pattern_that_takes_too_long_is_named_and_the_next_rule_is_tried()
    {
        var meaning = new AlarmRules(Options.Create(options)).Read(new Alarm("syslog", "192.0.2.66", Noon, Alarm.FieldsOf([("text", new string('a', 60) + "!")])));

        Assert.Equal(["slow"], meaning.Slow);
        Assert.Equal("anything", meaning.Rule);
    }

    [Fact]
    public void What_can_not_work_is_named_with_its_place()
    {
        var result = new AlarmOptionsValidation().Validate(null, new AlarmOptions
        {
            SyslogUdp = "0.0.0.0",
            SyslogTls = "127.0.0.1:6514",
            SnmpUdp = "[::]:162",
            Rules =
            [
                new AlarmRule { Source = "smoke", Severity = "bad", Finding = "nope" },
                new AlarmRule { Name = "x", Raise = [new() { Field = "text", Pattern = "(" }, new() { EqualTo = "a", Pattern = "b" }] },
            ],
        });

        Assert.Equal(
            [
                "Alarms:SyslogUdp: \"0.0.0.0\" is no address with a port, such as 0.0.0.0:514",
                "Alarms:From: name the networks of the devices that are listened to",
                "Alarms:Communities: SNMP needs a community, as secret:NAME",
                "Alarms:Certificate: TLS needs a certificate and its key, each a file",
                "alarm-rule: Alarms:Rules:0: Name is missing, or longer than 60 characters",
                "alarm-rule: Alarms:Rules:0: there is no source smoke; there are syslog and snmp",
                "alarm-rule: Alarms:Rules:0: Raise is missing: what the device says when it is wrong",
                "alarm-rule: Alarms:Rules:0: there is no severity bad; there are critical, error, warning, info",
                "alarm-rule: Alarms:Rules:0: there is no finding nope",
                "alarm-rule: Alarms:Rules:1: Pattern for text is no regular expression: Invalid pattern '(' at offset 1. Not enough )'s.",
                "alarm-rule: Alarms:Rules:1: Field of a condition is missing",
                "alarm-rule: Alarms:Rules:1: give one of EqualTo and Pattern for ",
            ],
            result.Failures);
        Assert.True(new AlarmOptionsValidation().Validate(null, new AlarmOptions()).Succeeded);
        Assert.True(new AlarmOptionsValidation().Validate(null, options).Succeeded);
    }

    private AlarmMeaning Read(params (string, string?)[] fields) => new AlarmRules(Options.Create(options)).Read(new Alarm("syslog", "192.0.2.9", Noon, Alarm.FieldsOf(fields)));

    private Alert Trap(string from, string trap) =>
        new AlarmRules(Options.Create(options)).Read(new Alarm("snmp", from, Noon, Alarm.FieldsOf([("trap", trap), ("1.3.6.1.2.1.2.2.1.2.17", "eth0")]))).Alert!;
}
