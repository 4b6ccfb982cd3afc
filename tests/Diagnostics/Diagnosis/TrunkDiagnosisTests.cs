using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.Diagnostics.Tests.Diagnosis;

public sealed class TrunkDiagnosisTests
{
    private static readonly StatusLine Fine = new(HealthState.Ok, "thing", "fine");
    private static readonly StatusLine Alarm = new(HealthState.Failed, "binding: alarm", "Attention required", "binding-in-alarm", "check");
    private static readonly StatusLine Inactive = new(HealthState.Failed, "adjacency acme-us2", "inactive", "adjacency-inactive", "activate it");
    private static readonly StatusLine LowBalance = new(HealthState.Attention, "balance", "3 USD", "twilio-balance-low", "add funds");

    private readonly Given given = new();

    private Task<DiagnosisReport> Run(bool withCall = false, Func<DiagnosisReport, Task>? progress = null, params string[] edges) =>
        given.Diagnosis.RunAsync(Given.Intent("acme", edges), Given.Site, withCall, progress, Given.Ct);

    [Fact]
    public async Task Nothing_wrong_says_how_much_was_checked()
    {
        var report = await given.With("Perimeta", Fine).With("Twilio", Fine).Diagnosis.RunAsync(Given.Intent(), Given.Site, false, null, Given.Ct);

        Assert.Equal("Nothing wrong was found in 3 checks.", report.Sentence);
        Assert.Empty(report.Causes);
        Assert.Contains(new RuledOut("OPTIONS", "umatilla", "200 OK"), report.RuledOut);
    }

    [Fact]
    public async Task The_first_on_the_calls_way_that_stops_calls_leads()
    {
        given.With("Twilio", new StatusLine(HealthState.Failed, "account", "suspended", "twilio-account-suspended", "pay")).With("Perimeta", Inactive).With("Metaswitch CFS", LowBalance);

        var report = await Run();

        Assert.Equal("Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-us2: inactive. 2 more causes below.", report.Sentence);
        Assert.Equal(["adjacency-inactive", "twilio-account-suspended", "twilio-balance-low"], report.Causes.Select(c => c.Code));
        Assert.Equal("activate it", report.Causes[0].Fix);
    }

    [Fact]
    public async Task A_consequence_comes_after_what_brings_it_about()
    {
        given.With("Metaswitch CFS", Alarm).With("Perimeta", Inactive);

        var report = await Run();

        Assert.Equal("Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-us2: inactive. 1 consequence.", report.Sentence);
        Assert.Equal(["adjacency-inactive", "binding-in-alarm"], report.Causes.Select(c => c.Code));
    }

    [Fact]
    public async Task A_symptom_alone_leads()
    {
        given.With("Metaswitch CFS", Alarm);

        Assert.Equal("Probable cause: the binding is in alarm: its OPTIONS are not answered. Metaswitch CFS, binding: alarm: Attention required.", (await Run()).Sentence);
    }

    [Fact]
    public async Task A_warning_alone_is_worth_a_look()
    {
        given.With("Twilio", LowBalance);

        Assert.Equal("Worth a look: the Twilio account is low on money. Twilio, balance: 3 USD.", (await Run()).Sentence);
    }

    [Fact]
    public async Task A_rare_code_of_a_driver_says_itself_what_to_do()
    {
        given.With("Perimeta", new StatusLine(HealthState.Failed, "SBC-1", "odd", "sbc-mode-unexpected", "look at it"));

        var cause = Assert.Single((await Run()).Causes);

        Assert.Equal(("sbc-mode-unexpected", "Perimeta can't be read", "look at it"), (cause.Code, cause.Finding.Title.ToString(), cause.Fix.ToString()));
    }

    [Fact]
    public async Task What_a_reader_is_asked_deeper_counts_too()
    {
        given.Readers.Add(new FakeReader("Twilio", _ => Task.FromResult<IReadOnlyList<StatusLine>>([Fine])) { Deeper = [LowBalance] });

        Assert.Equal("twilio-balance-low", Assert.Single((await Run()).Causes).Code);
    }

    [Fact]
    public async Task An_edge_that_refuses_OPTIONS_is_a_cause_and_not_ruled_out()
    {
        given.Probe.Answer(Given.Up(status: 503, detail: "Service Unavailable; X-Twilio-Error: 64001 down"));

        var report = await Run();

        var cause = Assert.Single(report.Causes);
        Assert.Equal(("edge-refuses-options", "acme.pstn.us2.twilio.com answers 503 Service Unavailable; X-Twilio-Error: 64001 down", "umatilla"), (cause.Code, cause.Sentence.ToString(), cause.Edge));
        Assert.Empty(report.RuledOut);
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_is_worth_a_look_though_the_edge_answers()
    {
        given.Probe.Answer(Given.Up(detail: "OK; its certificate expires on 2026-12-01") with { Code = "edge-certificate-expires" });

        var report = await Run();

        var cause = Assert.Single(report.Causes);
        Assert.Equal(("edge-certificate-expires", "acme.pstn.us2.twilio.com answers 200 OK; its certificate expires on 2026-12-01", "umatilla"), (cause.Code, cause.Sentence.ToString(), cause.Edge));
        Assert.StartsWith("Worth a look: ", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_is_answered_and_not_ours_is_another_accounts()
    {
        given.With("Twilio", new StatusLine(HealthState.Failed, "trunk acme", "does not exist", "twilio-trunk-missing", "provision it")).Probe.Answer(Given.Up(status: 403, detail: "Forbidden"));

        var first = (await Run()).Causes[0];

        Assert.Equal(("twilio-domain-of-another-account", "does not exist, and acme.pstn.us2.twilio.com answers 403 Forbidden"), (first.Code, first.Sentence.ToString()));
    }

    [Fact]
    public async Task A_rate_limit_is_a_warning_until_a_call_is_refused_on_our_side()
    {
        given.With("Perimeta", new StatusLine(HealthState.Attention, "adjacency a: rate of calls", "call-rate sustain 5 per-minute", "adjacency-call-rate", "raise it"));

        Assert.Equal("adjacency-call-rate", Assert.Single((await Run()).Causes).Code);
        given.Probe.OnCall = _ => Task.FromResult(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, 503));
        Assert.Equal(["call-rate-exceeded", "sip-trunk-not-using-binding"], (await Run(withCall: true)).Causes.Select(c => c.Code));
    }

    [Fact]
    public async Task An_alert_of_the_last_hour_is_history_once_a_call_is_answered()
    {
        given.With("Twilio", new StatusLine(HealthState.Attention, "alerts", "1 x 32222", "tls-version-refused", "read it"));

        Assert.Equal("tls-version-refused", Assert.Single((await Run()).Causes).Code);
        Assert.Equal("twilio-alert", Assert.Single((await Run(withCall: true)).Causes).Code);
    }

    [Fact]
    public async Task Silence_of_every_edge_is_another_finding_than_silence_of_one()
    {
        given.Probe.Answer(Given.Silent("ashburn"), Given.Silent());
        Assert.All((await Run(edges: ["ashburn", "umatilla"])).Causes, c => Assert.Equal("edges-unreachable", c.Code));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ProbeState.Up)]
    public async Task Silence_beside_an_edge_that_was_not_asked_is_that_of_one(ProbeState? lastKnown)
    {
        given.Probe.Answer(Given.Silent("ashburn"), Given.Up() with { State = ProbeState.Unchecked, LastKnown = lastKnown, Detail = "rate limit" });

        var report = await Run(edges: ["ashburn", "umatilla"]);

        Assert.Equal("edge-unreachable", Assert.Single(report.Causes).Code);
        Assert.EndsWith("1 could not be checked.", report.Sentence);
    }

    [Fact]
    public async Task A_name_that_is_not_found_has_its_own_code()
    {
        given.Probe.Answer(Given.Silent(detail: "No address was found.") with { Code = "edge-name-not-found" });

        Assert.Equal("edge-name-not-found", Assert.Single((await Run()).Causes).Code);
    }

    [Theory]
    [InlineData("54.244.51.0 54.244.51.3", null, null)]
    [InlineData("54.244.51.1 192.0.2.9", "edge-address-unknown", "acme.pstn.us2.twilio.com is also at 192.0.2.9, which is not in 54.244.51.0/30")]
    [InlineData("", "edge-name-not-found", "acme.pstn.us2.twilio.com has no address")]
    public async Task What_the_DNS_says_is_compared_with_the_edge_catalogue(string addresses, string? code, string? sentence)
    {
        given.Probe.OnNames = intent => Task.FromResult<IReadOnlyList<EdgeAddresses>>(
            [new("umatilla", intent.PeerHost(intent.Edges[0]), [.. addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(System.Net.IPAddress.Parse)], null)]);

        var cause = (await Run()).Causes.SingleOrDefault();

        Assert.Equal((code, sentence), (cause?.Code, cause?.Sentence.ToString()));
    }

    [Fact]
    public async Task An_answered_call_without_a_common_codec_is_a_cause()
    {
        given.Probe.OnCall = _ => Task.FromResult(Given.Call(audio: AudioVerdict.NotMeasured, failure: "sip-no-common-codec"));

        var report = await Run(withCall: true);

        var cause = Assert.Single(report.Causes);
        Assert.Equal(("Test call", "audio", "sip-no-common-codec"), (cause.Where, cause.What.ToString(), cause.Code));
        Assert.DoesNotContain(report.RuledOut, r => r.Where == "Test call");
    }

    [Fact]
    public async Task Two_way_audio_rules_out_the_whole_call()
    {
        var report = await Run(withCall: true);

        Assert.Contains(new RuledOut("Test call", "signalling and two-way audio", "As it was."), report.RuledOut);
        Assert.NotNull(report.Call);
    }

    [Fact]
    public async Task An_answer_without_a_verdict_on_audio_rules_out_the_signalling_only()
    {
        given.Probe.OnCall = _ => Task.FromResult(Given.Call(audio: AudioVerdict.NotMeasured));

        var report = await Run(withCall: true);

        Assert.Contains(new RuledOut("Test call", "signalling", "As it was."), report.RuledOut);
        Assert.Contains(new NotChecked("Test call", "audio", "not measured in this call"), report.NotChecked);
    }

    [Theory]
    [InlineData(CallOutcome.NotPlaced)]
    [InlineData(CallOutcome.Cancelled)]
    public async Task A_call_that_was_not_made_is_not_checked(CallOutcome outcome)
    {
        given.Probe.OnCall = _ => Task.FromResult(Given.Call(outcome, AudioVerdict.NotMeasured, null));

        var report = await Run(withCall: true);

        Assert.Contains(new NotChecked("Test call", "call and audio", "As it was."), report.NotChecked);
        Assert.Empty(report.Causes);
    }

    [Fact]
    public async Task A_call_that_hangs_is_not_checked_after_its_limit()
    {
        given.Probe.OnCall = _ => new TaskCompletionSource<TestCall>().Task;

        var running = Run(withCall: true);
        given.Time.Advance(TimeSpan.FromSeconds(120));

        Assert.Contains(new NotChecked("Test call", "call and audio", "no answer within 120 s") { IsLate = true }, (await running).NotChecked);
    }

    [Fact]
    public async Task What_is_known_shows_while_the_call_is_still_running()
    {
        var answered = new TaskCompletionSource<TestCall>();
        given.With("Perimeta", Inactive).Probe.OnCall = _ => answered.Task;
        var shown = new List<string>();

        var running = Run(withCall: true, sofar =>
        {
            Assert.Null(sofar.Call);
            shown.Add(sofar.Sentence);
            answered.SetResult(Given.Call());
            return Task.CompletedTask;
        });
        given.Time.Advance(TimeSpan.FromSeconds(1));
        var report = await running;

        Assert.Equal(["Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-us2: inactive. 1 check is still running."], shown);
        Assert.Equal("Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-us2: inactive.", report.Sentence);
        Assert.NotNull(report.Call);
    }

    [Fact]
    public async Task No_call_is_placed_unless_asked_for()
    {
        await Run();

        Assert.Equal(0, given.Probe.Calls);
    }
}
