using System.Globalization;

namespace TrunkBot.Chat.People;

/// <summary>The languages that the bot speaks.</summary>
public static class Languages
{
    public const string Default = "en";

    private static readonly string[] Known = [Default, "de"];

    public static IReadOnlyList<string> All => Known;

    public static string Listed => string.Join(", ", Known);

    public static bool IsKnown(string language) => Known.Contains(language, StringComparer.Ordinal);

    public static CultureInfo CultureOf(string language) => CultureInfo.GetCultureInfo(IsKnown(language) ? language : Default);
}
