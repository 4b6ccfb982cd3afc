using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>
/// A diagnosis as JSON, by a contract that scripts may rely on: <c>docs/diagnosis-result.schema.json</c>. Version 1 only ever gains members. Units are in the names. What was
/// not measured is null. Texts of devices are in it as they came: whoever shows them on a terminal takes out what could move its cursor.
/// </summary>
public static class DiagnosisJson
{
    private const int Version = 1;

    // Not for a page: so that an apostrophe in a sentence stays one.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(DiagnosisReport report, SiteProfile site) => JsonSerializer.Serialize(
        new Document(
            Version,
            report.Trunk,
            site.Name,
            site.Simulated,
            report.At,
            report.Outcome,
            report.Sentence,
            [.. report.Causes.Select(Of)],
            [.. report.RuledOut.Select(r => new InOrder(r.Where, r.What, r.Evidence))],
            [.. report.NotChecked.Select(n => new NotLookedAt(n.Where, n.What, n.Why, n.IsLate))],
            report.Call is { } call ? Of(call) : null),
        Options);

    private static CauseDocument Of(Cause cause) => new(
        cause.Code,
        cause.Finding.Title,
        cause.Finding.Severity,
        cause.Finding.Place,
        cause.Where,
        cause.What,
        cause.Edge,
        cause.Sentence,
        [.. cause.MoreEvidence.Select(e => e.ToString())],
        cause.Fix,
        cause.Finding.Who,
        cause.BroughtAboutBy);

    private static CallDocument Of(TestCall call) => new(
        call.To,
        call.StartedAt,
        call.Outcome,
        call.FinalStatus,
        call.Reason,
        call.FailureCode,
        call.PostDialDelayMilliseconds,
        call.AnswerDelayMilliseconds,
        call.SessionDisconnectDelayMilliseconds,
        call.Codec,
        call.PacketsSent,
        call.PacketsReceived,
        call.PacketsLost,
        call.PacketsLostFarEnd,
        call.JitterMilliseconds,
        call.RoundTripMilliseconds,
        call.MosEstimated,
        call.HeardOwnSignalPercent,
        call.EchoDelayMilliseconds,
        call.Audio,
        call.HungUpBy,
        call.Sentence);

    private sealed record Document(
        int Version, string Trunk, string Site, bool Simulated, DateTimeOffset At, DiagnosisOutcome Outcome, string Sentence, IReadOnlyList<CauseDocument> Causes, IReadOnlyList<InOrder> RuledOut,
        IReadOnlyList<NotLookedAt> NotChecked, CallDocument? Call);

    private sealed record CauseDocument(
        string Code, string Title, FindingSeverity Severity, FindingPlace Place, string Where, string What, string? Edge, string Sentence, IReadOnlyList<string> MoreEvidence, string Fix, FindingFixer Who,
        string? BroughtAboutBy);

    private sealed record InOrder(string Where, string What, string Evidence);

    private sealed record NotLookedAt(string Where, string What, string Why, bool IsLate);

    private sealed record CallDocument(
        string To, DateTimeOffset StartedAt, CallOutcome Outcome, int? FinalStatus, string? Reason, string? FailureCode, double? PostDialDelayMilliseconds, double? AnswerDelayMilliseconds,
        double? SessionDisconnectDelayMilliseconds, string? Codec, int? PacketsSent, int? PacketsReceived, int? PacketsLost, int? PacketsLostFarEnd, double? MeanJitterMilliseconds,
        double? RoundTripMilliseconds, double? MosEstimated, double? OwnSignalHeardPercent, double? EchoDelayMilliseconds, AudioVerdict Audio, string? HungUpBy, string Sentence);
}
