using System.Globalization;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Insights;

/// <summary>One test call as we and as Twilio measured it.</summary>
internal static class InsightsCard
{
    /// <param name="more">What else there is to say; empty for nothing.</param>
    public static CardContent Of(string trunk, SiteProfile site, TestCall call, CallInsights found, string more)
    {
        var carrier = found.Figures!;
        InsightsRow[] rows =
        [
            new(Localized.Text("Answer"), call.FinalStatus?.ToString(CultureInfo.InvariantCulture) ?? Localized.Text("not measured"), Shown(carrier.LastSipResponse)),
            new(Localized.Text("Post-dial delay"), CardData.Milliseconds(call.PostDialDelayMilliseconds), CardData.Milliseconds(carrier.PostDialDelayMilliseconds)),
            new(Localized.Text("Codec"), call.Codec ?? Localized.Text("not measured"), Shown(carrier.FromUs?.Codec ?? carrier.ToUs?.Codec)),
            new(Localized.Text("Packets of ours"), CardData.Counted(call.PacketsSent), Counted(carrier.FromUs?.Packets)),
            new(Localized.Text("Lost of ours"), CardData.Counted(call.PacketsLostFarEnd), Counted(carrier.FromUs?.Lost)),
            new(Localized.Text("Jitter of ours"), Jitter(call.JitterFarEndMilliseconds), Jitter(carrier.FromUs?.JitterMilliseconds)),
            new(Localized.Text("Packets of Twilio's"), CardData.Counted(call.PacketsReceived), Counted(carrier.ToUs?.Packets)),
            new(Localized.Text("Lost of Twilio's"), CardData.Counted(call.PacketsLost), Counted(carrier.ToUs?.Lost)),
            new(Localized.Text("Jitter of Twilio's"), Jitter(call.JitterMilliseconds), Jitter(carrier.ToUs?.JitterMilliseconds)),
            new(Localized.Text("Hung up by"), call.HungUpBy ?? Localized.Text("not measured"), Shown(carrier.DisconnectedBy)),
        ];
        var facts = ((string Label, string? Value)[])
        [
            (Localized.Text("Call at Twilio"), carrier.CallId),
            (Localized.Text("Call-ID at the SBC"), carrier.SipCallId),
            (Localized.Text("Edge"), carrier.Edge),
            (Localized.Text("Twilio sent media to"), carrier.MediaAddress),
            (Localized.Text("Tags"), carrier.Tags.Count == 0 ? null : string.Join(", ", carrier.Tags)),
        ];
        return CardData.Content("insights", new InsightsView(
            trunk,
            site.Title,
            site.Simulated,
            Word(found.State),
            Localized.Text("We measure at our phone, Twilio at its edge: switch and SBC lie between."),
            CardData.Time(call.StartedAt),
            rows,
            [.. facts.Where(f => f.Value is { Length: > 0 }).Select(f => new Fact(f.Label, ShownText.Cut(f.Value!, 200)))],
            more));
    }

    public static string Word(InsightsState state) => state == InsightsState.Complete ? Localized.Text("Complete") : Localized.Text("Partial");

    private static string Shown(string? text) => text is { Length: > 0 } ? ShownText.Cut(text, 60) : Localized.Text("not told");

    private static string Counted(double? count) => count is { } n ? n.ToString("0", CultureInfo.InvariantCulture) : Localized.Text("not told");

    public static string Jitter(double? milliseconds) => milliseconds is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms:0.0} ms") : Localized.Text("not measured");

    private sealed record InsightsView(
        string Trunk, string Site, bool Simulated, string State, string Sentence, string At, IReadOnlyList<InsightsRow> Rows, IReadOnlyList<Fact> Facts, string More);

    private sealed record InsightsRow(string Measure, string Ours, string Twilios);
}
