using System.Text.RegularExpressions;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Perimeta.Login;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Causes;

/// <summary>What goes wrong at the Perimeta SBC.</summary>
internal static class SbcCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("adjacency-missing", "one adjacency is removed", s =>
        {
            s.TypeInAdjacency(s.FirstAdjacency.Name, "no activate");
            s.Type(["sbc", "signaling"], $"no {Grammar.Adjacency} {s.FirstAdjacency.Name}");
        }),
        new("adjacency-inactive", "one adjacency is taken out of service", s => s.TypeInAdjacency(s.FirstAdjacency.Name, "no activate")),
        new("adjacency-peer-wrong", "one adjacency's signaling-peer is another host", s => Inactive(s, "signaling-peer wrong.pstn.ashburn.twilio.com")),
        new("adjacency-range-wrong", "one adjacency's remote-address-range is another", s => s.TypeInAdjacency(s.FirstAdjacency.Name, "remote-address-range ipv4 198.51.100.20 prefix-len 30")),
        new("adjacency-realm-wrong", "one adjacency names a realm that is not defined", s => Replace(s, "realm", "NoSuchMedia")),
        new("adjacency-service-address-wrong", "one adjacency names a service address that is not defined", s => Replace(s, "service-address", "NoSuchPeering")),
        new("whitelist-gap", "the permit-peer lines of one edge are gone", s => s.Type(Scene.Trusted, [.. s.PermitsOf(s.FirstAdjacency).Select(line => "no " + line)])),
        new("whitelist-other-network", "the permit-peer lines of one edge stand on another service network", s =>
        {
            var lines = s.PermitsOf(s.FirstAdjacency);
            s.Type(Scene.Trusted, [.. lines.Select(line => "no " + line), .. lines.Select(line => Regex.Replace(line, "service-network [0-9]+", "service-network 1"))]);
        }),
        new("call-rate-limit", "one adjacency lets fewer calls a minute pass than are made", s => s.TypeInAdjacency(s.FirstAdjacency.Name, "adjacency-limits", "call-rate sustain 5 per-minute")),
        new("sbc-offers-srtp", "one adjacency sends SRTP to a trunk that is not secure", s => s.TypeInAdjacency(s.FirstAdjacency.Name, "lab-invented-tls", "lab-invented-srtp required")),
        new("tls-too-old", "one adjacency speaks TLS 1.0 alone, which Twilio refuses and tells in an alert", s =>
        {
            s.Type(["sbc"], $"{Grammar.InventedTlsProfile} Outdated", $"lab-invented-cipher {Grammar.OldTls}");
            s.TypeInAdjacency(s.FirstAdjacency.Name, "lab-invented-tls", "lab-invented-profile Outdated");
            s.EditTwilio((store, trunk) => store.Add(Kind.Alert, null, new()
            {
                ["error_code"] = "32222", ["log_level"] = "error", ["alert_text"] = "TLS version not allowed", ["resource_sid"] = trunk.Sid,
            }));
        }),
        new("sbc-unreachable", "nothing listens at the SBC's SSH port", s => s.Door.ShutAsync()),
        new("sbc-password-changed", "the SBC's password is another", s => s.Door.OpenAsync(s.Door.Port, Stranger.Password, CancellationToken.None)),
        new("sbc-host-key-changed", "the SBC shows another host key", s => s.Door.OpenAsync(s.Door.Port, Stranger.HostKey, CancellationToken.None)),
    ];

    private static void Inactive(Scene scene, string line) => scene.TypeInAdjacency(scene.FirstAdjacency.Name, "no activate", line, "activate");

    /// <summary>The CLI of the lab does not activate what is not defined; a device that was edited the other way round may stand like this.</summary>
    private static void Replace(Scene scene, string word, string value) => scene.Rewrite(text =>
    {
        var start = text.IndexOf($"{Grammar.Adjacency} {scene.FirstAdjacency.Name}\n", StringComparison.Ordinal);
        return text[..start] + new Regex($@"(?<=\n +){word} \S+").Replace(text[start..], $"{word} {value}", 1);
    });
}
