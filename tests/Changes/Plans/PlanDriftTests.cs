using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;

namespace TrunkBot.Changes.Tests.Plans;

public sealed class PlanDriftTests
{
    [Fact]
    public void Nothing_changed_gives_no_drift() => Assert.Empty(Drift("a\nb", "a\nb"));

    [Fact]
    public void Lines_of_a_command_line_interface_are_compared() =>
        Assert.Equal(
            "Perimeta (sbc) changed since it was planned: gone: attach; new: deactivation-mode normal.",
            Assert.Single(Drift("adjacency sip x\n  attach\n", "adjacency sip x\n  deactivation-mode normal\n")));

    [Fact]
    public void The_same_line_one_time_more_is_a_difference() =>
        Assert.Equal("Perimeta (sbc) changed since it was planned: new: exit.", Assert.Single(Drift("exit\nx", "exit\nx\nexit")));

    [Fact]
    public void JSON_on_one_line_is_compared_by_its_properties() =>
        Assert.Equal(
            "Perimeta (sbc) changed since it was planned: gone: secure: false; new: secure: true.",
            Assert.Single(Drift("""{"sid":"TK1","secure":false}""", """{"sid":"TK1","secure":true}""")));

    [Fact]
    public void What_a_list_of_JSON_holds_more_or_less_is_named_and_what_changed_in_it_has_its_way() =>
        Assert.Equal(
            "Perimeta (sbc) changed since it was planned: gone: trunks[acme].secure: false | trunks[acme].addresses[203.0.113.0]; new: trunks[acme].secure: true | trunks[theirs].",
            Assert.Single(Drift(
                """{"trunks":[{"friendly_name":"acme","secure":false,"addresses":[{"sid":"AL1","friendly_name":"203.0.113.0","n":1}]}]}""",
                """{"trunks":[{"friendly_name":"acme","secure":true,"addresses":[]},{"friendly_name":"theirs","secure":true}]}""")));

    [Fact]
    public void A_long_difference_is_cut_and_says_by_how_much() =>
        Assert.Equal(
            "Perimeta (sbc) changed since it was planned: new: 1 | 2 | 3 | 4 | 5 | and 4 more lines.",
            Assert.Single(Drift("x", "x\n1\n2\n3\n4\n5\n6\n7\n8\n9")));

    [Fact]
    public void A_difference_that_the_content_does_not_show_is_still_one() =>
        Assert.Equal("Perimeta (sbc) changed since it was planned: its fingerprint differs.", Assert.Single(Drift("a", "a", fingerprint: "other")));

    [Fact]
    public void Other_steps_for_the_same_system_are_a_drift_of_the_site_or_the_program()
    {
        var planned = PlanOf("f", ["create a"]);

        Assert.Equal(
            "Perimeta (sbc) is as it was, but its steps would be others now: the site profile or the program changed.",
            Assert.Single(PlanDrift.Describe(planned, [SnapshotOf("a", "f")], PlanOf("f", ["create b"]), [SnapshotOf("a", "f")])));
    }

    [Fact]
    public void A_system_that_is_gone_is_a_drift() =>
        Assert.Equal(
            "Perimeta is not part of this installation any more.",
            Assert.Single(PlanDrift.Describe(PlanOf("f", []), [], PlanOf("f", []) with { Systems = [] }, [])));

    private static IReadOnlyList<string> Drift(string before, string now, string? fingerprint = null) => [.. PlanDrift.Describe(
        PlanOf(before, []), [SnapshotOf(before, before)], PlanOf(fingerprint ?? now, []), [SnapshotOf(now, fingerprint ?? now)]).Select(d => d.ToString())];

    private static SystemSnapshot SnapshotOf(string content, string fingerprint) => new("perimeta", "sbc", Sample.Start, content, fingerprint);

    private static TrunkPlan PlanOf(string fingerprint, IReadOnlyList<string> sends) => new()
    {
        Intent = Sample.Intent(),
        Values = [],
        Systems =
        [
            new SystemPlan
            {
                System = "perimeta", Title = "Perimeta", Element = "sbc", Fingerprint = fingerprint, Objects = [], Findings = [],
                Steps = [.. sends.Select(s => new PlannedStep
                {
                    Id = "s", System = "perimeta", Element = "sbc", Phase = StepPhase.Whitelist, Title = "t", Sends = [s], UndoSends = [], Proof = "p",
                })],
            },
        ],
        Steps = [],
        Findings = [],
        Hash = "",
    };
}
