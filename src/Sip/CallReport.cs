using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrunkBot.Diagnostics;
using TrunkBot.Sip.Results;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Sip;

/// <summary>What was measured, in the words of the Diagnostics room.</summary>
internal static partial class CallReport
{
    /// <summary>A machine later than this with its media may itself be the reason of what was heard.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(200);

    /// <param name="before">What was sent and received before the call: a registration.</param>
    /// <param name="first">The call, or the one that was made before this machine's lateness made another necessary.</param>
    /// <param name="second">That other one, which counts; null when one was enough.</param>
    public static TestCall Of(string to, IReadOnlyList<SipTraceLine> before, CallResult first, CallResult? second)
    {
        var result = second ?? first;
        var call = Of(to, result) with { Ladder = [.. before.Concat(first.Trace).Concat(second?.Trace ?? []).Select(Line)] };
        return call with
        {
            Sentence = Sentence.Joined(" ",
            [
                call.Sentence,
                .. IsMachineLate(result) ? (Sentence[])[$"This machine was late by {Late(result)} during the call and may itself be the reason."] : [],
                .. second is null ? [] : (Sentence[])[$"It was the second call: during the first, this machine was late by {Late(first)}. That one ended with: {first.Audio.Sentence}"],
            ]),
        };
    }

    /// <summary>True for an answered call without proof of two-way audio during which this machine itself was late.</summary>
    public static bool IsMachineLate(CallResult call) =>
        call is { Outcome: CallOutcome.Answered, Failure: null } && call.Audio.Verdict != Sip.Audio.AudioVerdict.TwoWay && call.MachineLate > TooLate;

    private static string Late(CallResult call) => string.Create(CultureInfo.InvariantCulture, $"{call.MachineLate?.TotalMilliseconds:0} ms");

    private static TestCall Of(string to, CallResult result) => new()
    {
        To = to,
        SeenAs = result.SeenAs?.ToString(),
        StartedAt = result.StartedAt,
        Outcome = result.Outcome switch
        {
            CallOutcome.Answered => Diagnostics.CallOutcome.Answered,
            CallOutcome.Rejected => Diagnostics.CallOutcome.Rejected,
            CallOutcome.Busy => Diagnostics.CallOutcome.Busy,
            CallOutcome.NoAnswer => Diagnostics.CallOutcome.NoAnswer,
            CallOutcome.Timeout => Diagnostics.CallOutcome.Timeout,
            CallOutcome.Cancelled => Diagnostics.CallOutcome.Cancelled,
            _ => Diagnostics.CallOutcome.TransportError,
        },
        FinalStatus = result.FinalStatus,
        Reason = Reason(result),
        PostDialDelayMilliseconds = result.PostDialDelay?.TotalMilliseconds,
        AnswerDelayMilliseconds = result.AnswerDelay?.TotalMilliseconds,
        SessionDisconnectDelayMilliseconds = result.SessionDisconnectDelay?.TotalMilliseconds,
        AnswersRepeated = result.Outcome == CallOutcome.Answered ? AnswersRepeated(result.Trace) : null,
        Codec = result.Codec?.ToString().ToUpperInvariant(),
        PacketsSent = result.PacketsSent,
        PacketsReceived = (int?)result.PacketsReceived,
        PacketsLost = (int?)result.PacketsLost,
        PacketsDuplicate = (int?)result.PacketsDuplicate,
        PacketsReordered = (int?)result.PacketsReordered,
        PacketsLostFarEnd = (int?)result.FarEndPacketsLost,
        PacketsReceivedFarEnd = (int?)result.FarEndPacketsReceived,
        JitterMilliseconds = result.JitterMilliseconds,
        JitterFarEndMilliseconds = result.FarEndJitterMilliseconds,
        RoundTripMilliseconds = result.RoundTrip?.TotalMilliseconds,
        MosEstimated = result.QualityHere?.WithConcealment.Mos,
        MosLossPercent = result.QualityHere?.LossPercent,
        MosOneWayDelayMilliseconds = result.QualityHere?.OneWayDelayMilliseconds,
        MosEstimatedWithoutConcealment = result.QualityHere?.WithoutConcealment.Mos,
        MosEstimatedFarEnd = result.QualityAtFarEnd?.WithConcealment.Mos,
        MosReportedFarEnd = result.FarEndMetrics?.MosListening,
        FailureCode = result.Failure?.Code,
        OwnSignalHeardSeconds = result.Audio.OwnSignalHeard?.TotalSeconds,
        HeardOwnSignalPercent = result.Audio.HeardOwnSignalPercent,
        FarSignalHeardSeconds = result.Audio.FarSignalHeard?.TotalSeconds,
        EchoDelayMilliseconds = result.Audio.EchoDelay?.TotalMilliseconds,
        LevelDbm0 = result.Audio.LevelDbm0,
        NonSilentPercent = result.Audio.NonSilentPercent,
        AnnouncementHeardSeconds = result.Audio.AnnouncementHeard?.TotalSeconds,
        ToneHeardSeconds = result.Audio.ToneHeard?.TotalSeconds,
        NoiseHeardSeconds = result.Audio.NoiseHeard?.TotalSeconds,
        Audio = result.Audio.Verdict switch
        {
            Sip.Audio.AudioVerdict.TwoWay => AudioVerdict.TwoWay,
            Sip.Audio.AudioVerdict.BrokenOff => AudioVerdict.BrokenOff,
            Sip.Audio.AudioVerdict.OneWayOut => AudioVerdict.OneWayOut,
            Sip.Audio.AudioVerdict.OneWayIn => AudioVerdict.OneWayIn,
            Sip.Audio.AudioVerdict.None => AudioVerdict.None,
            Sip.Audio.AudioVerdict.Hairpin => AudioVerdict.Hairpin,
            _ => AudioVerdict.NotMeasured,
        },
        HungUpBy = result.HungUpBy switch
        {
            Sip.HungUpBy.Us => "us",
            Sip.HungUpBy.FarEnd => "far end",
            _ => null,
        },
        Files = Files(result),
        Sentence = result.Failure?.Sentence ?? (result.Outcome == CallOutcome.Cancelled ? Sentence.Of($"The test call was cancelled before it was finished.") : result.Audio.Sentence),
    };

    /// <summary>What somebody needs who shows the call to another: the ladder first, since it can be looked at at once.</summary>
    private static List<CallFile> Files(CallResult result)
    {
        List<CallFile> files = [];
        if (LadderPicture.Write(result) is { } ladder)
        {
            files.Add(new("ladder.png", "image/png", ladder));
        }

        if (result.Recording is { } recording && result.PacketsReceived > 0)
        {
            files.Add(new("heard.wav", "audio/wav", recording.ToWav()));
        }

        files.Add(new("call.pcap", "application/vnd.tcpdump.pcap", PcapFile.Write(result)));
        files.Add(new("call.json", "application/json", Encoding.UTF8.GetBytes(CallJson.Write(result))));
        return files;
    }

    /// <summary>A 2xx that is sent again is the same to the byte; one of another fork is not.</summary>
    private static int AnswersRepeated(IReadOnlyList<SipTraceLine> trace) => trace
        .Where(line => !line.Sent && line.FirstLine.StartsWith("SIP/2.0 2", StringComparison.Ordinal) && CSeqOfInvite().IsMatch(line.Message))
        .GroupBy(line => line.Message, StringComparer.Ordinal)
        .Select(same => same.Count() - 1)
        .DefaultIfEmpty(0)
        .Max();

    [GeneratedRegex("^CSeq[ \\t]*:[ \\t]*[0-9]+[ \\t]+INVITE", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex CSeqOfInvite();

    private static string? Reason(CallResult result) => Joined(
        result.FinalReason,
        Named("Reason", result.ReasonHeader),
        Named("Warning", result.Warning),
        Named("Retry-After", result.RetryAfter),
        Named("X-Twilio-Error", result.TwilioError));

    /// <summary>What an edge said to OPTIONS, with the headers that say why.</summary>
    /// <param name="ending">A certificate of the connection that will not be good for long; null: none.</param>
    public static Sentence Said(OptionsResult result, Sentence? ending) =>
        (Joined(result.Reason, Named("Reason", result.ReasonHeader), Named("X-Twilio-Error", result.TwilioError)), ending) switch
        {
            ({ } said, null) => $"{said}",
            ({ } said, _) => $"{said}; {ending}",
            _ => ending ?? "",
        };

    private static string? Named(string header, string? value) => value is null ? null : $"{header}: {value}";

    private static string? Joined(params string?[] parts) => parts.OfType<string>().ToList() is { Count: > 0 } said ? string.Join("; ", said) : null;

    public static string Line(SipTraceLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Time:HH:mm:ss.fff} {(line.Sent ? "->" : "<-")} {line.Peer} {line.FirstLine}");
}
