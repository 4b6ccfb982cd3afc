using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Health;

/// <summary>A probe whose usual test calls are kept, whoever placed them: a person, a diagnosis, or a change that proves itself.</summary>
internal sealed class RecordedProbe(ITrunkProbe probe, HealthLog log) : ITrunkProbe
{
    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => probe.OptionsAsync(intent, site, cancellationToken);

    public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => probe.AddressesAsync(intent, site, cancellationToken);

    public async Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var call = await probe.CallAsync(order, intent, site, cancellationToken) with { Origin = order.Origin };

        // The history of a trunk is that of its usual test call: one past the switch that fails, or a number that plays nothing back, would spoil its figures.
        if (order is { Route: CallRoute.ThroughSwitch, To: null })
        {
            log.Called(intent.Name, call);
        }

        return call;
    }
}
