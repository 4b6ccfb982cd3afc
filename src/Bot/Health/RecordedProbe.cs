using TrunkBot.Diagnostics;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Health;

/// <summary>A probe whose test calls are kept, whoever placed them: a person, a diagnosis, or a change that proves itself.</summary>
internal sealed class RecordedProbe(ITrunkProbe probe, HealthLog log) : ITrunkProbe
{
    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => probe.OptionsAsync(intent, site, cancellationToken);

    public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => probe.AddressesAsync(intent, site, cancellationToken);

    public async Task<TestCall> CallAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var call = await probe.CallAsync(intent, site, cancellationToken) with { Origin = CallOrigin.Current };
        log.Called(intent.Name, call);
        return call;
    }
}
