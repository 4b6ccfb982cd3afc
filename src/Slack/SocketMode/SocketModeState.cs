using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace TrunkBot.Slack.SocketMode;

/// <summary>How Socket Mode stands; also its entry among the health checks.</summary>
internal sealed class SocketModeState(IOptions<SlackOptions> options) : IHealthCheck
{
    private int open;
    private volatile string? stopped;

    /// <summary>Connections over which Slack delivers now.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Why there will be no more connections until the next start; null while there will.</summary>
    public string? Stopped => stopped;

    public void Opened() => Interlocked.Increment(ref open);

    public void Closed() => Interlocked.Decrement(ref open);

    public void Stop(string reason) => stopped = reason;

    /// <summary>Healthy without Socket Mode. Slack's own trouble makes nothing unhealthy: a restart would not mend it.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        options.Value.AppToken.Length == 0 ? HealthCheckResult.Healthy("Socket Mode is not used")
        : stopped is { } reason ? HealthCheckResult.Unhealthy($"Slack's Socket Mode has stopped: {reason}")
        : Open == 0 ? HealthCheckResult.Degraded("no WebSocket to Slack is open")
        : HealthCheckResult.Healthy($"{Open} WebSockets to Slack are open"));
}
