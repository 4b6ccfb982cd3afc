using TrunkBot.Changes.Life;

namespace TrunkBot.Sites;

/// <summary>Says in the log at start, loudly, at which sites nobody else has to approve.</summary>
internal sealed partial class OnePersonLabs(ISites sites, ILogger<OnePersonLabs> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var site in sites.All.Where(s => s.Approval.OnePersonLab))
        {
            Log.OnePersonLab(logger, site.Name);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1951, LogLevel.Warning, "SITE {Site} IS A ONE-PERSON LAB: WHO ASKS FOR A CHANGE MAY APPROVE IT. Set approval.onePersonLab to false to have it approved by somebody else")]
        public static partial void OnePersonLab(ILogger logger, string site);
    }
}
