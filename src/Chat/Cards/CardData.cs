using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;

namespace TrunkBot.Chat.Cards;

/// <summary>Turns view records into the data of a card, and values into the words in which cards say them.</summary>
internal static class CardData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static CardContent Content(string name, object view) =>
        new(name, (JsonObject)JsonSerializer.SerializeToNode(view, view.GetType(), Json)!);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Elapsed(TimeSpan span) => span < TimeSpan.FromMinutes(1)
        ? $"{span.TotalSeconds:0.0} s"
        : $"{(int)span.TotalMinutes} min {span.Seconds} s";

    public static string Milliseconds(double? value) => value is { } ms ? $"{ms:0} ms" : "not measured";

    public static string Counted(int? value) => value is { } count ? count.ToString(CultureInfo.InvariantCulture) : "not measured";

    public static string Percent(double? value) => value is { } share ? $"{share:0} %" : "not measured";
}

/// <summary>A label and what it says.</summary>
internal sealed record Fact(string Label, string Value);
