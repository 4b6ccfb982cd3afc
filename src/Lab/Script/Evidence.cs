using System.Text.Json;

namespace TrunkBot.Lab.Script;

/// <summary>What the simulated systems themselves recorded. The bot's word is not asked here.</summary>
internal sealed partial class Evidence(HttpClient http, Uri lab, Transcript transcript)
{
    /// <summary>Prints everything that was sent, and says whether the trunk stands and its test call heard itself.</summary>
    public async Task<bool> JudgeAsync(CancellationToken cancellationToken)
    {
        var state = await GetAsync(new Uri(lab, "/api/state"), cancellationToken);
        await ShowDeviceLinesAsync(cancellationToken);
        await ShowSwitchUpdatesAsync(cancellationToken);
        await ShowTwilioRequestsAsync(state.GetProperty("ports").GetProperty("twilio").GetInt32(), cancellationToken);

        transcript.Heading("What the simulated systems say at the end");
        var adjacencies = state.GetProperty("sbc").GetProperty("adjacencies").EnumerateArray()
            .Count(a => a.GetProperty("name").GetString()!.StartsWith("acme-east", StringComparison.Ordinal) && a.GetProperty("active").GetBoolean());
        var binding = state.GetProperty("cfs").GetProperty("bindings").EnumerateArray()
            .FirstOrDefault(b => b.GetProperty("name").GetString() == "Twilio-acme-east");
        var enabled = binding.ValueKind == JsonValueKind.Object && binding.GetProperty("requestedStatus").GetString() == "Enabled";
        var call = (await GetAsync(new Uri(lab, "/api/calls"), cancellationToken)).EnumerateArray()
            .LastOrDefault(c => c.GetProperty("method").GetString() == "INVITE" && c.GetProperty("finalStatus") is { ValueKind: JsonValueKind.Number } s && s.GetInt32() == 200);
        var recorded = call.ValueKind == JsonValueKind.Object && call.GetProperty("packetsRecorded") is { ValueKind: JsonValueKind.Number } r ? r.GetInt64() : 0;

        var trunk = state.GetProperty("twilio").GetProperty("trunks").EnumerateArray()
            .FirstOrDefault(t => t.GetProperty("domainName").GetString() == "acme-east.pstn.twilio.com");
        var sources = trunk.ValueKind == JsonValueKind.Object
            ? string.Join(", ", trunk.GetProperty("allowedSources").EnumerateArray().Select(s => s.GetString()))
            : "no such trunk";
        var end = transcript.LastLineWith(" steps done.");

        return Check("the change ended Done", end?.StartsWith("Done.", StringComparison.Ordinal) == true, end ?? "not said")
            & Check("Twilio has the trunk acme-east.pstn.twilio.com with its access control list mapped", sources == "203.0.113.0/28", sources)
            & Check("8 adjacencies of the trunk are active on the SBC", adjacencies == 8, adjacencies)
            & Check("the binding is enabled on the switch", enabled, enabled)
            & Check("the test number answered a call, recorded at least 100 packets of it and played them back", recorded >= 100, recorded)
            & Heard();
    }

    /// <summary>Whether the caller heard itself only the caller can know: the share of its signal on the bot's result card.</summary>
    private bool Heard()
    {
        var line = transcript.LastLineWith("Own signal heard back");
        var share = line is not null && ShareOf(line) is { } percent ? percent : (double?)null;
        return Check("the caller heard at least half of its own signal come back", share >= 50, line ?? "not said");
    }

    private static double? ShareOf(string line) =>
        Percent().Match(line) is { Success: true } match ? double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null;

    [System.Text.RegularExpressions.GeneratedRegex(@"([0-9.]+) %")]
    private static partial System.Text.RegularExpressions.Regex Percent();

    private async Task ShowDeviceLinesAsync(CancellationToken cancellationToken)
    {
        transcript.Heading("Every line that the simulated SBC received (its own session log)");
        foreach (var entry in (await GetAsync(new Uri(lab, "/api/perimeta/session-log"), cancellationToken)).EnumerateArray())
        {
            transcript.Line("  " + Line(entry));
        }
    }

    private async Task ShowSwitchUpdatesAsync(CancellationToken cancellationToken)
    {
        transcript.Heading("Every update that the simulated switch received over Sh (its own log)");
        foreach (var update in (await GetAsync(new Uri(lab, "/api/metaview-log"), cancellationToken)).EnumerateArray())
        {
            transcript.Line("  " + Line(update));
        }
    }

    private async Task ShowTwilioRequestsAsync(int port, CancellationToken cancellationToken)
    {
        transcript.Heading("Every request that changed something at the simulated Twilio (its own log)");
        foreach (var request in (await GetAsync(new Uri($"http://127.0.0.1:{port}/lab/requests"), cancellationToken)).EnumerateArray()
            .Where(r => r.GetProperty("method").GetString() != "GET"))
        {
            var form = string.Join("&", request.GetProperty("form").EnumerateArray().Select(p => $"{p.GetProperty("name").GetString()}={p.GetProperty("value").GetString()}"));
            transcript.Line($"  {request.GetProperty("method").GetString()} {request.GetProperty("path").GetString()} {form} -> {request.GetProperty("status")}");
        }
    }

    private static string Line(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
            ? string.Join("  ", entry.EnumerateObject().Where(p => p.Name is not ("at" or "time" or "session")).Select(p => p.Value.ToString()))
            : entry.ToString();

    private bool Check(string what, bool holds, object seen)
    {
        transcript.Line($"  {(holds ? "ok    " : "FAILED")} {what} (seen: {seen})");
        return holds;
    }

    private async Task<JsonElement> GetAsync(Uri address, CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync<JsonElement>(address, cancellationToken);
}
