using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.Approvals;

/// <summary>The gates one by one, and what holds for all policies and all decisions.</summary>
public sealed class GateTests
{
    private static readonly Actor[] Everybody = [Sample.Ana, Sample.Ben, Sample.Cem, Sample.Olga, Sample.Stranger];

    [Fact]
    public void Of_a_change_that_has_all_it_needs_every_gate_passes_in_the_order_of_the_stages()
    {
        var waiting = Given.Waiting(p => p);
        var gates = Judge(waiting with { State = ChangeState.Approved, Decisions = [Given.Yes(waiting, Sample.Ben)] });

        Assert.Equal(
            [
                "Plan", "Work", "Checks", "Site", "Policy", "Requester", "Approvers", "Rejections", "Approvals", "Time to decide",
                "Not before", "Not after", "Business hours", "Freeze", "Maintenance window", "Systems unchanged", "Locks",
            ],
            gates.Select(g => g.Name));
        Assert.All(gates, g => Assert.Equal((GateState.Passes, ""), (g.State, g.Code)));
        Assert.Equal(gates.Select(g => g.Stage).Order(), gates.Select(g => g.Stage));
        Assert.Equal(GateState.Passes, Gate.Outcome(gates));
    }

    [Fact]
    public void All_that_stand_against_it_are_told_and_not_the_first_only()
    {
        var change = Given.Waiting(p => p with { Requesters = ["webchat:ben"], BusinessHours = [Given.Hours("18:00", "20:00")], Needed = 2 });
        change = change with
        {
            Plan = change.Plan with { Hash = "altered" },
            Decisions = [Given.No(change, Sample.Ben, "not now")],
            Course = change.Course with { NotBefore = Sample.Start.AddHours(1) },
        };

        var gates = ApprovalGates.Judge(change, null, [new ElementLock("den-sbc-1", "CHG-9", "trunk other", Sample.Start)], Sample.Start.AddMinutes(61));

        Assert.Equal(
            ["plan-changed", "site-unknown", "requester-not-allowed", "rejected", "approvals-missing", "approval-expired", "outside-business-hours", "element-locked"],
            gates.Where(g => g.State != GateState.Passes).Select(g => g.Code));
        Assert.Equal(GateState.Fails, Gate.Outcome(gates));
    }

    [Theory]
    [InlineData("none", GateState.Waits, "approvals-missing")]
    [InlineData("ben", GateState.Passes, "")]
    [InlineData("ana", GateState.Waits, "approvals-missing")]
    [InlineData("editor", GateState.Waits, "approvals-missing")]
    [InlineData("stranger", GateState.Waits, "approvals-missing")]
    [InlineData("other plan", GateState.Waits, "approvals-missing")]
    [InlineData("fallback, not asked", GateState.Waits, "approvals-missing")]
    [InlineData("fallback, before it was asked", GateState.Waits, "approvals-missing")]
    [InlineData("fallback, asked", GateState.Passes, "")]
    public void Only_approvals_that_count_open_the_gate(string who, GateState state, string code)
    {
        var change = Given.Waiting(p => p with { EscalateAfterMinutes = 30, FallbackApprovers = [Sample.Olga.Id] });
        change = who switch
        {
            "ben" => change with { Decisions = [Given.Yes(change, Sample.Ben)] },
            "ana" => change with { Decisions = [Given.Yes(change, Sample.Ana)] },
            "editor" => change with { Editors = [Sample.Ana, Sample.Ben], Decisions = [Given.Yes(change, Sample.Ben)] },
            "stranger" => change with { Decisions = [Given.Yes(change, Sample.Stranger)] },
            "other plan" => change with { Decisions = [Given.Yes(change, Sample.Ben) with { PlanHash = "other" }] },
            "fallback, not asked" => change with { Decisions = [Given.Yes(change, Sample.Olga)] },
            "fallback, before it was asked" => change with { Decisions = [Given.Yes(change, Sample.Olga)], Course = change.Course with { Escalated = Sample.Start.AddMinutes(1) } },
            "fallback, asked" => change with { Decisions = [Given.Yes(change, Sample.Olga)], Course = change.Course with { Escalated = Sample.Start } },
            _ => change,
        };

        var gate = Judge(change).Single(g => g.Name == "Approvals");

        Assert.Equal((state, code), (gate.State, gate.Code));
        Assert.Equal(state == GateState.Passes, ApprovalRules.IsApproved(change));
    }

    [Theory]
    [InlineData(1, 1, GateState.Fails)]
    [InlineData(2, 1, GateState.Passes)]
    [InlineData(2, 2, GateState.Fails)]
    public void As_many_rejections_as_the_policy_says_close_it(int threshold, int rejections, GateState state)
    {
        var change = Given.Waiting(p => p with { DenyThreshold = threshold, Approvers = [.. Everybody.Skip(1).Select(a => a.Id)] });
        change = change with { Decisions = [.. Everybody.Skip(1).Take(rejections).Select(a => Given.No(change, a))] };

        Assert.Equal(state, Judge(change).Single(g => g.Name == "Rejections").State);
    }

    [Fact]
    public void When_too_few_are_left_who_could_approve_it_is_rejected_before_the_threshold()
    {
        var change = Given.Waiting(p => p with { DenyThreshold = 2, Needed = 2 });
        change = change with { Decisions = [Given.No(change, Sample.Ben)] };

        Assert.Equal(GateState.Fails, Judge(change).Single(g => g.Name == "Rejections").State);
    }

    [Fact]
    public void A_store_of_locks_that_does_not_answer_means_no() => Assert.Equal(
        (GateState.Fails, "lock-store-unreachable"),
        ApprovalGates.Judge(Given.Waiting(p => p), Sample.Site(), null, Sample.Start) is [.., var last] ? (last.State, last.Code) : default);

    [Fact]
    public void A_policy_that_was_edited_behind_the_programs_back_carries_nothing()
    {
        var change = Given.Waiting(p => p with { Needed = 2 });
        var approved = change with { Decisions = [Given.Yes(change, Sample.Ben)] };

        Assert.False(ApprovalRules.IsApproved(approved));
        var tampered = approved with { Policy = approved.Policy! with { Needed = 1 } };
        Assert.False(ApprovalRules.IsApproved(tampered));
        Assert.Equal("policy-altered", Judge(tampered).Single(g => g.Name == "Policy").Code);
        Assert.Equal("policy-missing", Assert.Single(ApprovalRules.Judge(tampered, new Vote(Sample.Cem, true, change.Plan.Hash, null, Sample.Start))).Code);
    }

    [Fact]
    public void The_version_names_what_the_policy_says_and_nothing_else()
    {
        var one = PolicyPin.Of(Sample.Site(), ChangeKinds.SetUp);

        Assert.Matches("^[0-9a-f]{12}$", one.Version!);
        Assert.Equal(one.Version, PolicyPin.Of(Sample.Site(), ChangeKinds.Removal).Version);
        Assert.NotEqual(one.Version, PolicyPin.Of(Sample.Site(2), ChangeKinds.SetUp).Version);
    }

    [Fact]
    public void A_kind_replaces_single_members_and_keeps_the_rest()
    {
        var site = Given.Site(p => p with { Kinds = new Dictionary<string, ApprovalOverlay> { ["removal"] = new() { Needed = 2, ReasonRequired = [ReasonFrom.Requester] } } });

        var removal = PolicyPin.Of(site, ChangeKinds.Removal);
        Assert.Equal((2, 60, "removal"), (removal.Needed, removal.ApprovalMinutes, removal.Kind));
        Assert.Equal([ReasonFrom.Requester], removal.ReasonRequired);
        Assert.Equal(["webchat:ben", "webchat:cem"], removal.Approvers);
        Assert.Equal(1, PolicyPin.Of(site, ChangeKinds.Change).Needed);
    }

    [Fact]
    public void One_person_may_approve_the_own_change_in_a_simulated_lab_that_says_so_and_nowhere_else()
    {
        var real = Given.Site(p => p with { Approvers = [Sample.Ana.Id], OnePersonLab = true });
        var lab = Given.Waiting(real with { Simulated = true });
        var site = Given.Waiting(real);

        Assert.Empty(ApprovalRules.Judge(lab, new Vote(Sample.Ana, true, lab.Plan.Hash, null, Sample.Start)));
        Assert.True(ApprovalRules.IsApproved(lab with { Decisions = [Given.Yes(lab, Sample.Ana)] }));
        Assert.Equal("approver-is-requester", Assert.Single(ApprovalRules.Judge(site, new Vote(Sample.Ana, true, site.Plan.Hash, null, Sample.Start))).Code);
        Assert.False(ApprovalRules.IsApproved(site with { Decisions = [Given.Yes(site, Sample.Ana)] }));
    }

    [Fact]
    public void No_gates_at_all_and_states_that_nobody_knows_mean_no()
    {
        Assert.Equal(GateState.Fails, Gate.Outcome([]));
        Assert.Equal(GateState.Fails, Gate.Outcome([Gate.Pass(GateStage.Static, "a", ""), new Gate(GateStage.Static, "b", (GateState)7, "", "")]));
        Assert.Equal(GateState.Waits, Gate.Outcome([Gate.Pass(GateStage.Static, "a", ""), Gate.Wait(GateStage.Lock, "b", "c", "")]));
        Assert.Equal(GateState.Fails, Gate.Outcome([Gate.Wait(GateStage.Lock, "b", "c", ""), Gate.Fail(GateStage.Static, "d", "e", "")]));
    }

    [Fact]
    public void A_gate_more_never_makes_it_easier()
    {
        var random = new Random(20261102);
        for (var i = 0; i < 5000; i++)
        {
            var gates = Enumerable.Range(0, random.Next(6)).Select(_ => new Gate(GateStage.Static, "g", (GateState)random.Next(4), "", "")).ToList();
            var more = new Gate(GateStage.Lock, "more", (GateState)random.Next(4), "", "");
            if (gates.Count > 0)
            {
                Assert.True(Gate.Outcome([.. gates, more]) <= Gate.Outcome(gates));
            }

            Assert.Equal(GateState.Fails, Gate.Outcome([.. gates, more with { State = GateState.Fails }]));
        }
    }

    [Fact]
    public void Whatever_the_policy_and_whatever_was_decided_nobody_carries_a_plan_that_they_took_part_in()
    {
        var random = new Random(5);
        var approved = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var change = RandomChange(random);
            if (!ApprovalRules.IsApproved(change))
            {
                continue;
            }

            // Without the word of those who took part it must stand all the same.
            approved++;
            bool TookPart(Actor actor) => actor.Id == change.Requester.Id || change.Editors.Any(e => e.Id == actor.Id);
            var others = change.Decisions.Where(d => d.Approved && !TookPart(d.By)).Select(d => d.By.Id).Distinct().Count();
            Assert.True(change.BreakGlass is { } glass && change.Policy!.GlassBreakers.Contains(glass.By.Id) && (change.Policy.BreakGlassByRequester || !TookPart(glass.By))
                || others >= change.Policy!.Needed);
            Assert.True(change.BreakGlass is not null || change.Decisions.Where(d => !d.Approved).Select(d => d.By.Id).Distinct().Count() < change.Policy!.DenyThreshold);
        }

        Assert.InRange(approved, 500, 19_000);
    }

    [Fact]
    public void Whatever_the_policy_a_vote_that_is_let_through_is_of_a_decider_who_took_no_part_and_has_not_voted()
    {
        var random = new Random(6);
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var change = RandomChange(random) with { State = ChangeState.WaitingForApproval };
            var vote = new Vote(Pick(random), random.Next(2) == 0, random.Next(4) == 0 ? "other" : change.Plan.Hash, random.Next(2) == 0 ? null : "because", Sample.Start.AddMinutes(random.Next(90)));
            if (ApprovalRules.Judge(change, vote).Count > 0)
            {
                continue;
            }

            accepted++;
            Assert.NotEqual(change.Requester.Id, vote.By.Id);
            Assert.DoesNotContain(vote.By.Id, change.Editors.Select(e => e.Id));
            Assert.DoesNotContain(vote.By.Id, change.Decisions.Select(d => d.By.Id));
            Assert.Contains(vote.By.Id, change.Policy!.Approvers.Concat(change.Course.Escalated is null ? [] : change.Policy.Fallback));
            Assert.Equal(change.Plan.Hash, vote.PlanHash);
            Assert.True(vote.At < change.ApprovalExpires);
        }

        Assert.InRange(accepted, 500, 10_000);
    }

    [Fact]
    public void A_rejection_more_or_an_approval_less_never_approves_what_was_not()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var change = RandomChange(random);
            if (ApprovalRules.IsApproved(change))
            {
                continue;
            }

            Assert.False(ApprovalRules.IsApproved(change with { Decisions = [.. change.Decisions, Given.No(change, Pick(random))] }));
            Assert.False(ApprovalRules.IsApproved(change with { Decisions = [.. change.Decisions.Where(d => !d.Approved || random.Next(2) == 0)] }));
            Assert.False(ApprovalRules.IsApproved(change with { Policy = null }));
        }
    }

    private static readonly Change Base = Given.Waiting(p => p);

    private static Actor Pick(Random random) => Everybody[random.Next(Everybody.Length)];

    private static Change RandomChange(Random random)
    {
        IReadOnlyList<string> Some() => [.. Everybody.Where(_ => random.Next(2) == 0).Select(a => a.Id)];
        var site = Given.Site(p => p with
        {
            Approvers = Some(),
            Needed = random.Next(-1, 4),
            DenyThreshold = random.Next(0, 3),
            EscalateAfterMinutes = random.Next(2) == 0 ? null : 30,
            FallbackApprovers = Some(),
            BreakGlass = random.Next(3) == 0 ? Some() : [],
            BreakGlassByRequester = random.Next(2) == 0,
            ReasonRequired = [.. Enum.GetValues<ReasonFrom>().Where(_ => random.Next(2) == 0)],
            OnePersonLab = random.Next(2) == 0,
        });
        return Base with
        {
            Policy = PolicyPin.Of(site, ChangeKinds.SetUp),
            Editors = [Sample.Ana, .. Everybody.Where(_ => random.Next(4) == 0)],
            Course = Base.Course with { Escalated = random.Next(2) == 0 ? null : Sample.Start.AddMinutes(random.Next(-5, 5)) },
            Decisions = [.. Enumerable.Range(0, random.Next(5)).Select(_ => new Decision(Pick(random), random.Next(4) > 0, null, random.Next(6) == 0 ? "other" : Base.Plan.Hash, Sample.Start))],
            BreakGlass = random.Next(8) == 0 ? new BreakGlass(Pick(random), "why", Sample.Start, random.Next(3) == 0 ? "other" : Base.Plan.Hash, []) : null,
        };
    }

    private static IReadOnlyList<Gate> Judge(Change change) => ApprovalGates.Judge(change, Sample.Site(), [], Sample.Start.AddMinutes(5));
}
