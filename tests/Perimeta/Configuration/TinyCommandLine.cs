namespace TrunkBot.Perimeta.Tests.Configuration;

/// <summary>
/// A command line that takes lines one after another, written for the tests alone: a set of paths, with its own table of words. It shares nothing
/// with the product, so that both would have to be wrong in the same way.
/// </summary>
internal sealed class TinyCommandLine
{
    private const char Step = '\u0001';

    private static readonly Dictionary<string, string> Lines = new()
    {
        [""] = "",
        ["trusted-sources"] = "permit-peer",
        ["service-interface"] = "service-network port-group-name vlan-id network-security criticality",
        ["ipv4"] = "subnet-prefix-length gateway-ip-address",
        ["local-ip-address"] = "service-address probes-source-style activate",
        ["media-address"] = "realm",
        ["adjacency"] = "deactivation-mode account force-signaling-peer adjacency-type privacy realm service-address signaling-local-port remote-address-range signaling-peer signaling-peer-port statistics-setting activate",
        ["adjacency-limits"] = "regs call-rate",
        ["call-media-policy"] = "early-media media-bypass-policy repeat-sdp-on-200ok",
        ["interop"] = "force-signaling-peer",
        ["message-manipulation"] = "edit-profiles",
    };

    private static readonly Dictionary<string, string> Opened = new()
    {
        [""] = "system sbc",
        ["system"] = "service-interface ip-access-control",
        ["ip-access-control"] = "trusted-sources blacklisting",
        ["blacklisting"] = "ban-peer",
        ["service-interface"] = "ipv4",
        ["ipv4"] = "local-ip-address",
        ["sbc"] = "signaling media",
        ["signaling"] = "adjacency",
        ["media"] = "media-address",
        ["adjacency"] = "adjacency-limits call-media-policy interop",
        ["interop"] = "message-manipulation",
    };

    private static readonly string[] Several = ["permit-peer", "local-ip-address service-address", "media-address realm"];
    private readonly HashSet<string> _paths = [];
    private List<string> _open = [];

    /// <summary>What is there, without modes that are only places.</summary>
    public string State => string.Join('\n', _paths
        .Where(path => Last(path) is not ("system" or "sbc" or "ip-access-control" or "trusted-sources" or "blacklisting" or "signaling" or "media"))
        .Order(StringComparer.Ordinal));

    public TinyCommandLine Take(IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => string.Join(' ', line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Length > 0 && line[0] is not ('!' or '#')))
        {
            Take(line.Replace("\"X\"", "X", StringComparison.Ordinal));
        }

        return this;
    }

    private void Take(string line)
    {
        if (line is "config" or "end")
        {
            _open = [];
            return;
        }

        var negated = line.StartsWith("no ", StringComparison.Ordinal);
        var text = negated ? line[3..] : line;
        var word = text.Split(' ')[0];
        while (!Knows(Mode(), word))
        {
            Assert.True(_open.Count > 0, $"the line \"{line}\" is known nowhere");
            _open.RemoveAt(_open.Count - 1);
        }

        var path = string.Concat(_open.Select(open => open + Step));
        if (Opened.GetValueOrDefault(Mode(), "").Split(' ').Contains(word))
        {
            if (negated)
            {
                _paths.RemoveWhere(there => there == path + text || there.StartsWith(path + text + Step, StringComparison.Ordinal));
                return;
            }

            _paths.Add(path + text);
            _open.Add(text);
            return;
        }

        var several = Several.Contains(word) || Several.Contains($"{Mode()} {word}");
        var slot = word == "edit-profiles" ? string.Join(' ', text.Split(' ').Take(2)) : word;
        _paths.RemoveWhere(there => several
            ? negated && there == path + text
            : there == path + slot || (there.StartsWith(path + slot + " ", StringComparison.Ordinal) && !there[path.Length..].Contains(Step)));
        if (!negated && !text.EndsWith("\"\"", StringComparison.Ordinal))
        {
            _paths.Add(path + text);
        }
    }

    private static string Last(string path) => path[(path.LastIndexOf(Step) + 1)..].Split(' ')[0];

    private string Mode() => _open.Count == 0 ? "" : _open[^1].Split(' ')[0];

    private static bool Knows(string mode, string word) =>
        Lines.GetValueOrDefault(mode, "").Split(' ').Contains(word) || Opened.GetValueOrDefault(mode, "").Split(' ').Contains(word);
}
