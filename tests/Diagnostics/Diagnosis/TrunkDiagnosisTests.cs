using TrunkBot.Diagnostics.Diagnosis;

namespace TrunkBot.Diagnostics.Tests.Diagnosis;

public sealed class TrunkDiagnosisTests
{
    private static readonly StatusLine Fine = new(HealthState.Ok, "thing", "fine");
    private static readonly StatusLine Alarm = new(HealthState.Failed, "binding: alarm", "Attention required", "binding-in-alarm", "check", IsConsequence: true);
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
    public async Task The_first_certain_cause_on_the_calls_way_leads()
    {
        given.With("Twilio", new StatusLine(HealthState.Failed, "account", "suspended", "twilio-account-suspended", "pay")).With("Perimeta", Inactive).With("Metaswitch CFS", LowBalance);

        var report = await Run();

        Assert.Equal("First on the call's way: Perimeta, adjacency acme-us2: inactive. 2 more below.", report.Sentence);
        Assert.Equal(["adjacency-inactive", "twilio-account-suspended", "twilio-balance-low"], report.Causes.Select(c => c.Code));
    }

    [Fact]
    public async Task A_consequence_comes_after_what_brings_it_about()
    {
        given.With("Metaswitch CFS", Alarm).With("Perimeta", Inactive);

        var report = await Run();

        Assert.Equal("First on the call's way: Perimeta, adjacency acme-us2: inactive. 1 more below.", report.Sentence);
        Assert.Equal(["adjacency-inactive", "binding-in-alarm"], report.Causes.Select(c => c.Code));
    }

    [Fact]
    public async Task A_consequence_alone_leads()
    {
        given.With("Metaswitch CFS", Alarm);

        Assert.Equal("First on the call's way: Metaswitch CFS, binding: alarm: Attention required.", (await Run()).Sentence);
    }

    [Fact]
    public async Task A_test_call_that_failed_leads_before_a_consequence()
    {
        given.With("Metaswitch CFS", Alarm).Probe.OnCall = _ => Task.FromResult(Given.Call(CallOutcome.Rejected, AudioVerdict.NotMeasured, 404));

        Assert.Equal("First on the call's way: Test call, signalling: As it was. 1 more below.", (await Run(withCall: true)).Sentence);
    }

    [Fact]
    public async Task Attention_only_is_worth_a_look()
    {
        given.With("Twilio", LowBalance);

        var report = await Run();

        Assert.Equal("Worth a look: Twilio, balance: 3 USD.", report.Sentence);
        Assert.False(Assert.Single(report.Causes).Certain);
    }

    [Fact]
    public async Task An_edge_that_refuses_OPTIONS_is_a_cause_and_not_ruled_out()
    {
        given.Probe.Answer(Given.Up(status: 503, detail: "Service Unavailable; X-Twilio-Error: 64001 down"));

        var report = await Run();

        var cause = Assert.Single(report.Causes);
        Assert.Equal(("edge-refuses-options", "acme.pstn.us2.twilio.com answers 503 Service Unavailable; X-Twilio-Error: 64001 down", false), (cause.Code, cause.Sentence, cause.Certain));
        Assert.Empty(report.RuledOut);
    }

    [Fact]
    public async Task Silence_is_certain_when_every_edge_was_asked()
    {
        given.Probe.Answer(Given.Silent("ashburn"), Given.Silent());

        Assert.All((await Run(edges: ["ashburn", "umatilla"])).Causes, c => Assert.Equal(("edge-unreachable", true), (c.Code, c.Certain)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ProbeState.Up)]
    public async Task Silence_beside_an_edge_that_was_not_asked_is_not_certain(ProbeState? lastKnown)
    {
        given.Probe.Answer(Given.Silent("ashburn"), Given.Up() with { State = ProbeState.Unchecked, LastKnown = lastKnown, Detail = "rate limit" });

        var report = await Run(edges: ["ashburn", "umatilla"]);

        Assert.False(Assert.Single(report.Causes).Certain);
        Assert.EndsWith("1 could not be checked.", report.Sentence);
    }

    [Fact]
    public async Task A_name_that_is_not_found_has_its_own_code()
    {
        given.Probe.Answer(Given.Silent(detail: "No address was found.") with { Code = "edge-name-not-found" });

        Assert.Equal("edge-name-not-found", Assert.Single((await Run()).Causes).Code);
    }

    [Fact]
    public async Task An_answered_call_without_a_common_codec_is_a_cause()
    {
        given.Probe.OnCall = _ => Task.FromResult(Given.Call(audio: AudioVerdict.NotMeasured, failure: "sip-no-common-codec"));

        var report = await Run(withCall: true);

        var cause = Assert.Single(report.Causes);
        Assert.Equal(("Test call", "audio", "sip-no-common-codec", true), (cause.Where, cause.What, cause.Code, cause.Certain));
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

        Assert.Contains(new NotChecked("Test call", "call and audio", "no answer within 120 s"), (await running).NotChecked);
    }

    [Fact]
    public async Task The_first_evidence_shows_once_and_before_the_call()
    {
        var shown = new List<int>();

        await Run(withCall: true, report =>
        {
            Assert.Null(report.Call);
            shown.Add(given.Probe.Calls);
            return Task.CompletedTask;
        });

        Assert.Equal([0], shown);
        Assert.Equal(1, given.Probe.Calls);
    }

    [Fact]
    public async Task No_call_is_placed_unless_asked_for()
    {
        await Run(progress: _ => throw new InvalidOperationException("There is nothing to wait for."));

        Assert.Equal(0, given.Probe.Calls);
    }
}
