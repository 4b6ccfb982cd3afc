using System.Collections.Frozen;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// The mode tree with the words of each mode (domain document, sections 3 and 4): what the reader needs to know where a line belongs.
/// </summary>
public sealed class KeywordTable
{
    /// <summary>The number of a word that no mode knows.</summary>
    internal const int UnknownWord = 0;

    private readonly Dictionary<string, IReadOnlyList<ConfigMode>> _parents = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, byte> _numbers;
    private readonly FrozenDictionary<string, byte>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string[] _words;

    private KeywordTable(ConfigMode top, IReadOnlyList<string> fragmentWords)
    {
        Top = top;
        var modes = new List<ConfigMode>();
        var numbers = new Dictionary<string, byte>(StringComparer.Ordinal);
        Note(top, []);
        modes.ForEach(mode => mode.Enter((byte)modes.IndexOf(mode), numbers));
        Modes = modes;
        _numbers = numbers.ToFrozenDictionary(StringComparer.Ordinal);
        _bySpan = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        _words = ["", .. numbers.OrderBy(word => word.Value).Select(word => word.Key)];
        FragmentWords = fragmentWords;

        void Note(ConfigMode mode, IReadOnlyList<ConfigMode> parents)
        {
            modes.Add(mode);
            foreach (var word in mode.Words)
            {
                numbers.TryAdd(word, checked((byte)(numbers.Count + 1)));
                if (fragmentWords.Contains(word))
                {
                    _parents.TryAdd(word, parents);
                }
            }

            foreach (var inner in mode.Modes)
            {
                Note(inner, [.. parents, inner]);
            }
        }
    }

    /// <summary>The words of public command texts; nesting inside <c>service-interface</c> is inferred.</summary>
    public static KeywordTable Published { get; } = new(
        BuildTop(),
        [
            "service-interface", "ip-access-control", "trusted-sources", "blacklisting", "permit-peer", "ban-peer",
            "signaling", "adjacency", "media", "media-address", "diagnostics",
        ]);

    /// <summary>The mode that the word <c>config</c> enters.</summary>
    public ConfigMode Top { get; }

    /// <summary>
    /// The modes around a word with which a fragment may start without its parents (such as <c>adjacency</c>: sbc, signaling);
    /// null for any other word.
    /// </summary>
    public IReadOnlyList<ConfigMode>? ParentsOf(ReadOnlySpan<char> word) =>
        _parents.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var parents) && parents.Count > 0 ? parents : null;

    /// <summary>Words with which a fragment may start.</summary>
    public IReadOnlyList<string> FragmentWords { get; }

    /// <summary>Every mode, each before those inside it.</summary>
    internal IReadOnlyList<ConfigMode> Modes { get; }

    /// <summary>Whether any mode at all knows the word.</summary>
    public bool Knows(ReadOnlySpan<char> word) => NumberOf(word) != UnknownWord;

    /// <summary>One number for a word wherever it stands, so that a tree keeps one byte of it; <see cref="UnknownWord"/> when no mode knows it.</summary>
    internal int NumberOf(ReadOnlySpan<char> word) => _bySpan.TryGetValue(word, out var number) ? number : UnknownWord;

    internal string WordOf(int number) => _words[number];

    private static ConfigMode BuildTop()
    {
        var adjacency = new ConfigMode(
            "adjacency",
            [
                "deactivation-mode", "account", "force-signaling-peer", "adjacency-type", "mandated-transport", "preferred-transport",
                "listen-transports", "privacy", "realm", "service-address", "service-network", "signaling-local-address",
                "signaling-local-port", "remote-address-range", "signaling-peer", "dynamic-routing-domain-match",
                "signaling-peer-port", "statistics-setting", "default-interop-profile", "activate",
            ],
            [
                new("adjacency-limits", ["regs", "call-rate", "in-call-rate", "out-of-call-rate", "regs-rate"], []),
                new("call-media-policy", ["early-media", "media-bypass-policy", "repeat-sdp-on-200ok"], []),
                new(
                    "interop",
                    ["force-signaling-peer"],
                    [
                        new("message-manipulation", ["edit-profiles"], []),
                        new("ping-enable", ["fail-count", "interval", "lifetime"], []),
                    ]),
            ]);
        var serviceInterface = new ConfigMode(
            "service-interface",
            ["service-network", "port-group-name", "vlan-id", "network-security", "criticality"],
            [
                new(
                    "ipv4",
                    ["subnet-prefix-length", "gateway-ip-address"],
                    [new("local-ip-address", ["service-address", "probes-source-style", "activate"], []) { Repeatable = ["service-address"] }]),
            ]);
        var accessControl = new ConfigMode(
            "ip-access-control",
            [],
            [new("trusted-sources", ["permit-peer"], []) { Repeatable = ["permit-peer"] }, new("blacklisting", [], [new("ban-peer", [], [])])]);
        return new ConfigMode(
            "config",
            [],
            [
                new("system", [], [serviceInterface, accessControl]),
                new(
                    "sbc",
                    [],
                    [
                        new("signaling", [], [adjacency]),
                        new("media", [], [new("media-address", ["realm"], []) { Repeatable = ["realm"] }]),
                        new("diagnostics", [], [new("alarm-thresholds", [], [])]),
                    ]),
            ]);
    }
}
