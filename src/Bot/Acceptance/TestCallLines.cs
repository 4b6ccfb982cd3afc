using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;

namespace TrunkBot.Acceptance;

/// <summary>A test call, measure by measure, for the change's card. What was not measured says so.</summary>
internal static class TestCallLines
{
    private const string Group = "Test call";

    public static IReadOnlyList<AcceptanceLine> Of(TestCall call) =>
    [
        new(Group, "Answer", call.FinalStatus is { } status ? $"{status} {call.Reason}".TrimEnd() : call.Outcome.ToString(), call.Outcome == CallOutcome.Answered ? AcceptanceState.Passed : AcceptanceState.Failed),
        Measure("Post-dial delay", call.PostDialDelayMilliseconds, "ms"),
        Measure("Answer delay", call.AnswerDelayMilliseconds, "ms"),
        Measure("Packets sent", call.PacketsSent, ""),
        Measure("Packets received", call.PacketsReceived, ""),
        Measure("Lost on the way to us", call.PacketsLost, ""),
        Measure("Lost on the way to the far end", call.PacketsLostFarEnd, ""),
        Measure("Jitter", call.JitterMilliseconds, "ms"),
        Measure("Own signal heard back", call.HeardOwnSignalPercent, "%"),
        Measure("Own signal heard for", call.OwnSignalHeardSeconds, "s"),
        new(Group, "Audio", Words(call.Audio), call.Audio switch
        {
            AudioVerdict.TwoWay => AcceptanceState.Passed,
            AudioVerdict.NotMeasured => AcceptanceState.NotMeasured,
            _ => AcceptanceState.Failed,
        }),
    ];

    private static AcceptanceLine Measure(string label, double? value, string unit) =>
        value is { } v
            ? new(Group, label, $"{v:0.##} {unit}".TrimEnd(), AcceptanceState.Passed)
            : new(Group, label, "not measured", AcceptanceState.NotMeasured);

    private static string Words(AudioVerdict verdict) => verdict switch
    {
        AudioVerdict.TwoWay => "two-way: our own signal came back",
        AudioVerdict.OneWayOut => "one-way: the far end was heard, our own signal never came back",
        AudioVerdict.BrokenOff => "broken off: our own signal came back for too short a time",
        AudioVerdict.None => "none: nothing was heard",
        AudioVerdict.Hairpin => "hairpin: our signal came back without leaving our side",
        _ => "not measured",
    };
}
