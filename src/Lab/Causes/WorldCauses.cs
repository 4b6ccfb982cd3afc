using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Causes;

/// <summary>What goes wrong between the systems: names, networks, sound.</summary>
internal static class WorldCauses
{
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("twilio-adds-range", "the DNS gives an edge an address that is in no published range", s => s.Condition(Conditions.DnsAdds, $"{s.FirstEdge} 54.172.99.9")),
        new("dns-edge-fails", "the names of one edge are not found", s => s.Condition(Conditions.DnsFails, s.FirstEdge)),
        new("edge-down", "nothing answers at one edge", s => s.Condition(Conditions.EdgeDown, s.FirstEdge)),
        new("audio-one-way-out", "no sound of the caller arrives", s => s.Condition(Conditions.SoundLostOut)),
        new("audio-one-way-in", "no sound of the called side arrives, while it hears the caller", s => s.Condition(Conditions.SoundLostIn)),
        new("rtp-firewall", "a firewall drops everything that the called side's media address sends", s => s.Condition(Conditions.SoundBlocked)),
        new("codec-mismatch", "the called side speaks G729 alone", s => s.Condition(Conditions.FarEndCodecs, "G729")),
        new("loss-high", "8 % of the called side's packets are lost", s => s.Condition(Conditions.SoundLoss, "8")),
        new("jitter-high", "the called side's packets come with 60 ms of jitter", s => s.Condition(Conditions.SoundJitter, "60")),
        new("answer-late", "the called side rings 12 s late", s => s.Condition(Conditions.RingsLate, "12")),
        new("ack-lost", "no ACK reaches the called side, which gives up after 32 s", s => s.Condition(Conditions.AcknowledgementsLost)),
    ];
}
