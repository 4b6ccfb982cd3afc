using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Tests.Planning;

/// <summary>What the text of a configuration says by itself (domain document, section 11).</summary>
public sealed class ConfigurationLintTests
{
    private const string Twilio = """
        system
          service-interface serv1
            service-network 1
            ipv4
              local-ip-address 10.20.0.5
                service-address Core-01
                activate
          service-interface serv2
            service-network 2
            ipv4
              local-ip-address 203.0.113.10
                service-address Peering-01
                activate
          ip-access-control
            trusted-sources
              permit-peer service-network 2 ipv4 54.244.51.0
              permit-peer service-network 2 ipv4 54.244.51.1
              permit-peer service-network 2 ipv4 54.244.51.2
              permit-peer service-network 2 ipv4 54.244.51.3
        sbc
          signaling
            adjacency sip Twilio-us2
              adjacency-limits
                regs 0
              adjacency-type preset-peering
              realm Media1
              service-address Peering-01
              remote-address-range ipv4 54.244.51.0 prefix-len 30
              signaling-peer acme.pstn.us2.twilio.com
              activate
          media
            media-address ipv4 203.0.113.11 service-network 2
              realm Media1

        """;

    [Fact]
    public void A_sound_configuration_has_no_finding() => Assert.Empty(Find(Twilio));

    [Theory]
    [InlineData("P01", "adjacency sip Twilio-us2", "adjacency sip Twilio \"us2\"", 22, "sbc-name-unsafe", FindingSeverity.Warning)]
    [InlineData("P04", "      permit-peer service-network 2 ipv4 54.244.51.3\n", "", 21, "range-not-whitelisted", FindingSeverity.Warning)]
    [InlineData("P05", "service-network 2 ipv4 54.244.51.3", "service-network 1 ipv4 54.244.51.3", 22, "service-network-differs", FindingSeverity.Error)]
    [InlineData("P09", "preset-peering", "preset-access", 22, "preset-access-on-carrier-trunk", FindingSeverity.Warning)]
    [InlineData("P10", "        regs 0\n", "", 22, "peering-without-regs-limit", FindingSeverity.Info)]
    [InlineData("P11", "        regs 0\n", "        regs 0\n        call-rate sustain 5 per-second\n", 22, "rate-limit-without-alarm", FindingSeverity.Warning)]
    [InlineData("P15", "      realm Media1\n      service", "      realm Media2\n      service", 22, "realm-missing", FindingSeverity.Error)]
    [InlineData("P16", "      remote-address-range", "      service-network 2\n      signaling-local-address ipv4 203.0.113.10\n      remote-address-range", 22, "adjacency-two-local-addresses", FindingSeverity.Warning)]
    [InlineData("P17", "  media\n", "  sbe\n  media\n", 31, "sbc-config-foreign-word", FindingSeverity.Error)]
    [InlineData("P17", "  media\n", "  configure terminal\n  media\n", 31, "sbc-config-foreign-word", FindingSeverity.Error)]
    [InlineData("P18", "  media\n", "  realmactivate\n  media\n", 31, "sbc-config-joined-lines", FindingSeverity.Error)]
    [InlineData("P18", "  media\n", "  realm\u00a0X\n  media\n", 31, "sbc-config-odd-blank", FindingSeverity.Error)]
    [InlineData("P18", "  media\n", "  early-media timeout 60\n  media\n", 31, "sbc-config-out-of-place", FindingSeverity.Warning)]
    [InlineData("P18", "realm Media1\n      service", "realm \"Media1\n      service", 26, "sbc-config-open-quote", FindingSeverity.Warning)]
    [InlineData("P19", "      activate\n  media", "  media", 22, "adjacency-without-activate", FindingSeverity.Warning)]
    public void Each_thing_that_is_wrong_is_found_where_it_is(string lint, string replaced, string by, int line, string code, FindingSeverity severity)
    {
        var text = Twilio.Replace(replaced, by, StringComparison.Ordinal);
        Assert.NotEqual(Twilio, text);

        var found = Assert.Single(Find(text));

        Assert.Equal((code, severity, line), (found.Finding.Code, found.Finding.Severity, found.Line));
        Assert.StartsWith(lint, found.Finding.Source, StringComparison.Ordinal);
        Assert.NotNull(found.Finding.Fix);
    }

    [Fact]
    public void P04_a_permitted_Twilio_address_in_no_range_is_found() =>
        Assert.Equal("16 whitelist-without-adjacency", Shown(Assert.Single(Find(Twilio.Replace("    trusted-sources\n", "    trusted-sources\n      permit-peer service-network 2 ipv4 54.171.127.192\n", StringComparison.Ordinal)))));

    [Fact]
    public void P12_and_P13_bans_are_compared_with_permits_with_Twilio_and_with_each_other() => Assert.Equal(
        ["21 peer-permitted-and-banned", "21 whitelist-address-banned", "22 ban-redundant", "22 peer-permitted-and-banned", "22 whitelist-address-banned", "23 whitelist-address-banned"],
        Find(Twilio.Replace("sbc\n", "    blacklisting\n      ban-peer service-network 2 ipv4 54.244.51.0 prefix-len 24\n      ban-peer service-network 2 ipv4 54.244.51.1\n      ban-peer service-network 7 ipv4 54.244.51.1\nsbc\n", StringComparison.Ordinal))
            .Select(Shown).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("service-address Peering-01", "31 adjacency-far-end-taken")]
    [InlineData("service-network 2\n      signaling-local-address ipv4 203.0.113.10", "31 adjacency-far-end-taken")]
    [InlineData("service-address Peering-01\n      signaling-local-port 5070", null)]
    [InlineData("service-address Core-01", null)]
    public void P14_a_second_adjacency_to_the_same_far_end_is_found(string local, string? expected)
    {
        var found = Find(Twilio.Replace("  media\n", $"    adjacency sip Old\n      {local}\n      signaling-peer ACME.pstn.us2.twilio.com\n      no activate\n  media\n", StringComparison.Ordinal));

        Assert.Equal(expected, found.Select(Shown).SingleOrDefault());
    }

    [Fact]
    public void What_a_fragment_does_not_show_is_not_judged() =>
        Assert.Empty(Find("adjacency sip A\nrealm Nowhere\nservice-address Nowhere\nremote-address-range ipv4 54.244.51.0 prefix-len 30\nactivate\n"));

    [Theory]
    [InlineData("    adjacency sip A\n      call-media-policy\n        privacy trusted\n", 3, "sbc-config-indentation")]
    [InlineData("      adjacency sip A\n  realm R\n", 2, "sbc-config-indentation")]
    [InlineData("adjacency sip A\ninterop\nforce-signaling-peer all-requests\n", 3, "sbc-config-two-levels")]
    public void Where_indentation_and_words_disagree_a_note_says_how_the_line_was_read(string text, int line, string code)
    {
        var diagnostic = Assert.Single(ConfigTree.Read(text).Diagnostics);

        Assert.Equal((line, code, FindingSeverity.Info), (diagnostic.Line, diagnostic.Code, diagnostic.Severity));
    }

    [Theory]
    [InlineData("adjacency sip A\n  interop\n    force-signaling-peer all-requests\n")]
    [InlineData("adjacency sip A\ninterop\n  force-signaling-peer all-requests\n")]
    [InlineData("adjacency sip A\ncall-media-policy\nprivacy trusted\n")]
    public void Where_they_agree_or_nothing_is_indented_there_is_no_note(string text) => Assert.Empty(ConfigTree.Read(text).Diagnostics);

    private static IReadOnlyList<ConfigurationFinding> Find(string text) => ConfigurationLints.Of(RunningConfiguration.Read(text));

    private static string Shown(ConfigurationFinding finding) => $"{finding.Line} {finding.Finding.Code}";
}
