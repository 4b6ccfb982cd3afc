using System.Globalization;
using System.Text;

namespace TrunkBot.Benchmarks.Trees;

/// <summary>
/// A configuration of the size that an old SBC of a carrier has: about 20 lines for each adjacency in the canonical order, indented as a device
/// would, a permitted address for each far end, comments of people, and lines that no public text explains. Always the same for the same size.
/// </summary>
internal static class RealisticConfiguration
{
    private const int Networks = 40;

    public static string Of(int adjacencies)
    {
        var text = new StringBuilder(adjacencies * 700);
        text.Append("! Configuration of SBC-DEN-01\n!\nsystem\n");
        for (var network = 1; network <= Networks; network++)
        {
            Line(text, $"  service-interface serv{network}\n    service-network {network}\n    port-group-name PG-{network % 4}\n    ipv4\n      subnet-prefix-length 24\n      gateway-ip-address 203.0.{network}.1\n      local-ip-address 203.0.{network}.10\n        service-address Peering-{network:00}\n        probes-source-style specific-source\n        activate\n    vlan-id {100 + network}\n    criticality 1000\n");
        }

        text.Append("  ip-access-control\n    trusted-sources\n");
        for (var at = 0; at < adjacencies; at++)
        {
            Line(text, $"      permit-peer service-network {Network(at)} ipv4 {FarEnd(at)}\n");
        }

        text.Append("    blacklisting\n      ban-peer service-network 2 ipv4 192.0.2.66\n      ban-peer service-network 2 ipv4 192.0.2.67\nsbc\n  signaling\n");
        for (var at = 0; at < adjacencies; at++)
        {
            Adjacency(text, at);
        }

        text.Append("  media\n");
        for (var network = 1; network <= Networks; network++)
        {
            Line(text, $"    media-address ipv4 203.0.{network}.11 service-network {network}\n      realm Media-{network:00}\n");
        }

        return text.Append("  diagnostics\n    alarm-thresholds\nend\n").ToString();
    }

    private static void Adjacency(StringBuilder text, int at)
    {
        Line(text, $"    adjacency sip Customer-{at:000000}\n");
        if (at % 7 == 0)
        {
            Line(text, $"      # moved from the old switch, ticket {at * 31 % 99991}\n");
        }

        if (at % 3 == 0)
        {
            Line(text, $"      adjacency-limits\n        regs 0\n        call-rate sustain {5 + (at % 50)} per-second\n");
        }

        text.Append("      deactivation-mode normal\n");
        Line(text, $"      account Account-{at / 4}\n");
        text.Append("      call-media-policy\n        early-media timeout 240\n        media-bypass-policy forbid\n        repeat-sdp-on-200ok\n");
        if (at % 5 == 0)
        {
            text.Append("      interop\n        message-manipulation\n          edit-profiles inbound strip-plus,add-pai\n          edit-profiles outbound \"\"\n");
        }

        Line(text, $"      adjacency-type preset-peering\n      privacy trusted\n      realm Media-{Network(at):00}\n      service-address Peering-{Network(at):00}\n      signaling-local-port 5060\n      remote-address-range ipv4 {FarEnd(at)} prefix-len 32\n      signaling-peer {FarEnd(at)}\n");
        text.Append("      signaling-peer-port 5060\n      statistics-setting detail\n      default-interop-profile Peer\n");
        if (at % 11 == 0)
        {
            text.Append("      media-security\n        profile legacy\n");
        }

        text.Append(at % 50 == 49 ? "      no activate\n" : "      activate\n");
    }

    private static int Network(int at) => (at % Networks) + 1;

    private static string FarEnd(int at) => string.Create(CultureInfo.InvariantCulture, $"{10 + (at >> 16)}.{(at >> 8) & 255}.{at & 255}.7");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture));
}
