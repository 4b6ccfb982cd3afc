namespace TrunkBot.Lab.Control;

/// <summary>Names of the lasting disturbances that stand for a state of the world or of a system, each switched on by a cause of trouble (src/Lab/Causes) or by hand.</summary>
internal static class Conditions
{
    public const string OptionsUnanswered = "options-unanswered";
    public const string MetaViewDown = "metaview-down";
    public const string NoRights = "no-rights";
    public const string OtherClientWrites = "other-client-writes";
    public const string KeyRevoked = "key-revoked";
    public const string CallerNotVerified = "caller-not-verified";
    public const string CallerInvalid = "caller-invalid";
    public const string CallsPerSecondUsed = "cps-used";
    public const string EdgeDown = "edge-down";
    public const string DnsFails = "dns-fails";
    public const string DnsAdds = "dns-adds";
    public const string RingsLate = "rings-late";
    public const string AcknowledgementsLost = "acks-lost";
    public const string FarEndCodecs = "far-end-codecs";
    public const string SoundLostOut = "rtp-lost-out";
    public const string SoundLostIn = "rtp-lost-in";
    public const string SoundBlocked = "rtp-blocked";
    public const string SoundLoss = "rtp-loss";
    public const string SoundJitter = "rtp-jitter";
}
