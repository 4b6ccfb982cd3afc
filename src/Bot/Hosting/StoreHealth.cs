using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrunkBot.Changes.Life;

namespace TrunkBot.Hosting;

/// <summary>Healthy while the store can be read.</summary>
internal sealed class StoreHealth(ITrunkStore trunks) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // Asked every few seconds: it must cost the same however many trunks there are.
            await trunks.PageAsync(1, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("the store can't be read", e);
        }
    }
}
