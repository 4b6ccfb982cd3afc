namespace TrunkBot.Slack.Installs;

/// <summary>What Slack tells about the bot's installations.</summary>
internal interface IInstallEvents
{
    /// <summary>Slack says that the bot was removed from a workspace or that its token was taken back (<c>app_uninstalled</c>, <c>tokens_revoked</c>).</summary>
    /// <param name="workspace">Id of the team, or of the enterprise for an organisation-wide installation.</param>
    Task RemovedAsync(string workspace, CancellationToken cancellationToken);
}
