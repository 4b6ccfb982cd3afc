using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Incoming;

namespace TrunkBot.Slack.Installs;

/// <summary>Ends an installation beside the delivery that told of it: Slack is asked first whether it is true, and waits for an answer to the delivery meanwhile.</summary>
internal sealed partial class Removal
{
    /// <summary>Between attempts. After the last one the installation stands until its workspace is uninstalled again or <c>/slack/install</c> replaces it.</summary>
    internal static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    private readonly IEnumerable<IInstallEvents> installs;
    private readonly IBackgroundWork background;
    private readonly TimeProvider time;
    private readonly ILogger<Removal> log;
    private readonly Counter<long> failures;

    public Removal(IEnumerable<IInstallEvents> installs, IBackgroundWork background, TimeProvider time, IMeterFactory meters, ILogger<Removal> log)
    {
        (this.installs, this.background, this.time, this.log) = (installs, background, time, log);
        failures = meters.Create(Refusals.MeterName).CreateCounter<long>("trunkbot.slack.removal_failures", "{attempt}", "Attempts to end an installation that failed");
    }

    /// <summary>Starts it and returns at once.</summary>
    public void Begin(string workspace) => background.Run($"removal of Slack workspace {workspace}", token => EndAsync(workspace, token));

    private async Task EndAsync(string workspace, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                foreach (var install in installs)
                {
                    await install.RemovedAsync(workspace, cancellationToken);
                }

                return;
            }
#pragma warning disable CA1031 // Nobody else hears of it: Slack has its answer already.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                failures.Add(1);
                if (attempt == Pauses.Length)
                {
                    Log.GivenUp(log, e, workspace);
                    return;
                }

                Log.Failed(log, e, workspace, Pauses[attempt]);
            }

            await Task.Delay(Pauses[attempt], time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2516, LogLevel.Warning, "The installation in Slack workspace {Workspace} could not be ended; again in {Pause}")]
        public static partial void Failed(ILogger logger, Exception exception, string workspace, TimeSpan pause);

        [LoggerMessage(2517, LogLevel.Error, "The installation in Slack workspace {Workspace} could not be ended and its token is still stored: see why, then install and uninstall the app there once more")]
        public static partial void GivenUp(ILogger logger, Exception exception, string workspace);
    }
}
