using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Storage.Audit;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Life;

/// <summary>Changes in the database: state, decisions and audit of one act in one transaction.</summary>
internal sealed class ChangeStore(IDatabase database) : IChangeStore
{
    /// <summary>Of a change's id; its number follows.</summary>
    internal const string Prefix = "CHG-";

    // Kept in columns or rows of their own.
    private static readonly string[] Apart = ["plan", "snapshots", "decisions"];

    public async Task<VersionedChange> AddAsync(Change draft, AuditEntry because, CancellationToken cancellationToken)
    {
        using var turn = await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var row = new ChangeRow
        {
            State = draft.State,
            TrunkName = draft.Plan.Intent.Name,
            Site = draft.Plan.Intent.Site,
            Plan = JsonSerializer.Serialize(draft.Plan, PlanJson.Options),
            Snapshots = JsonSerializer.Serialize(draft.Snapshots, PlanJson.Options),
            Body = "{}",
            Version = 1,
        };
        context.Changes.Add(row);
        await context.SaveChangesAsync(cancellationToken);

        var change = draft with { Id = $"{Prefix}{row.Number}" };
        row.Body = BodyOf(change);
        context.Decisions.AddRange(change.Decisions.Select((d, i) => RowOf(row.Number, i, d)));
        await context.SaveChangesAsync(cancellationToken);
        await context.AppendAuditAsync(because with { ChangeId = change.Id }, null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new VersionedChange(change, row.Version);
    }

    public async Task<VersionedChange?> FindAsync(string changeId, CancellationToken cancellationToken)
    {
        if (NumberOf(changeId) is not { } number)
        {
            return null;
        }

        await using var context = database.Open();
        var found = await WithDecisions(context, context.Changes.Where(c => c.Number == number)).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : new VersionedChange(ChangeOf(found.Row, found.Decisions), found.Row.Version);
    }

    public async Task<long?> UpdateAsync(Change change, long version, AuditEntry? because, CancellationToken cancellationToken)
    {
        var number = NumberOf(change.Id) ?? throw new ArgumentException($"{change.Id} is not the id of a change.", nameof(change));
        using var turn = because is null ? null : await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var next = version + 1;
        var body = BodyOf(change);
        var awaitsReview = change.BreakGlass is { Review: null };
        var written = await context.Changes
            .Where(c => c.Number == number && c.Version == version)
            .ExecuteUpdateAsync(
                set => set.SetProperty(c => c.State, change.State).SetProperty(c => c.Body, body).SetProperty(c => c.Version, next).SetProperty(c => c.AwaitsReview, awaitsReview),
                cancellationToken);
        if (written == 0)
        {
            return null;
        }

        var known = await context.Decisions.CountAsync(d => d.ChangeNumber == number, cancellationToken);
        List<DecisionRow> taken = [.. change.Decisions.Skip(known).Select((d, i) => RowOf(number, known + i, d))];
        context.Decisions.AddRange(taken);
        await context.SaveChangesAsync(cancellationToken);
        if (because is not null)
        {
            // A decision is an act of its own, so there is at most one.
            var evidence = taken is [var decision, ..] ? new Evidence($"{Evidence.Decision}:{decision.Ordinal}:{change.Id}", DecisionRow.Seal(decision)) : null;
            await context.AppendAuditAsync(because, evidence, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return next;
    }

    public async Task<IReadOnlyList<Change>> ListAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var found = await WithDecisions(context, context.Changes.Where(c => states.Contains(c.State)).OrderByDescending(c => c.Number))
            .ToListAsync(cancellationToken);
        return [.. found.Select(f => ChangeOf(f.Row, f.Decisions))];
    }

    public async Task<IReadOnlyList<ChangeSummary>> SummariesAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Changes.Where(c => states.Contains(c.State)).OrderByDescending(c => c.Number)
            .Select(c => new { c.TrunkName, c.Body, Plan = c.State == ChangeState.Planned ? c.Plan : null }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => JsonSerializer.Deserialize<ChangeSummary>(row.Body, PlanJson.Options)! with
        {
            TrunkName = row.TrunkName,
            IsIdle = row.Plan is not null && JsonSerializer.Deserialize<TrunkPlan>(row.Plan, PlanJson.Options)!.IsEmpty,
        })];
    }

    public async Task<IReadOnlyList<Change>> ListUnreviewedAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var found = await WithDecisions(context, context.Changes.Where(c => c.AwaitsReview).OrderBy(c => c.Number)).ToListAsync(cancellationToken);
        return [.. found.Select(f => ChangeOf(f.Row, f.Decisions))];
    }

    // One query, so that a change and its decisions are of the same moment.
    private static IQueryable<Found> WithDecisions(BotDatabase context, IQueryable<ChangeRow> changes) => changes
        .AsNoTracking()
        .Select(c => new Found(c, context.Decisions.Where(d => d.ChangeNumber == c.Number).OrderBy(d => d.Ordinal).ToList()));

    private sealed record Found(ChangeRow Row, List<DecisionRow> Decisions);

    /// <summary>Null for what is no change's id.</summary>
    internal static int? NumberOf(string changeId) =>
        changeId.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(changeId.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string BodyOf(Change change)
    {
        var body = JsonSerializer.SerializeToNode(change, PlanJson.Options)!.AsObject();
        foreach (var part in Apart)
        {
            body.Remove(part);
        }

        return body.ToJsonString(PlanJson.Options);
    }

    private static Change ChangeOf(ChangeRow row, IEnumerable<DecisionRow> decisions)
    {
        var body = JsonNode.Parse(row.Body)!.AsObject();
        body["plan"] = JsonNode.Parse(row.Plan);
        body["snapshots"] = JsonNode.Parse(row.Snapshots);
        return body.Deserialize<Change>(PlanJson.Options)! with
        {
            Decisions = [.. decisions.OrderBy(d => d.Ordinal).Select(d =>
                new Decision(new Actor(d.ById, d.ByName), d.Approved, d.Reason, d.PlanHash, d.At))],
        };
    }

    private static DecisionRow RowOf(int number, int ordinal, Decision decision) => new()
    {
        ChangeNumber = number,
        Ordinal = ordinal,
        ById = decision.By.Id,
        ByName = CanonicalText.Storable(decision.By.DisplayName),
        Approved = decision.Approved,
        Reason = decision.Reason is null ? null : CanonicalText.Storable(decision.Reason),
        PlanHash = decision.PlanHash,
        At = CanonicalText.Storable(decision.At),
    };
}
