using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class TrunkHealthTests
{
    private static readonly StatusLine Fine = new(HealthState.Ok, "thing", "fine");
    private static readonly StatusLine Odd = new(HealthState.Attention, "thing", "odd", "odd-code", "look");
    private static readonly StatusLine Broken = new(HealthState.Failed, "thing", "broken", "broken-code", "mend");
    private static readonly StatusLine Unread = new(HealthState.NotAvailable, "thing", "not readable");

    private readonly Given given = new();

    private Task<HealthReport> Read(params string[] edges) => given.Health.ReadAsync(Given.Intent("acme", edges), Given.Site, Given.Ct);

    [Fact]
    public async Task The_systems_stand_in_the_order_of_a_calls_way_however_they_were_registered()
    {
        given.With("Twilio", Fine).With("Perimeta", Fine).With("Metaswitch CFS", Fine);

        Assert.Equal(["Metaswitch CFS", "Perimeta", "Twilio"], (await Read()).Systems.Select(s => s.System));
    }

    [Fact]
    public async Task All_systems_and_edges_are_asked_at_once()
    {
        var started = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task MeetAsync()
        {
            if (Interlocked.Increment(ref started) == 4)
            {
                all.SetResult();
            }

            await all.Task;
        }

        foreach (var system in new[] { "Metaswitch CFS", "Perimeta", "Twilio" })
        {
            given.Readers.Add(new FakeReader(system, async _ =>
            {
                await MeetAsync();
                return [Fine];
            }));
        }

        given.Probe.OnOptions = async (_, _) =>
        {
            await MeetAsync();
            return [Given.Up()];
        };

        Assert.Equal(HealthState.Ok, (await Read().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Given.Ct)).Overall);
    }

    [Fact]
    public async Task A_certificate_that_expires_soon_needs_attention_while_calls_pass()
    {
        given.With("Twilio", Fine).Probe.Answer(Given.Up() with { Code = "edge-certificate-expires" });

        var report = await Read();

        Assert.Equal((HealthState.Attention, "1 edge has a certificate in use that expires soon; 1 of 1 edges asked answer OPTIONS."), (report.Overall, report.Sentence.ToString()));
    }

    [Fact]
    public async Task One_system_that_hangs_does_not_hold_up_the_others()
    {
        given.With("Twilio", Fine).With("Metaswitch CFS", Fine);
        given.Readers.Add(new FakeReader("Perimeta", _ => new TaskCompletionSource<IReadOnlyList<StatusLine>>().Task));

        var reading = Read();
        given.Time.Advance(TimeSpan.FromSeconds(20));
        var report = await reading;

        Assert.Equal([null, "no answer within 20 s", null], report.Systems.Select(s => s.Problem));
        Assert.Equal((HealthState.Ok, "Everything that could be read is in order; 1 of 1 edges asked answer OPTIONS; 1 thing could not be read."), (report.Overall, report.Sentence.ToString()));
    }

    [Fact]
    public async Task A_system_that_throws_shows_the_kind_of_its_exception_only()
    {
        given.Readers.Add(new FakeReader("Perimeta", _ => throw new IOException("s3cret")));

        Assert.Equal("the check broke off (IOException)", Assert.Single((await Read()).Systems).Problem);
    }

    [Fact]
    public async Task In_order() => await Says(HealthState.Ok, "Everything that could be read is in order; 1 of 1 edges asked answer OPTIONS.", Fine);

    [Fact]
    public async Task Attention() => await Says(HealthState.Attention, "1 thing needs attention; 1 of 1 edges asked answer OPTIONS.", Fine, Odd);

    [Fact]
    public async Task Failed() =>
        await Says(HealthState.Failed, "2 things are wrong; 1 thing needs attention; 1 of 1 edges asked answer OPTIONS; 1 thing could not be read.", Broken, Odd, Broken, Unread);

    [Fact]
    public async Task Nothing_read_and_nothing_asked_is_not_available()
    {
        given.Probe.Answer(Given.Up() with { State = ProbeState.Unchecked, Status = null, Detail = "not configured" });

        await Says(HealthState.NotAvailable, "Nothing could be read; 1 edge was not asked; 1 thing could not be read.", Unread);
    }

    [Fact]
    public async Task An_edge_that_refuses_OPTIONS_needs_attention()
    {
        given.Probe.Answer(Given.Up(status: 403, detail: "Forbidden"));

        await Says(HealthState.Attention, "1 edge refuses OPTIONS; 0 of 1 edges asked answer OPTIONS.", Fine);
    }

    [Fact]
    public async Task Edges_that_are_all_silent_are_a_failure()
    {
        given.Probe.Answer(Given.Silent());

        await Says(HealthState.Failed, "1 edge does not answer; 0 of 1 edges asked answer OPTIONS.", Fine);
    }

    [Fact]
    public async Task One_silent_edge_of_two_needs_attention()
    {
        given.With("Perimeta", Fine).Probe.Answer(Given.Silent("ashburn"), Given.Up());

        var report = await Read("ashburn", "umatilla");

        Assert.Equal((HealthState.Attention, "1 edge does not answer; 1 of 2 edges asked answer OPTIONS."), (report.Overall, report.Sentence.ToString()));
    }

    [Fact]
    public async Task A_silent_edge_beside_one_that_was_not_asked_is_no_failure_of_all()
    {
        given.With("Perimeta", Fine).Probe.Answer(Given.Silent("ashburn"), Given.Up() with { State = ProbeState.Unchecked, LastKnown = ProbeState.Up });

        Assert.Equal(HealthState.Attention, (await Read("ashburn", "umatilla")).Overall);
    }

    [Fact]
    public async Task A_silent_edge_beside_one_that_was_silent_when_asked_last_is()
    {
        given.With("Perimeta", Fine).Probe.Answer(Given.Silent("ashburn"), Given.Up() with { State = ProbeState.Unchecked, LastKnown = ProbeState.Unreachable });

        Assert.Equal(HealthState.Failed, (await Read("ashburn", "umatilla")).Overall);
    }

    private async Task Says(HealthState overall, string sentence, params StatusLine[] lines)
    {
        var report = await given.With("Perimeta", lines).Health.ReadAsync(Given.Intent(), Given.Site, Given.Ct);

        Assert.Equal((overall, sentence), (report.Overall, report.Sentence.ToString()));
    }
}
