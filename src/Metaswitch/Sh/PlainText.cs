namespace TrunkBot.Metaswitch.Sh;

/// <summary>Makes a device's words fit for one line of a card.</summary>
internal static class PlainText
{
    private const int Longest = 300;

    public static string OneLine(string text)
    {
        var line = string.Join(' ', new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }
}
