using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Installs;

/// <summary>
/// Which token speaks for a workspace: the one of the settings, or that of its installation, renewed in time (Slack: "Using token rotation": twelve
/// hours, each refresh token once). Whoever needs a new one while another is asking for it waits for that one.
/// </summary>
internal sealed partial class WorkspaceTokens(
    InstallBook book, OAuthAccess oauth, SlackWire wire, IOptions<SlackOptions> options, TimeProvider time, ILogger<WorkspaceTokens> log) : IInstallEvents
{
    private static readonly TimeSpan Early = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Lazy<Task<SlackInstall>>> renewing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> failed = new(StringComparer.Ordinal);

    /// <summary>The token to call with.</summary>
    /// <exception cref="ChannelException">There is none, or it has expired and can't be renewed.</exception>
    public async Task<string> OfAsync(string workspace, CancellationToken cancellationToken)
    {
        if (workspace == ISlackApi.App)
        {
            return options.Value.AppToken is { Length: > 0 } app
                ? app
                : throw new ChannelException("slack-app-token-missing: Slack:AppToken is empty. Make an app-level token with the scope connections:write (Basic Information) and set it.");
        }

        if (options.Value.BotToken is { Length: > 0 } fixedToken)
        {
            return options.Value.Allows(workspace, null) ? fixedToken : throw NotInstalled(workspace);
        }

        var install = (await book.FindAsync(workspace, cancellationToken))?.Install;
        if (install is null || !options.Value.Allows(install.TeamId, install.EnterpriseId))
        {
            throw NotInstalled(workspace);
        }

        var now = time.GetUtcNow();
        if (install.RefreshToken is null || install.Expires - Early > now)
        {
            return install.BotToken;
        }

        try
        {
            return HasFailedLately(install) && install.Expires > now ? install.BotToken : (await RenewOnceAsync(install, cancellationToken)).BotToken;
        }
        catch (ChannelException e) when (install.Expires > now)
        {
            // There is time left: the work goes on, and the next minute tries again.
            Log.NotRenewed(log, install.Workspace, e.Message);
            return install.BotToken;
        }
    }

    /// <summary>A token in the place of one that Slack does not accept any more; null: there is none.</summary>
    public async Task<string?> RenewAsync(string workspace, string refused, CancellationToken cancellationToken)
    {
        if (workspace == ISlackApi.App || options.Value.BotToken.Length > 0 || (await book.ReadAsync(workspace, cancellationToken))?.Install is not { } install)
        {
            return null;
        }

        if (!string.Equals(install.BotToken, refused, StringComparison.Ordinal))
        {
            return install.BotToken;
        }

        try
        {
            return install.RefreshToken is null ? null : (await RenewOnceAsync(install, cancellationToken)).BotToken;
        }
        catch (ChannelException e)
        {
            Log.NotRenewed(log, install.Workspace, e.Message);
            return null;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Slack's word may be late: by now somebody may have installed the app again. So the token is asked first.</remarks>
    public async Task RemovedAsync(string workspace, CancellationToken cancellationToken)
    {
        if ((await book.ReadAsync(workspace, cancellationToken))?.Install is not { } install)
        {
            return;
        }

        if (await wire.PostAsync(SlackMethods.Find("auth.test"), [], new("Bearer", install.BotToken), cancellationToken) is WireAnswer.Said { IsOk: true })
        {
            Log.StillThere(log, workspace);
            return;
        }

        await book.RemoveAsync(workspace, cancellationToken);
        Log.Removed(log, workspace);
    }

    private bool HasFailedLately(SlackInstall install) =>
        failed.TryGetValue(install.Workspace, out var at) && at + PauseAfterFailure > time.GetUtcNow();

    private async Task<SlackInstall> RenewOnceAsync(SlackInstall install, CancellationToken cancellationToken)
    {
        if (HasFailedLately(install))
        {
            throw new ChannelException($"slack-token-expired: The bot's token in workspace {install.Workspace} has expired and could not be renewed a moment ago. Wait a minute; if it stays so, install the app there again.");
        }

        var mine = new Lazy<Task<SlackInstall>>(() => RenewAsync(install));
        var shared = renewing.GetOrAdd(install.Workspace, mine);

        // Whoever gives up waiting must not break off what others wait for: an answer that nobody reads would be lost together with both tokens.
        return await shared.Value.WaitAsync(cancellationToken);
    }

    private async Task<SlackInstall> RenewAsync(SlackInstall old)
    {
        try
        {
            var standing = await book.ReadAsync(old.Workspace, CancellationToken.None) ?? throw NotInstalled(old.Workspace);
            if (standing.Install.BotToken != old.BotToken || standing.Install.RefreshToken is null)
            {
                return standing.Install;
            }

            var fresh = await oauth.RefreshAsync(standing.Install, CancellationToken.None);
            if (!await book.TryReplaceAsync(standing, fresh, CancellationToken.None))
            {
                // Installed again or removed while Slack answered: what stands there now is right.
                return (await book.ReadAsync(old.Workspace, CancellationToken.None))?.Install ?? throw NotInstalled(old.Workspace);
            }

            failed.TryRemove(old.Workspace, out _);
            Log.Renewed(log, old.Workspace, fresh.Expires);
            return fresh;
        }
        catch (ChannelException)
        {
            failed[old.Workspace] = time.GetUtcNow();
            throw;
        }
        finally
        {
            renewing.TryRemove(old.Workspace, out _);
        }
    }

    private static ChannelException NotInstalled(string workspace) =>
        new($"slack-not-installed: The bot is not installed in the Slack workspace {workspace}, or the workspace is not allowed. Install it at /slack/install, or set Slack:BotToken; see Slack:AllowedWorkspaces.");

    private static partial class Log
    {
        [LoggerMessage(2512, LogLevel.Information, "Renewed the token of Slack workspace {Workspace}; it holds until {Expires}")]
        public static partial void Renewed(ILogger logger, string workspace, DateTimeOffset? expires);

        [LoggerMessage(2513, LogLevel.Warning, "The token of Slack workspace {Workspace} could not be renewed: {Why}")]
        public static partial void NotRenewed(ILogger logger, string workspace, string why);

        [LoggerMessage(2514, LogLevel.Information, "Slack workspace {Workspace} removed the bot; its tokens are deleted")]
        public static partial void Removed(ILogger logger, string workspace);

        [LoggerMessage(2515, LogLevel.Information, "Slack said that workspace {Workspace} removed the bot, but its token holds: it was installed again")]
        public static partial void StillThere(ILogger logger, string workspace);
    }
}
