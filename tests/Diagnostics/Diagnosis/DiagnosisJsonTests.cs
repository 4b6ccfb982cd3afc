using System.Text.Json;
using NJsonSchema;
using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Findings;

namespace TrunkBot.Diagnostics.Tests.Diagnosis;

/// <summary>What scripts may rely on: the published schema, and the one word that becomes the exit code.</summary>
public sealed class DiagnosisJsonTests
{
    private static readonly DiagnosisReport Empty = new() { Trunk = "acme", At = DateTimeOffset.UnixEpoch, Sentence = "Nothing.", Causes = [], RuledOut = [], NotChecked = [] };

    private static readonly DiagnosisReport Full = Empty with
    {
        Causes = [new(FindingCatalogue.Find("edge-unreachable")!, "OPTIONS", "umatilla", "no answer", "wait") { Edge = "umatilla", MoreEvidence = ["nor before"], BroughtAboutBy = "adjacency-inactive" }],
        RuledOut = [new("Twilio", "account", "active")],
        NotChecked = [new("Perimeta", "all of its checks", "no answer within 20 s") { IsLate = true }],
        WithCall = true,
        Call = Given.Call() with
        {
            PostDialDelayMilliseconds = 812.5,
            Codec = "PCMU",
            PacketsSent = 500,
            PacketsReceived = 498,
            PacketsLost = 2,
            JitterMilliseconds = 1.25,
            MosEstimated = 4.3,
            HungUpBy = "far end",
        },
    };

    private static string SchemaText => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "diagnosis-result.schema.json"));

    [Fact]
    public async Task Reports_full_and_empty_keep_to_the_published_schema()
    {
        var schema = await JsonSchema.FromJsonAsync(SchemaText, Given.Ct);

        Assert.Empty(schema.Validate(DiagnosisJson.Write(Full, Given.Site)));
        Assert.Empty(schema.Validate(DiagnosisJson.Write(Empty, Given.Site)));
        Assert.NotEmpty(schema.Validate(DiagnosisJson.Write(Full, Given.Site).Replace("\"packetsLost\": 2", "\"packetsLost\": \"2\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_schema_names_every_member_that_is_written_and_no_other()
    {
        var written = Members(JsonDocument.Parse(DiagnosisJson.Write(Full, Given.Site)).RootElement, "").ToHashSet();
        var known = SchemaMembers(JsonDocument.Parse(SchemaText).RootElement, "").ToHashSet();

        Assert.Empty(written.Except(known));
        Assert.Empty(known.Except(written));
    }

    [Fact]
    public async Task The_schema_names_every_value_of_every_enumeration()
    {
        var schema = await JsonSchema.FromJsonAsync(SchemaText, Given.Ct);
        DiagnosisReport[] all =
        [
            .. Enum.GetValues<CallOutcome>().Select(o => Full with { Call = Given.Call(outcome: o) }),
            .. Enum.GetValues<AudioVerdict>().Select(a => Full with { Call = Given.Call(audio: a) }),
            .. FindingCatalogue.All.Select(f => Full with { Causes = [Full.Causes[0] with { Finding = f }] }),
            .. Enum.GetValues<FindingPlace>().Select(p => Full with { Causes = [Full.Causes[0] with { Finding = Full.Causes[0].Finding with { Place = p } }] }),
        ];

        Assert.All(all, report => Assert.Empty(schema.Validate(DiagnosisJson.Write(report, Given.Site))));
    }

    [Fact]
    public void Figures_stand_in_the_units_of_their_names_and_what_was_not_measured_is_null()
    {
        var root = JsonDocument.Parse(DiagnosisJson.Write(Full, Given.Site)).RootElement;

        Assert.Equal((1, "acme", "lab", "found"), (root.GetProperty("version").GetInt32(), root.GetProperty("trunk").GetString(), root.GetProperty("site").GetString(), root.GetProperty("outcome").GetString()));
        var call = root.GetProperty("call");
        Assert.Equal((812.5, 1.25), (call.GetProperty("postDialDelayMilliseconds").GetDouble(), call.GetProperty("meanJitterMilliseconds").GetDouble()));
        Assert.Equal(JsonValueKind.Null, call.GetProperty("roundTripMilliseconds").ValueKind);
        Assert.Equal("hurtsCalls", root.GetProperty("causes")[0].GetProperty("severity").GetString());
    }

    [Fact]
    public void One_word_stands_for_all_of_it()
    {
        var blind = Full.Causes[0] with { Finding = FindingCatalogue.Find("sbc-unreachable")! };

        Assert.Equal(DiagnosisOutcome.Fine, Empty.Outcome);
        Assert.Equal(DiagnosisOutcome.Fine, (Empty with { NotChecked = [new("Metaswitch CFS", "alarm", "not proven")] }).Outcome);
        Assert.Equal(DiagnosisOutcome.Timeout, (Empty with { NotChecked = Full.NotChecked }).Outcome);
        Assert.Equal(DiagnosisOutcome.CannotReach, (Empty with { Causes = [blind], NotChecked = Full.NotChecked }).Outcome);
        Assert.Equal(DiagnosisOutcome.CannotReach, (Empty with { WithCall = true, Call = Given.Call(CallOutcome.NotPlaced) }).Outcome);
        Assert.Equal(DiagnosisOutcome.Found, (Full with { Causes = [blind, .. Full.Causes] }).Outcome);
    }

    private static IEnumerable<string> Members(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Members(m.Value, $"{path}/{m.Name}").Prepend($"{path}/{m.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Members(item, path)),
        _ => [],
    };

    private static IEnumerable<string> SchemaMembers(JsonElement schema, string path)
    {
        var inner = schema.TryGetProperty("oneOf", out var either) ? either[1] : schema.TryGetProperty("items", out var items) ? items : schema;
        return inner.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().SelectMany(p => SchemaMembers(p.Value, $"{path}/{p.Name}").Prepend($"{path}/{p.Name}"))
            : [];
    }
}
