namespace TrunkBot.Slack.Incoming;

/// <summary>Told when a workspace ends its install.</summary>
internal interface IInstallEvents
{
    /// <summary>The app was removed, or its bot token revoked: the token is worth nothing any more.</summary>
    /// <param name="workspace">Id of the team or, of an organisation-wide install, of the enterprise.</param>
    Task EndedAsync(string workspace, CancellationToken cancellationToken);
}
