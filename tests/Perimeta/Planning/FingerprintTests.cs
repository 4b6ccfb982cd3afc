using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;

namespace TrunkBot.Perimeta.Tests.Planning;

public sealed class FingerprintTests
{
    [Theory]
    [InlineData("sbc\n", "! up for 12345 seconds\nsbc\n")]
    [InlineData("signaling\n", "signaling\n    uptime 4711\n")]
    [InlineData("adjacency-type preset-core\n      realm CoreMedia1", "realm CoreMedia1\n      adjacency-type preset-core")]
    [InlineData("adjacency-type preset-core", "adjacency-type preset-peering")]
    [InlineData("198.51.100.20", "198.51.100.21")]
    public void Comments_counters_order_and_other_peoples_work_leave_it_as_it_is(string from, string to) =>
        Assert.Equal(Of(Sample.Running), Of(Changed(Sample.Running, from, to)));

    [Theory]
    [InlineData("198.51.100.20", "54.244.51.1")]
    [InlineData("service-network 2\n    ipv4", "service-network 3\n    ipv4")]
    [InlineData("realm GeneralPeeringMedia1", "realm Other")]
    [InlineData("10.20.0.20 prefix-len 32", "54.244.51.0 prefix-len 30")]
    [InlineData("adjacency sip MetasphereCFS", "adjacency sip acme-east-us2")]
    public void What_the_plan_depends_on_changes_it(string from, string to) =>
        Assert.NotEqual(Of(Sample.Running), Of(Changed(Sample.Running, from, to)));

    [Fact]
    public void Status_of_a_provisioned_trunk_is_ok_line_by_line()
    {
        var lines = PerimetaStatus.Of(Sample.Intent(), RunningConfiguration.Read(PlannerTests.Provisioned("activate")));

        Assert.All(lines, line => Assert.Equal(HealthState.Ok, line.State));
        Assert.Equal(4, lines.Count);
    }

    [Theory]
    [InlineData("default-interop-profile ManagedAccess\nactivate", "default-interop-profile ManagedAccess\nno activate", "adjacency-inactive")]
    [InlineData("signaling-peer acme-east.pstn.us2.twilio.com", "signaling-peer x.example", "adjacency-peer-differs")]
    [InlineData("54.244.51.0 prefix-len 30", "54.244.51.0 prefix-len 31", "adjacency-range-differs")]
    [InlineData("permit-peer service-network 2 ipv4 54.244.51.3\n", "", "whitelist-incomplete")]
    [InlineData("permit-peer service-network 2 ipv4 54.244.51.3\n", "permit-peer service-network 1 ipv4 54.244.51.3\n", "whitelist-other-network")]
    [InlineData("adjacency sip acme-east-us2", "adjacency sip other", "adjacency-missing")]
    [InlineData("      realm GeneralPeeringMedia1", "      realm Other", "realm-missing")]
    [InlineData("        service-address GeneralPeering-01", "        service-address Other", "service-address-missing")]
    public void Status_names_what_is_wrong(string from, string to, string code)
    {
        var running = RunningConfiguration.Read(Changed(PlannerTests.Provisioned("activate"), from, to));

        Assert.Equal(code, Assert.Single(PerimetaStatus.Of(Sample.Intent(), running), line => line.State != HealthState.Ok).Code);
    }

    [Theory]
    [InlineData("54.244.51.0 prefix-len 30", "0.0.0.0 prefix-len 0", "adjacency-range-wider")]
    [InlineData("54.244.51.0 prefix-len 30", "54.244.51.0 prefix-len 30\nremote-address-range ipv4 0.0.0.0 prefix-len 0", "adjacency-range-wider")]
    [InlineData("statistics-setting detail", "statistics-setting detail\nservice-network 3", "adjacency-labels-differ")]
    [InlineData("deactivation-mode normal", "adjacency-limits\ncall-rate sustain 5 per-minute\ndeactivation-mode normal", "adjacency-call-rate")]
    public void Status_asks_to_look_at_what_somebody_added(string from, string to, string code)
    {
        var running = RunningConfiguration.Read(Changed(PlannerTests.Provisioned("activate"), from, to));

        var line = Assert.Single(PerimetaStatus.Of(Sample.Intent(), running), line => line.State != HealthState.Ok);
        Assert.Equal((HealthState.Attention, code), (line.State, line.Code));
    }

    [Fact]
    public void Only_what_the_plan_depends_on_is_kept_and_no_secret_of_it()
    {
        var running = Changed(PlannerTests.Provisioned("snmp-community public\nactivate"), "  ip-access-control\n", "  radius\n    shared-secret abc\n  ip-access-control\n    lists\n");

        Assert.Equal(
            """
            system
              service-interface serv1
                service-network 1
                ipv4
                  local-ip-address 10.20.0.5
                    service-address Core-01
              service-interface serv2
                service-network 2
                ipv4
                  local-ip-address 203.0.113.10
                    service-address GeneralPeering-01
              ip-access-control
                trusted-sources
                  permit-peer service-network 2 ipv4 54.244.51.0
                  permit-peer service-network 2 ipv4 54.244.51.1
                  permit-peer service-network 2 ipv4 54.244.51.2
                  permit-peer service-network 2 ipv4 54.244.51.3
            sbc
              signaling
                adjacency sip acme-east-us2
                  deactivation-mode normal
                  call-media-policy
                    early-media timeout 240
                    media-bypass-policy forbid
                    repeat-sdp-on-200ok
                  adjacency-type preset-access
                  privacy trusted
                  realm GeneralPeeringMedia1
                  service-address GeneralPeering-01
                  signaling-local-port 5060
                  remote-address-range ipv4 54.244.51.0 prefix-len 30
                  signaling-peer acme-east.pstn.us2.twilio.com
                  signaling-peer-port 5060
                  statistics-setting detail
                  default-interop-profile ManagedAccess
                  snmp-community ***
                  activate
              media
                media-address ipv4 203.0.113.11 service-network 2
                  realm GeneralPeeringMedia1

            """,
            KeptConfiguration.Of(new(Sample.Intent()), running));
    }

    [Theory]
    [InlineData("198.51.100.20", "54.244.51.1")]
    [InlineData("10.20.0.20 prefix-len 32", "54.244.51.0 prefix-len 30")]
    [InlineData("adjacency sip MetasphereCFS", "adjacency sip ACME-EAST-US2")]
    [InlineData("  media\n", "  signalling\n  media\n")]
    public void The_plan_from_what_is_kept_is_the_plan_from_the_whole(string from, string to)
    {
        var whole = Changed(Sample.Running, from, to);
        var kept = KeptConfiguration.Of(new(Sample.Intent()), whole);

        Assert.Equal(Of(whole), Of(kept));
        Assert.Equal(kept, KeptConfiguration.Of(new(Sample.Intent()), kept));
        Assert.Equal(Findings(whole), Findings(kept));

        static IEnumerable<string> Findings(string running) => new PerimetaPlanner(new(Sample.Intent()), Sample.Site(Sample.Perimeta()), Sample.Lab, RunningConfiguration.Read(running))
            .Plan("perimeta", "Perimeta", "f").Findings.Select(finding => finding.Sentence.ToString());
    }

    private static string Of(string running) => PlanFingerprint.Of(new(Sample.Intent()), RunningConfiguration.Read(running));

    private static string Changed(string text, string from, string to) =>
        text.Contains(from, StringComparison.Ordinal) ? text.Replace(from, to, StringComparison.Ordinal) : throw new ArgumentException($"\"{from}\" is not in the text");
}
