using System.Net;
using System.Net.Http.Json;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.ClusterSilo;

/// <summary>
/// Driver of a simulated network element: a step is two requests, as an SBC's is: begin an edit, commit it. The element counts its configurations, and takes a
/// commit only onto the one that the edit began with.
/// </summary>
internal sealed class SimulatedElement(Uri simulator, string silo, TimeProvider time) : INetworkSystem, IDisposable
{
    private static readonly string[] Steps = ["whitelist", "adjacency", "activation", "binding"];

    private readonly HttpClient _http = new() { BaseAddress = simulator, Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { { "X-Silo", silo } } };

    public string Name => "perimeta";

    public string Title => "Perimeta";

    public string ElementOf(SiteProfile site) => site.Perimeta.Element;

    public async Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
    {
        var holds = await HoldsAsync(ElementOf(site), goal.Intent.Name, cancellationToken);
        return new SystemSnapshot(Name, ElementOf(site), time.GetUtcNow(), string.Join('\n', holds), $"{holds.Count} steps");
    }

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) => new()
    {
        System = Name,
        Title = Title,
        Element = ElementOf(site),
        Fingerprint = snapshot.Fingerprint,
        Objects = [],
        Findings = [],
        Steps = [.. Steps.Except(snapshot.Content.Split('\n')).Select(id => new PlannedStep
        {
            Id = id,
            System = Name,
            Element = ElementOf(site),
            Phase = StepPhase.Whitelist,
            Title = $"Create {id}",
            Sends = [$"create {id}"],
            UndoSends = [$"delete {id}"],
            Proof = "it is there",
        })],
    };

    public async Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        var where = $"elements/{step.Element}/{context.Intent.Name}/{step.Id}";
        try
        {
            Record(context, WireDirection.Sent, "begin");
            using var begun = await _http.PostAsync(new Uri($"{where}/begin", UriKind.Relative), null, cancellationToken);
            var configuration = await begun.Content.ReadAsStringAsync(cancellationToken);
            Record(context, WireDirection.Received, configuration);
            Record(context, WireDirection.Sent, $"commit onto {configuration}");
            using var committed = await _http.PostAsync(new Uri($"{where}/commit?onto={configuration}", UriKind.Relative), null, cancellationToken);
            Record(context, WireDirection.Received, $"{committed.StatusCode}");
            return committed.StatusCode == HttpStatusCode.OK
                ? StepResult.Done("It is there.")
                : StepResult.Failed("sbc-config-changed", "Somebody else has committed since.", "Look at it; then retry.", outcomeKnown: false);
        }
        catch (HttpRequestException e)
        {
            return StepResult.Failed("sbc-unreachable", e.Message, "Retry.", outcomeKnown: false);
        }
    }

    public async Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        (await HoldsAsync(step.Element, context.Intent.Name, cancellationToken)).Contains(step.Id) ? new(StepState.Done, "Seen.") : new(StepState.NotBegun, "Not there.");

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No test takes anything back.");

    public void Dispose() => _http.Dispose();

    private void Record(StepContext context, WireDirection direction, string text) => context.Record(new WireExchange(time.GetUtcNow(), direction, text));

    private async Task<IReadOnlyList<string>> HoldsAsync(string element, string trunk, CancellationToken cancellationToken)
    {
        try
        {
            return (await _http.GetFromJsonAsync<List<string>>(new Uri($"elements/{element}/{trunk}", UriKind.Relative), cancellationToken))!;
        }
        catch (HttpRequestException e)
        {
            throw new SystemFailureException("sbc-unreachable", e.Message, "Retry.", e);
        }
    }
}
