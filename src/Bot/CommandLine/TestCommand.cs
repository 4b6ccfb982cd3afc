using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TrunkBot.Changes;
using TrunkBot.Changes.Audit;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Sip;
using TrunkBot.Sip.Results;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot test NAME</c>: a test call of a trunk under management, by the rules of its site and from the same budget as the bot's.</summary>
internal static class TestCommand
{
    /// <summary>Stands in the audit trail where channels of chat stand.</summary>
    private const string Channel = "command-line";

    private const string Unmeasured = "not measured";

    public static Command Make()
    {
        var name = new Argument<string>("NAME") { Description = "The trunk, under management." };
        var words = new Argument<string[]>("WAY") { Description = "As in chat: nothing, for through the switch; direct [EDGE]; edges; inbound; each with to NUMBER.", Arity = ArgumentArity.ZeroOrMore };
        var yes = new Option<bool>("--yes") { Description = "Place a call that may cost money: one of Twilio, or to a number that is no test number." };
        var files = new Option<string?>("--files") { Description = "Folder for what the call leaves: what was heard, pcap, ladder, JSON; made where it does not exist.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "The result as JSON, by a contract with a version." };
        var command = new Command(
            "test",
            "Places a test call of a trunk. Ends with 0 when it passed, with 1 when it failed or was not placed, with 2 when it can't be asked for so, with 3 without an answer in time, with 4 when nobody can be reached.") { name, words, yes, files, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var (order, unread) = TestCallOrder.Read(result.GetValue(words) ?? []);
            if (order is null)
            {
                throw new InputException(unread!.Length > 0 ? $"\"{unread}\" can't be read there: after the name stand direct [EDGE], edges or inbound, and to NUMBER" : "something is missing at the end: an edge, or a number after to");
            }

            await using var services = SiteServices.Open();
            var trunk = await NamedTrunk.FindAsync(result.GetRequiredValue(name), services, cancellationToken);
            if (!result.GetValue(yes) && order.AsksFirst(trunk.Intent, trunk.Site))
            {
                throw new InputException("the call may cost money: say --yes to place it");
            }

            await RecordAsync(trunk, order, "test-call-started", order.ToString(), cancellationToken);
            List<TestCall> calls = [];
            foreach (var each in order.Each(trunk.Intent))
            {
                calls.Add(await services.Get<ITrunkProbe>().CallAsync(each, trunk.Intent, trunk.Site, cancellationToken));
            }

            await RecordAsync(trunk, order, "test-call-ended", string.Join("; ", calls.Select(Outcome)), cancellationToken);
            if (result.GetValue(files) is { } folder)
            {
                await KeepAsync(folder, trunk.Intent.Name, calls, cancellationToken);
            }

            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(Json(trunk, calls));
            }
            else
            {
                foreach (var line in calls.SelectMany(Lines))
                {
                    await output.WriteLineAsync(Terminal.Printable(line));
                }
            }

            return calls.Max(ExitCodeOf);
        });
        return command;
    }

    /// <summary>By <c>docs/test-result.schema.json</c>. Version 1 only ever gains members.</summary>
    internal static string Json(NamedTrunk trunk, IReadOnlyList<TestCall> calls) => ResultJson.Write(writer => Write(writer, trunk, calls));

    /// <summary>In the audit trail of the bot, as calls asked for in chat are. Who asked is whom the operating system says; before the call, so that none is without its record.</summary>
    private static Task<bool> RecordAsync(NamedTrunk trunk, TestCallOrder order, string what, string detail, CancellationToken cancellationToken) => BotStore.ReadAsync(async store =>
    {
        var user = $"{Channel}:{Terminal.Printable(Environment.UserName)}";
        var who = new Actor(user, user) { Via = new Origin(Channel, user, Environment.MachineName, "", $"trunkbot test {trunk.Intent.Name} {order}".TrimEnd()) };
        await store.GetRequiredService<IAuditTrail>().AppendAsync(AuditEntry.Of(who, what, detail, TimeProvider.System.GetUtcNow()) with { Trunk = trunk.Intent.Name }, cancellationToken);
        return true;
    });

    private static string Outcome(TestCall call) =>
        $"{(call.Edge is { } edge ? $"{edge}: " : "")}{(call.Passed ? "passed" : call.Outcome == Diagnostics.CallOutcome.NotPlaced ? "not placed" : "failed")}{(call.FailureCode is { } code ? $" ({code})" : "")}";

    private static int ExitCodeOf(TestCall call) => call switch
    {
        { Passed: true } => ExitCode.Fine,
        { FailureCode: { } code } when SipAgentOptions.ExitCodeOf(new SipFailure(code, "")) is var known && known != ExitCode.Findings => known,
        { Outcome: Diagnostics.CallOutcome.Timeout } => ExitCode.Timeout,
        { Outcome: Diagnostics.CallOutcome.TransportError } => ExitCode.CannotReach,
        _ => ExitCode.Findings,
    };

    private static async Task KeepAsync(string folder, string trunk, List<TestCall> calls, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (call, file) in calls.SelectMany(c => c.Files.Select(f => (c, f))))
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, call.NameOf(file, trunk)), file.Content, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"the files can't be written into \"{folder}\": {e.Message}", e);
        }
    }

    private static void Write(Utf8JsonWriter json, NamedTrunk trunk, IReadOnlyList<TestCall> calls)
    {
        json.WriteString("trunk", trunk.Intent.Name);
        json.WriteString("site", trunk.Site.Name);
        json.WriteStartArray("calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("route", JsonNamingPolicy.CamelCase.ConvertName(call.Route.ToString()));
            json.WriteString("edge", call.Edge);
            json.WriteString("from", call.From);
            json.WriteString("to", call.To);
            json.WriteBoolean("placed", call.Outcome != Diagnostics.CallOutcome.NotPlaced);
            json.WriteBoolean("passed", call.Passed);
            json.WriteString("code", call.FailureCode);
            json.WriteString("sentence", call.Sentence);
            json.WriteString("said", call.Reason);

            // By docs/call-result.schema.json; null for a call that was not placed.
            json.WritePropertyName("call");
            if (call.Files.FirstOrDefault(f => f.Name == "call.json") is { } written)
            {
                json.WriteRawValue(written.Content);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> Lines(TestCall call)
    {
        yield return $"{(call.Passed ? "passed" : call.Outcome == Diagnostics.CallOutcome.NotPlaced ? "not placed" : "failed")}: {call.Route switch
        {
            CallRoute.Direct => $"direct to edge {call.Edge}",
            CallRoute.Inbound => "inbound from Twilio",
            _ => "through the switch",
        }}, {call.From ?? "nobody"} to {call.To}";
        yield return $"{(call.FailureCode is { } code ? $"{code}: " : "")}{call.Sentence}";
        if (call.Outcome == Diagnostics.CallOutcome.NotPlaced)
        {
            yield break;
        }

        yield return $"answer: {call.FinalStatus?.ToString(CultureInfo.InvariantCulture) ?? "none"} {call.Reason}".TrimEnd();
        yield return $"post-dial delay: {Shown(call.PostDialDelayMilliseconds, "ms")}; answer delay: {Shown(call.AnswerDelayMilliseconds, "ms")}; session disconnect delay: {Shown(call.SessionDisconnectDelayMilliseconds, "ms")}; hung up by: {call.HungUpBy ?? Unmeasured}";
        yield return $"codec: {call.Codec ?? Unmeasured}; packets sent {Shown(call.PacketsSent)}, received {Shown(call.PacketsReceived)}, lost {Shown(call.PacketsLost)}, lost at the far end {Shown(call.PacketsLostFarEnd)}; jitter: {Shown(call.JitterMilliseconds, "ms")}; round trip: {Shown(call.RoundTripMilliseconds, "ms")}";
        yield return $"MOS, estimated by ITU-T G.107: {Shown(call.MosEstimated)} with concealment, {Shown(call.MosEstimatedWithoutConcealment)} without; from loss {Shown(call.MosLossPercent, "%")} and delay one way {Shown(call.MosOneWayDelayMilliseconds, "ms")}";
    }

    private static string Shown(double? value, string unit = "") => value is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v:0.##} {unit}").TrimEnd() : Unmeasured;
}
