using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Tests.World;

namespace TrunkBot.Changes.Tests.Approvals;

public sealed class PolicyExplanationTests
{
    [Fact]
    public void It_tells_who_could_decide_and_of_everybody_else_why_not()
    {
        var change = Given.Waiting(p => p with { Approvers = [Sample.Ana.Id, Sample.Ben.Id, Sample.Cem.Id, Sample.Stranger.Id], EscalateAfterMinutes = 30, FallbackApprovers = [Sample.Olga.Id], DenyThreshold = 2 });
        change = change with { Editors = [Sample.Ana, Sample.Cem], Decisions = [Given.No(change, Sample.Ben)] };

        var answer = PolicyExplanation.Answer(change, Sample.Site(), [], Sample.Start.AddMinutes(5));

        Assert.Equal([Sample.Stranger.Id], answer.Able);
        Assert.Equal(
            [
                (Sample.Ana.Id, "asked for the change"), (Sample.Ben.Id, "rejected it already"), (Sample.Cem.Id, "edited the draft"),
                (Sample.Olga.Id, "a fallback approver, asked when nobody decided within 30 minutes"),
            ],
            answer.Excluded);
        Assert.Equal(GateState.Waits, answer.Outcome);
    }

    [Fact]
    public void Before_submission_it_is_todays_policy_and_after_the_end_nobody_could_decide()
    {
        var draft = Given.Waiting(p => p) with { State = ChangeState.Planned, Policy = null, ApprovalExpires = null, Course = new ApprovalCourse() };

        Assert.Equal([Sample.Ben.Id, Sample.Cem.Id], PolicyExplanation.Answer(draft, Sample.Site(), [], Sample.Start).Able);
        Assert.Equal("not-submitted", PolicyExplanation.Answer(draft, Sample.Site(), [], Sample.Start).Gates.Single(g => g.Name == "Approvals").Code);
        Assert.Equal("policy-missing", PolicyExplanation.Answer(draft, null, [], Sample.Start).Gates.Single(g => g.Name == "Policy").Code);
        var rejected = PolicyExplanation.Answer(Given.Waiting(p => p) with { State = ChangeState.Rejected }, Sample.Site(), [], Sample.Start);
        Assert.Empty(rejected.Able);
        Assert.Equal("nobody is asked any more: it is Rejected", rejected.Excluded[0].Why);
    }
}
