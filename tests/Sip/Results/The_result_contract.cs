using System.Text.Json;
using NJsonSchema;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Results;

namespace TrunkBot.Sip.Tests.Results;

public sealed class The_result_contract
{
    private static string SchemaText => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "call-result.schema.json"));

    [Fact]
    public async Task Results_full_and_empty_keep_to_the_published_schema()
    {
        var schema = await JsonSchema.FromJsonAsync(SchemaText, TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(CallJson.Write(Calls.Full)));
        Assert.Empty(schema.Validate(CallJson.Write(Calls.Empty)));
        Assert.NotEmpty(schema.Validate(CallJson.Write(Calls.Full).Replace("\"packetsLost\": 11", "\"packetsLost\": \"11\"")));
    }

    [Fact]
    public void The_schema_names_every_member_that_is_written_and_no_other()
    {
        var written = new[] { Calls.Full, Calls.Empty }.SelectMany(c => Members(JsonDocument.Parse(CallJson.Write(c)).RootElement, "")).ToHashSet();
        var known = SchemaMembers(JsonDocument.Parse(SchemaText).RootElement, "").ToHashSet();

        Assert.Empty(written.Except(known));
        Assert.Empty(known.Except(written));
    }

    [Fact]
    public void The_schema_names_every_value_of_every_enumeration()
    {
        var properties = JsonDocument.Parse(SchemaText).RootElement.GetProperty("properties");
        string?[] Values(JsonElement of) => [.. of.GetProperty("enum").EnumerateArray().Select(v => v.GetString())];

        Assert.Equal(["answered", "rejected", "busy", "noAnswer", "timeout", "transportError", "cancelled"], Values(properties.GetProperty("outcome")));
        Assert.Equal(Enum.GetValues<CallOutcome>().Length, Values(properties.GetProperty("outcome")).Length);
        var verdicts = Values(properties.GetProperty("audio").GetProperty("properties").GetProperty("verdict"));
        Assert.Equal(["unmeasured", "twoWay", "brokenOff", "oneWayOut", "oneWayIn", "none", "hairpin"], verdicts);
        Assert.All(Enum.GetValues<AudioVerdict>(), v => Assert.Contains(
            $"\"verdict\": \"{verdicts[(int)v]}\"", CallJson.Write(Calls.Full with { Audio = Calls.Full.Audio with { Verdict = v } })));
        Assert.All(Enum.GetValues<CallOutcome>(), o => Assert.Contains($"\"outcome\": \"{Values(properties.GetProperty("outcome"))[(int)o]}\"", CallJson.Write(Calls.Full with { Outcome = o })));
    }

    [Fact]
    public void What_was_not_measured_is_null_and_never_0()
    {
        var root = JsonDocument.Parse(CallJson.Write(Calls.Empty)).RootElement;

        Assert.All(
            new[] { "signalling", "media", "rtcp", "quality" }.SelectMany(part => root.GetProperty(part).EnumerateObject()),
            member => Assert.Equal(JsonValueKind.Null, member.Value.ValueKind));
        Assert.Equal("sip-name-not-found", root.GetProperty("failure").GetProperty("code").GetString());
    }

    [Fact]
    public void Figures_stand_in_the_units_of_their_names()
    {
        var root = JsonDocument.Parse(CallJson.Write(Calls.Full)).RootElement;

        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("2026-11-26T09:30:00.0000000+00:00", root.GetProperty("startedAt").GetString());
        Assert.Equal(812.346, root.GetProperty("signalling").GetProperty("postDialDelayMilliseconds").GetDouble());
        Assert.Equal(20_000, root.GetProperty("signalling").GetProperty("talkTimeMilliseconds").GetDouble());
        Assert.Equal("farEnd", root.GetProperty("signalling").GetProperty("hungUpBy").GetString());
        Assert.Equal("PCMA", root.GetProperty("media").GetProperty("codec").GetString());
        Assert.Equal(80, root.GetProperty("rtcp").GetProperty("roundTripMilliseconds").GetDouble());
        var quality = root.GetProperty("quality").GetProperty("atFarEnd");
        Assert.True(quality.GetProperty("estimated").GetBoolean());
        Assert.Equal((5.0, 40.0), (quality.GetProperty("lossPercent").GetDouble(), quality.GetProperty("oneWayDelayMilliseconds").GetDouble()));
        Assert.Equal((3.88, 2.12), (quality.GetProperty("withConcealment").GetProperty("mos").GetDouble(), quality.GetProperty("withoutConcealment").GetProperty("mos").GetDouble()));
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
