using System.Globalization;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>A test call: the question whether to place it, that it runs, and all that it measured. What was not measured says so.</summary>
internal static class TestCallCards
{
    /// <summary>Of a call that may cost money.</summary>
    public static CardContent Question(TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing) => Card(order, intent, site, standing) with
    {
        State = Localized.Text("Not placed yet"),
        Sentence = order.Route == CallRoute.Inbound
            ? Localized.Text($"Twilio would call {ShownText.Cut(CallPolicy.NumberOf(order, intent, site) ?? "", 30)} and charge the account for up to {Minutes(site)} min of it.")
            : Localized.Text($"A call to {ShownText.Cut(CallPolicy.NumberOf(order, intent, site) ?? "", 30)} may cost money for up to {Minutes(site)} min, and somebody may answer who hears test tones."),
        IsAsking = true,
    };

    public static CardContent Running(TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing)
    {
        var seconds = site.Tests.TalkSeconds + 5;
        var number = ShownText.Cut(CallPolicy.NumberOf(order, intent, site) ?? "", 30);
        return Card(order, intent, site, standing) with
        {
            State = Localized.Text("Running"),
            Sentence = order switch
            {
                { EveryEdge: true } => Localized.Text($"Calling {number} from the bot by every edge, one after another; this takes about {intent.Edges.Count * seconds} s."),
                { Route: CallRoute.Direct } => Localized.Text($"Calling {number} from the bot straight to edge {(order.Edge ?? intent.Edges[0]).Name}; this takes about {seconds} s."),
                { Route: CallRoute.Inbound } => Localized.Text($"Twilio calls {number}, and the on-switch subscriber answers; this takes about {seconds} s."),
                _ => Localized.Text($"Calling {number} from the on-switch subscriber; this takes about {seconds} s."),
            },
        };
    }

    public static CardContent Result(TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing, TestCall call) => Card(order, intent, site, standing) with
    {
        State = State(call),
        Sentence = ShownText.Cut(Localized.Text(call.Sentence), 500),
        Facts =
        [
            new(Localized.Text("Way"), Way(call)),
            new(Localized.Text("Called"), ShownText.Cut(call.To, 40)),
            new(Localized.Text("Calling number"), call.From is { } from ? ShownText.Cut(from, 40) : Localized.Text("not measured")),
            new(Localized.Text("Started"), CardData.Time(call.StartedAt)),
            new(Localized.Text("Answer"), call.FinalStatus is { } status ? $"{status} {ShownText.Cut(call.Reason ?? "", 200)}".TrimEnd() : call.Reason is { } said ? ShownText.Cut(said, 200) : Localized.Text("none")),
            .. call.FailureCode is { } code ? new Fact[] { new(Localized.Text("Code"), code) } : [],
            .. Measures(call),
        ],
        Ladder = [.. call.Ladder.Take(20).Select(l => ShownText.Code(l, 120))],
        IsFinished = true,

        // Whether the switch's side or Twilio's is to blame: the same number, without the switch.
        CanGoDirect = call is { Route: CallRoute.ThroughSwitch, Passed: false },
    };

    /// <summary>Each with its value. What a call without an answer leaves unmeasured is named in one line.</summary>
    private static List<Fact> Measures(TestCall call)
    {
        List<Fact> all =
        [
            new(Localized.Text("Post-dial delay"), CardData.Milliseconds(call.PostDialDelayMilliseconds)),
            new(Localized.Text("Answer delay"), CardData.Milliseconds(call.AnswerDelayMilliseconds)),
            new(Localized.Text("Disconnect delay"), CardData.Milliseconds(call.SessionDisconnectDelayMilliseconds)),
            new(Localized.Text("Codec"), call.Codec ?? Localized.Text("not measured")),
            new(Localized.Text("Packets sent"), CardData.Counted(call.PacketsSent)),
            new(Localized.Text("Packets received"), CardData.Counted(call.PacketsReceived)),
            new(Localized.Text("Lost on the way to us"), CardData.Counted(call.PacketsLost)),
            new(Localized.Text("Duplicate, out of order"), $"{CardData.Counted(call.PacketsDuplicate)}, {CardData.Counted(call.PacketsReordered)}"),
            new(Localized.Text("Lost on the way to the far end"), CardData.Counted(call.PacketsLostFarEnd)),
            new(Localized.Text("Jitter"), Jitter(call.JitterMilliseconds)),
            new(Localized.Text("Jitter at the far end"), Jitter(call.JitterFarEndMilliseconds)),
            new(Localized.Text("Round trip"), CardData.Milliseconds(call.RoundTripMilliseconds)),
            new(Localized.Text("MOS (estimated)"), Quality(call)),
            new(Localized.Text("MOS at the far end (estimated)"), Mos(call.MosEstimatedFarEnd) ?? Localized.Text("not measured")),
            .. Mos(call.MosReportedFarEnd) is { } reported ? new Fact[] { new(Localized.Text("MOS that the far end reports"), reported) } : [],
            new(Localized.Text("Own signal heard back"), CardData.Percent(call.HeardOwnSignalPercent)),
            .. call.FarSignalHeardSeconds is { } far ? new Fact[] { new(Localized.Text("Signal of the far end heard"), Seconds(far)) } : [],
            new(Localized.Text("Echo delay"), CardData.Milliseconds(call.EchoDelayMilliseconds)),
            new(Localized.Text("Level of our own signal"), call.LevelDbm0 is { } level ? string.Create(CultureInfo.InvariantCulture, $"{level:0.0} dBm0") : Localized.Text("not measured")),
            new(Localized.Text("Voice or music heard"), call.AnnouncementHeardSeconds is { } voice ? Seconds(voice) : Localized.Text("not measured")),
            new(Localized.Text("Audio"), Audio(call.Audio)),
            new(Localized.Text("Hung up by"), call.HungUpBy ?? Localized.Text("not measured")),
        ];
        if (call.Outcome == CallOutcome.Answered)
        {
            return all;
        }

        var unmeasured = all.ToLookup(f => f.Value.Split(", ").All(v => v == Localized.Text("not measured")));
        return [.. unmeasured[false], .. unmeasured[true].Any() ? new Fact[] { new(Localized.Text("Not measured"), string.Join(", ", unmeasured[true].Select(f => f.Label))) } : []];
    }

    public static CardContent Edges(TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing, IReadOnlyList<TestCall> calls, bool running) => Card(order, intent, site, standing) with
    {
        State = running ? Localized.Text("Running") : calls.All(c => c.Passed) ? Localized.Text("Passed") : Localized.Text("Failed"),
        Sentence = Localized.Text($"{calls.Count(c => c.Passed)} of {calls.Count} edges passed. These calls go from the bot straight to each edge: from the switch the SBC chooses the edge, and no caller can."),
        Facts = [.. calls.Select(c => new Fact(c.Edge ?? "", $"{State(c)}. {ShownText.Cut(Localized.Text(c.Sentence), 160)} {Localized.Text("Post-dial delay")}: {CardData.Milliseconds(c.PostDialDelayMilliseconds)}; {Localized.Text("Round trip")}: {CardData.Milliseconds(c.RoundTripMilliseconds)}"))],
        IsFinished = !running,
    };

    private static int Minutes(SiteProfile site) => (int)Math.Ceiling(CallLimits.Longest(site).TotalMinutes);

    private static string State(TestCall call) => call switch
    {
        { Passed: true } => Localized.Text("Passed"),
        { Outcome: CallOutcome.NotPlaced } => Localized.Text("Not placed"),
        { Outcome: CallOutcome.Answered, FailureCode: null, Audio: AudioVerdict.NotMeasured } => Localized.Text("Answered, audio not proven"),
        _ => Localized.Text("Failed"),
    };

    private static string Way(TestCall call) => call.Route switch
    {
        CallRoute.Direct => Localized.Text($"from the bot straight to edge {call.Edge ?? ""}"),
        CallRoute.Inbound => Localized.Text("in from Twilio, answered by the on-switch subscriber"),
        _ => Localized.Text("through switch and SBC, which chooses the edge"),
    };

    private static string Quality(TestCall call) => (Mos(call.MosEstimated), Mos(call.MosEstimatedWithoutConcealment), call.MosLossPercent, call.MosOneWayDelayMilliseconds) switch
    {
        ({ } concealed, { } plain, { } loss, { } delay) => Localized.Text($"{concealed} where the phone conceals losses, {plain} where not; by ITU-T G.107 from {Number(loss)} % loss and {Number(delay)} ms one way"),
        ({ } alone, _, _, _) => alone,
        _ => Localized.Text("not measured"),
    };

    private static string? Mos(double? mos) => mos?.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} s");

    private static string Jitter(double? value) => value is { } jitter ? string.Create(CultureInfo.InvariantCulture, $"{jitter:0.0} ms") : Localized.Text("not measured");

    private static string Audio(AudioVerdict verdict) => verdict switch
    {
        AudioVerdict.TwoWay => Localized.Text("two-way"),
        AudioVerdict.OneWayOut => Localized.Text("one way: the far end was heard, our own signal never came back"),
        AudioVerdict.OneWayIn => Localized.Text("one way: the far end hears us, and nothing was heard of it"),
        AudioVerdict.BrokenOff => Localized.Text("broken off: our own signal came back for too short a time"),
        AudioVerdict.None => Localized.Text("none"),
        AudioVerdict.Hairpin => Localized.Text("our own side only (hairpin)"),
        _ => Localized.Text("not measured"),
    };

    private static TestCallView Card(TestCallOrder order, TrunkIntent intent, SiteProfile site, string standing) => new(intent.Name, site.Title, site.Simulated, standing, order.ToString());

    /// <param name="Words">What follows the name in the command that places the same call.</param>
    private sealed record TestCallView(string Trunk, string Site, bool Simulated, string Standing, string Words)
    {
        public string State { get; init; } = "";

        public string Sentence { get; init; } = "";

        public IReadOnlyList<Fact> Facts { get; init; } = [];

        public IReadOnlyList<string> Ladder { get; init; } = [];

        public bool IsFinished { get; init; }

        public bool IsAsking { get; init; }

        public bool CanGoDirect { get; init; }

        public static implicit operator CardContent(TestCallView view) => CardData.Content("test-call", view);
    }
}
