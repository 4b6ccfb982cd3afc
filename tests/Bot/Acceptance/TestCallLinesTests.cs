using TrunkBot.Acceptance;
using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;

namespace TrunkBot.Bot.Tests.Acceptance;

public sealed class TestCallLinesTests
{
    [Fact]
    public void A_call_that_heard_itself_shows_each_measure_with_its_unit()
    {
        var lines = TestCallLines.Of(new TestCall
        {
            To = "16504894546",
            StartedAt = DateTimeOffset.UnixEpoch,
            Outcome = CallOutcome.Answered,
            FinalStatus = 200,
            Reason = "OK",
            PostDialDelayMilliseconds = 236.1,
            AnswerDelayMilliseconds = 1200,
            PacketsSent = 500,
            PacketsReceived = 499,
            PacketsLost = 1,
            JitterMilliseconds = 1.644,
            HeardOwnSignalPercent = 100,
            OwnSignalHeardSeconds = 2.96,
            Audio = AudioVerdict.TwoWay,
            Sentence = "Two-way audio.",
        });

        Assert.Equal(
            [
                new("Test call", "Answer", "200 OK", AcceptanceState.Passed),
                new("Test call", "Post-dial delay", "236.1 ms", AcceptanceState.Passed),
                new("Test call", "Answer delay", "1200 ms", AcceptanceState.Passed),
                new("Test call", "Packets sent", "500", AcceptanceState.Passed),
                new("Test call", "Packets received", "499", AcceptanceState.Passed),
                new("Test call", "Lost on the way to us", "1", AcceptanceState.Passed),
                new("Test call", "Lost on the way to the far end", "not measured", AcceptanceState.NotMeasured),
                new("Test call", "Jitter", "1.64 ms", AcceptanceState.Passed),
                new("Test call", "Own signal heard back", "100 %", AcceptanceState.Passed),
                new("Test call", "Own signal heard for", "2.96 s", AcceptanceState.Passed),
                new AcceptanceLine("Test call", "Audio", "two-way: our own signal came back", AcceptanceState.Passed),
            ],
            lines);
    }

    [Fact]
    public void A_rejected_call_fails_and_measures_nothing()
    {
        var lines = TestCallLines.Of(new TestCall
        {
            To = "16504894546",
            StartedAt = DateTimeOffset.UnixEpoch,
            Outcome = CallOutcome.Rejected,
            FinalStatus = 403,
            Reason = "Forbidden",
            Audio = AudioVerdict.NotMeasured,
            Sentence = "Rejected.",
        });

        Assert.Equal(new AcceptanceLine("Test call", "Answer", "403 Forbidden", AcceptanceState.Failed), lines[0]);
        Assert.All(lines.Skip(1), l => Assert.Equal(("not measured", AcceptanceState.NotMeasured), (l.Value, l.State)));
    }

    [Theory]
    [InlineData(AudioVerdict.OneWayOut, "one-way: the far end was heard, our own signal never came back")]
    [InlineData(AudioVerdict.None, "none: nothing was heard")]
    [InlineData(AudioVerdict.Hairpin, "hairpin: our signal came back without leaving our side")]
    public void Audio_that_did_not_come_back_fails(AudioVerdict verdict, string words)
    {
        var line = TestCallLines.Of(new TestCall { To = "1", StartedAt = DateTimeOffset.UnixEpoch, Outcome = CallOutcome.Answered, Audio = verdict, Sentence = "" })[^1];

        Assert.Equal(new AcceptanceLine("Test call", "Audio", words, AcceptanceState.Failed), line);
    }
}
