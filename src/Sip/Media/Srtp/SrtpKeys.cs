namespace TrunkBot.Sip.Media.Srtp;

/// <summary>What both ends agreed on: each direction has the key of who sends.</summary>
internal sealed record SrtpKeys(MasterKey Ours, MasterKey Theirs, SrtpSuite Suite);
