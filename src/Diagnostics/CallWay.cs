namespace TrunkBot.Diagnostics;

/// <summary>The order in which an outbound call meets the systems: switch, SBC, Twilio. The first failure on it explains the later ones.</summary>
internal static class CallWay
{
    private static readonly string[] Way = ["metaswitch", "cfs", "perimeta", "twilio"];

    public static int PlaceOf(string system)
    {
        var place = Array.FindIndex(Way, w => system.Contains(w, StringComparison.OrdinalIgnoreCase));
        return place < 0 ? Way.Length : place;
    }
}
