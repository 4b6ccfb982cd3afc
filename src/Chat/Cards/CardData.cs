using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Cards;

/// <summary>Turns view records into the data of a card, and values into the words in which cards say them.</summary>
internal static class CardData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static CardContent Content(string name, object view) =>
        new(name, (JsonObject)JsonSerializer.SerializeToNode(view, view.GetType(), Json)!);

    /// <summary>Who asked for a change, and its ticket number where it has one.</summary>
    public static string Requester(Change change)
    {
        var name = ShownText.Cut(change.Requester.DisplayName, 60);
        return change.Plan.TicketNumber is { } ticket ? Localized.Text($"{name}, ticket {ticket}") : name;
    }

    /// <summary>In the time zone of the <see cref="Audience"/>, which is always named.</summary>
    public static string Time(DateTimeOffset at) => Written(at, "yyyy-MM-dd HH:mm:ss");

    /// <summary>The same without seconds, for what lies ahead.</summary>
    public static string Minute(DateTimeOffset at) => Written(at, "yyyy-MM-dd HH:mm");

    /// <summary>The same without the day.</summary>
    public static string Clock(DateTimeOffset at) => Written(at, "HH:mm:ss");

    private static string Written(DateTimeOffset at, string form)
    {
        var zone = Audience.TimeZone;
        var there = TimeZoneInfo.ConvertTime(at, zone);
        var text = there.ToString(form, CultureInfo.InvariantCulture);
        return zone.Id == TimeZoneInfo.Utc.Id ? $"{text} UTC" : $"{text} {zone.Id} (UTC{there.ToString("zzz", CultureInfo.InvariantCulture)})";
    }

    public static string Elapsed(TimeSpan span) => span < TimeSpan.FromMinutes(1)
        ? $"{span.TotalSeconds:0.0} s"
        : $"{(int)span.TotalMinutes} min {span.Seconds} s";

    public static string Milliseconds(double? value) => value is { } ms ? $"{ms:0} ms" : Localized.Text("not measured");

    public static string Counted(int? value) => value is { } count ? count.ToString(CultureInfo.InvariantCulture) : Localized.Text("not measured");

    public static string Percent(double? value) => value is { } share ? $"{share:0} %" : Localized.Text("not measured");
}

/// <summary>A label and what it says.</summary>
internal sealed record Fact(string Label, string Value);
