using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Changes.Tests.Plans;

public sealed class PlannerTests
{
    private readonly FakeSystem _twilio = new("twilio", "tw", new FakeObject("inbound", StepPhase.Inbound), new FakeObject("trunk", StepPhase.Twilio));
    private readonly FakeSystem _perimeta = new("perimeta", "sbc", new FakeObject("whitelist", StepPhase.Whitelist), new FakeObject("late", StepPhase.Binding));
    private readonly FakeSystem _cfs = new("metaswitch", "cfs", new FakeObject("binding", StepPhase.Binding));

    [Fact]
    public async Task Steps_run_by_phase_and_within_a_phase_in_the_order_of_the_systems()
    {
        var plan = await PlanAsync(PlannerOf([_cfs, _perimeta, _twilio]));

        Assert.Equal(["trunk", "whitelist", "late", "binding", "inbound"], plan.Steps.Select(s => s.Id));
        Assert.Equal(["twilio", "perimeta", "metaswitch"], plan.Systems.Select(s => s.System));
    }

    [Fact]
    public async Task The_same_input_gives_the_same_hash_whatever_the_order_of_registration() =>
        Assert.Equal(
            (await PlanAsync(PlannerOf([_cfs, _perimeta, _twilio]))).Hash,
            (await PlanAsync(PlannerOf([_twilio, _cfs, _perimeta]))).Hash);

    [Fact]
    public async Task What_a_system_finds_is_among_the_findings_of_the_plan()
    {
        _perimeta.Findings.Add(new Finding("whitelist-incomplete", FindingSeverity.Warning, "Some are missing."));

        Assert.Contains((await PlanAsync(PlannerOf([_perimeta]))).Findings, f => f.Code == "whitelist-incomplete");
    }

    [Fact]
    public async Task A_step_id_that_stands_twice_is_a_bug_and_makes_no_plan()
    {
        var twin = new FakeSystem("metaswitch", "cfs", new FakeObject("whitelist", StepPhase.Binding));

        await Assert.ThrowsAsync<InvalidOperationException>(() => PlanAsync(PlannerOf([_perimeta, twin])));
    }

    [Fact]
    public async Task All_systems_are_read_at_the_same_time()
    {
        var both = new TaskCompletionSource();
        var waiting = 0;
        async Task Meet()
        {
            if (Interlocked.Increment(ref waiting) == 2)
            {
                both.SetResult();
            }

            await both.Task;
        }

        var read = await PlannerOf([new Meeting(_perimeta, Meet), new Meeting(_cfs, Meet)]).ReadAsync(new(Sample.Intent()), Sample.Site(), ChangeWorld.Ct);

        Assert.Equal(["perimeta", "metaswitch"], read.Select(r => r.System));
    }

    [Fact]
    public async Task Every_system_that_can_not_be_read_is_named()
    {
        _perimeta.ReadFailure = new SystemFailureException("sbc-unreachable", "The SBC does not answer.", "Check the network.");
        _cfs.ReadFailure = new SystemFailureException("cfs-login", "The CFS refuses the login.", "Check the password.");

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => PlanAsync(PlannerOf([_cfs, _perimeta, _twilio])));

        Assert.Equal("sbc-unreachable", e.Code);
        Assert.Equal("The SBC does not answer. The CFS refuses the login.", e.Message);
        Assert.Equal("Check the network. Check the password.", e.Fix);
    }

    [Fact]
    public void One_edge_gives_no_cross_system_finding() => Assert.Empty(CrossSystemLints.Check(Sample.Intent("umatilla")));

    [Fact]
    public void All_edges_give_no_cross_system_finding() =>
        Assert.Empty(CrossSystemLints.Check(Sample.Intent([.. EdgeCatalogue.Shipped.Edges.Select(e => e.Name)])));

    [Fact]
    public void With_some_edges_every_adjacency_that_the_contact_does_not_name_is_warned_about()
    {
        var findings = CrossSystemLints.Check(Sample.Intent("umatilla", "ashburn"));

        var finding = Assert.Single(findings);
        Assert.Equal("signaling-peer-differs-from-contact", finding.Code);
        Assert.Equal(FindingSeverity.Warning, finding.Severity);
        Assert.Contains("acme-east-us1", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains("acme.pstn.us1.twilio.com", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains("acme.pstn.us2.twilio.com", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_contact_without_region_names_the_edges_that_have_no_adjacency()
    {
        var finding = Assert.Single(CrossSystemLints.Check(Sample.Intent("dublin", "dublin", "dublin", "dublin", "dublin", "dublin", "dublin", "dublin")));

        Assert.Equal("contact-without-region", finding.Code);
        Assert.Contains("ashburn, umatilla, frankfurt, tokyo, singapore, sydney, sao-paulo", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_break_in_a_name_stops_the_plan()
    {
        var findings = CrossSystemLints.Check(Sample.Intent() with { Name = "acme\nno adjacency core", Realm = "a\u0007" });

        Assert.Equal(["The trunk name holds a line break or another control character.", "The realm holds a line break or another control character."], findings.Select(f => f.Sentence));
        Assert.All(findings, f => Assert.Equal(FindingSeverity.Error, f.Severity));
    }

    private static Planner PlannerOf(INetworkSystem[] systems) => new(systems, new Redactor(new ChangeWorld()));

    private static async Task<TrunkPlan> PlanAsync(Planner planner) => planner.Plan(
        new(Sample.Intent()), Sample.Values, Sample.Site(), await planner.ReadAsync(new(Sample.Intent()), Sample.Site(), ChangeWorld.Ct));

    private sealed class Meeting(FakeSystem inner, Func<Task> meet) : INetworkSystem
    {
        public string Name => inner.Name;

        public string Title => inner.Title;

        public string ElementOf(Trunks.Sites.SiteProfile site) => inner.ElementOf(site);

        public async Task<SystemSnapshot> ReadAsync(TrunkGoal goal, Trunks.Sites.SiteProfile site, CancellationToken cancellationToken)
        {
            await meet();
            return await inner.ReadAsync(goal, site, cancellationToken);
        }

        public SystemPlan Plan(TrunkGoal goal, Trunks.Sites.SiteProfile site, SystemSnapshot snapshot) => inner.Plan(goal, site, snapshot);

        public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => inner.ApplyAsync(step, context, cancellationToken);

        public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => inner.ObserveAsync(step, context, cancellationToken);

        public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) => inner.UndoAsync(step, context, cancellationToken);
    }
}
