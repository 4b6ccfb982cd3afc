using CsCheck;
using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Tests.Configuration;

/// <summary>The lines to send and to undo, tried on a command line that knows nothing of how they were made.</summary>
public sealed class ConfigChangePropertyTests
{
    private static readonly Gen<string[]> Adjacency = Gen.Select(
        Among("A", "B", "C-1"),
        Among(
            "realm R1", "realm R2", "realm \"X\"", "realm X", "no realm", "service-address S1", "service-address S2", "privacy trusted", "account K", "no account",
            "signaling-peer a.example", "signaling-peer b.example", "signaling-peer-port 5060", "activate", "no activate", "# remark", "! warning", "",
            "remote-address-range ipv4 192.0.2.0 prefix-len 30", "remote-address-range ipv4 192.0.2.4 prefix-len 30", "force-signaling-peer all-requests",
            "call-media-policy", "call-media-policy\nearly-media timeout 240", "call-media-policy\nearly-media timeout 60\nrepeat-sdp-on-200ok", "no call-media-policy",
            "adjacency-limits\nregs 0", "adjacency-limits\nregs 0\ncall-rate sustain 5 per-second", "interop\nforce-signaling-peer all-requests",
            "interop\nmessage-manipulation\nedit-profiles inbound a,b\nedit-profiles outbound c", "interop\nmessage-manipulation\nedit-profiles inbound b,a",
            "interop\nmessage-manipulation\nedit-profiles inbound \"\"").Array[0, 12],
        (name, lines) => (string[])["sbc", "signaling", $"adjacency sip {name}", .. lines]);

    private static readonly Gen<string[]> Permits = Gen.Select(
        Among("192.0.2.1", "192.0.2.2", "198.51.100.7", "198.51.100.8").Array[0, 4], Gen.Int[1, 2],
        (addresses, network) => (string[])["system", "ip-access-control", "trusted-sources", .. addresses.Select(address => $"permit-peer service-network {network} ipv4 {address}")]);

    private static readonly Gen<string[]> Bans = Among("192.0.2.9", "192.0.2.10").Select(address =>
        (string[])["system", "ip-access-control", "blacklisting", $"ban-peer service-network 2 ipv4 {address}"]);

    private static readonly Gen<string[]> Interfaces = Gen.Select(
        Among("serv1", "serv2"), Among("1", "2"), Among("service-address L1", "service-address L2", "service-address L1\nservice-address L2", "probes-source-style specific-source", "activate", "no activate").Array[0, 3],
        (name, network, inner) => (string[])["system", $"service-interface {name}", $"service-network {network}", "ipv4", "gateway-ip-address 192.0.2.254", "local-ip-address 192.0.2.20", .. inner]);

    private static readonly Gen<string[]> Media = Gen.Select(Among("192.0.2.30", "192.0.2.31"), Among("realm M1", "realm M2", "realm M1\nrealm M2", ""),
        (address, realm) => (string[])["sbc", "media", $"media-address ipv4 {address} service-network 2", realm]);

    private static readonly Gen<string> Configuration = Gen.OneOf(Adjacency, Adjacency, Permits, Bans, Interfaces, Media).Array[0, 8]
        .Select(objects => string.Concat(objects.SelectMany(lines => lines.Append("end")).Select(line => line + "\r\n")));

    private static Gen<string> Among(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    [Fact]
    public void The_lines_lead_to_the_intended_configuration_and_the_undo_leads_back() =>
        Gen.Select(Configuration, Configuration, Gen.Bool).Sample(
            (running, intended, deactivate) =>
            {
                var change = ConfigChange.Between(ConfigTree.Read(running), ConfigTree.Read(intended), new() { DeactivateBeforeEdit = deactivate });
                var device = new TinyCommandLine().Take(running.Split('\n'));
                var before = device.State;

                Assert.Equal(new TinyCommandLine().Take(intended.Split('\n')).State, device.Take(change.Send.SelectMany(block => block.Lines)).State);
                Assert.Equal(before, device.Take(change.Undo.SelectMany(block => block.Lines)).State);
            },
            iter: 2_000);

    [Fact]
    public void A_fragment_changes_only_the_objects_that_it_names_and_the_undo_leads_back() =>
        Gen.Select(Configuration, Adjacency).Sample(
            (running, lines) =>
            {
                var intended = string.Join('\n', lines);
                var change = ConfigChange.Between(ConfigTree.Read(running), ConfigTree.Read(intended), new() { Fragment = true });
                var device = new TinyCommandLine().Take(running.Split('\n'));
                var before = device.State;

                Assert.All(change.Send, block => Assert.Equal($"sbc / signaling / {lines[2]}", block.Object));
                device.Take(change.Send.SelectMany(block => block.Lines)).Take(change.Undo.SelectMany(block => block.Lines));
                Assert.Equal(before, device.State);
            },
            iter: 1_000);

    [Fact]
    public void From_a_configuration_to_itself_nothing_is_sent() =>
        Configuration.Sample(
            text =>
            {
                var change = ConfigChange.Between(ConfigTree.Read(text), ConfigTree.Read(text));
                Assert.Empty(change.Send.Concat(change.Undo));
                Assert.Empty(UnifiedDifference.Between(ConfigTree.Read(text), ConfigTree.Read(text)));
            },
            iter: 1_000);
}
