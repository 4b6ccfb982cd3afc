using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Life;

/// <summary>Makes changes that nobody has stored yet.</summary>
public sealed class Drafts(Planner planner, ISites sites, Redactor redactor, TimeProvider time)
{
    /// <summary>Reads the systems and makes the plan; stores nothing.</summary>
    /// <returns>The change without an id, and the act behind it.</returns>
    /// <exception cref="SystemFailureException">A system could not be read.</exception>
    public async Task<(Change Draft, AuditEntry Because)> MakeAsync(
        TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken)
    {
        var intent = goal.Intent;
        var site = sites.Find(intent.Site) ?? throw new SystemFailureException(
            "site-unknown", $"There is no site profile {intent.Site}.", $"Choose one of: {string.Join(", ", sites.All.Select(s => s.Name))}.");
        if (site.Ticket?.Wrong(TrunkParameters.TicketOf(values)) is { } wrong)
        {
            throw new SystemFailureException("ticket-number", $"ticket: {wrong}.", "Say the line again with ticket=NUMBER.");
        }

        var redaction = redactor.For(site);
        var read = await planner.ReadAsync(goal, site, cancellationToken);
        var plan = planner.Plan(goal, values, site, read);
        var now = time.GetUtcNow();
        var because = new AuditEntry(now, requester.Id, "planned", null, plan.Hash, $"{Purpose(goal)} {intent.Name} at {intent.Site}")
        {
            Trunk = intent.Name,
            TicketNumber = plan.TicketNumber,
            Via = requester.Via,
        };
        return (
            new Change
            {
                Id = "",
                State = ChangeState.Planned,
                Plan = plan,
                Requester = requester,
                Editors = [requester],
                Created = now,
                Steps = [.. plan.Steps.Select(s => new StepProgress { StepId = s.Id, State = StepProgressState.Waiting })],
                Snapshots = redaction.Clean(read),
            },
            because);
    }

    private static string Purpose(TrunkGoal goal) => goal switch
    {
        { Removes: true } => "removal of trunk",
        { Owned: not null } => "change of trunk",
        _ => "trunk",
    };
}
