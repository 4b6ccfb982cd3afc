using TrunkBot.Lab.Perimeta;
using TrunkBot.Lab.Perimeta.Configuration;

namespace TrunkBot.Lab.Tests.Perimeta;

/// <summary>Types lines into a configuration in memory, as a session would.</summary>
internal sealed class Craft
{
    private IReadOnlyList<string> _path = [];

    public RunningConfig Config { get; } = RunningConfig.Parse(FactoryConfig.Text);

    public string Mode => Editor.ModeOf(Config.Follow(_path)![^1]).Name;

    /// <summary>The error of a line, or null.</summary>
    public string? Type(string line)
    {
        var edit = Editor.Apply(Config, _path, line);
        _path = edit.Path;
        Notes = edit.Notes;
        return edit.Error;
    }

    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Types lines that must all be accepted.</summary>
    public Craft Enter(params string[] lines)
    {
        _path = [];
        foreach (var line in lines)
        {
            Assert.True(Type(line) is null, $"refused: {line}");
        }

        return this;
    }

    public string Shown(params string[] path) => RunningConfig.Print(Config.Follow(path)![^1]);

    /// <summary>The seed article's adjacency with the lab's labels, built inactive.</summary>
    public Craft BuildTwilio() => Enter(
        "sbc",
        "signaling",
        "adjacency sip Twilio-us2",
        "deactivation-mode normal",
        "call-media-policy",
        "early-media timeout 240",
        "media-bypass-policy forbid",
        "repeat-sdp-on-200ok",
        "adjacency-type preset-access",
        "privacy trusted",
        "realm GeneralPeeringMedia1",
        "service-address GeneralPeering-01",
        "signaling-local-port 5060",
        "remote-address-range ipv4 54.244.51.0 prefix-len 30",
        "signaling-peer acme.pstn.us2.twilio.com",
        "signaling-peer-port 5060",
        "statistics-setting detail",
        "default-interop-profile ManagedAccess",
        "no activate");
}
