using System.Text;

namespace TrunkBot.Benchmarks.Trees;

/// <summary>Texts that are meant to break a reader of configurations: each is made from its number alone.</summary>
internal static class HostileDocuments
{
    private static readonly string[] Words =
    [
        "system", "sbc", "signaling", "media", "diagnostics", "alarm-thresholds", "service-interface", "serv1", "service-network", "2", "ipv4", "ipv6",
        "local-ip-address", "192.0.2.1", "192.0.2.300", "2001:db8::1", "::ffff:192.0.2.1", "ip-access-control", "trusted-sources", "permit-peer", "blacklisting", "ban-peer",
        "adjacency", "sip", "A", "adjacency-limits", "regs", "call-rate", "call-media-policy", "early-media", "interop", "message-manipulation", "edit-profiles", "inbound",
        "a,b", "ping-enable", "force-signaling-peer", "realm", "service-address", "remote-address-range", "prefix-len", "30", "99", "-1", "99999999999999999999",
        "signaling-peer", "activate", "no", "exit", "end", "config", "media-address", "signalling", "realmXend", "service-network112", "activateend", "sbe", "configure terminal",
        "\"", "\"\"", "\"a b\"", "\"open", "clo\"sed", "!", "#", "***", "?", "\\", "\0", "\u001b[31m", "\u00a0", "\u2028", "\ufeff", "\u202e", "é", "漢字", "\ud83d\ude00", "\ud83d", "'",
    ];

    private static readonly string[] Lines =
    [
        "system", "sbc", "signaling", "adjacency sip A", "adjacency sip \"B C\"", "adjacency sip B C", "adjacency", "adjacency sip", "call-media-policy", "interop", "message-manipulation",
        "edit-profiles inbound \"\"", "edit-profiles inbound a,b", "realm R", "realm \"R\"", "realm", "activate", "no activate", "no adjacency sip A", "service-address S",
        "permit-peer service-network 2 ipv4 192.0.2.1", "permit-peer service-network 2 ipv4 54.244.51.0 prefix-len 30", "ban-peer service-network 2 ipv4 192.0.2.9 192.0.2.1",
        "no permit-peer service-network 2 ipv4 192.0.2.1", "remote-address-range ipv4 54.244.51.0 prefix-len 30", "remote-address-range ipv4 0.0.0.0 prefix-len 0",
        "signaling-peer a.pstn.us2.twilio.com", "media", "media-address ipv4 192.0.2.1 service-network 2", "service-interface serv1", "ipv4", "local-ip-address 192.0.2.1", "exit", "end", "config",
        "! note", "# realm X", "", "no", "no no", "strange word", "******", "adjacency-limits", "call-rate sustain 5 per-second",
    ];

    private static readonly string[] Ends = ["\n", "\n", "\n", "\r\n", "\r\n", "\r", "\n\r", " \n", "\t\r\n", "\n\n", "\u2028", "\v", ""];

    /// <param name="number">The same number makes the same text.</param>
    public static string Make(long number)
    {
        var random = new Random(unchecked((int)((number + 1) * 2654435761L)));
        var text = new StringBuilder();
        var (flat, deep) = (random.Next(3) == 0, random.Next(50) == 0);
        for (var lines = random.Next(random.Next(20) == 0 ? 200 : 24); lines > 0; lines--)
        {
            text.Append(flat ? "" : new string(random.Next(9) == 0 ? '\t' : ' ', random.Next(deep ? 400 : 9)));
            if (random.Next(3) != 0)
            {
                text.Append(Lines[random.Next(Lines.Length)]);
            }
            else
            {
                for (var words = random.Next(6); words >= 0; words--)
                {
                    text.Append(random.Next(12) == 0 ? Letters(random) : Words[random.Next(Words.Length)]).Append(random.Next(6) == 0 ? "" : " ");
                }
            }

            text.Append(Ends[random.Next(random.Next(4) == 0 ? Ends.Length : 3)]);
        }

        // Cut anywhere: what a dropped session leaves.
        return random.Next(5) == 0 ? text.ToString(0, random.Next(text.Length + 1)) : text.ToString();
    }

    private static string Letters(Random random) =>
        string.Create(random.Next(12), random, static (letters, random) =>
        {
            foreach (ref var letter in letters)
            {
                letter = (char)random.Next(random.Next(3) == 0 ? 0x10000 : 0x80);
            }
        });
}
