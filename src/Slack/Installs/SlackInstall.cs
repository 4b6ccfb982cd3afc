using System.Text.RegularExpressions;

namespace TrunkBot.Slack.Installs;

/// <summary>The bot in one workspace, or in all of an organisation (Enterprise Grid), as OAuth gave it. A class, so that nothing prints its tokens.</summary>
internal sealed partial class SlackInstall
{
    /// <summary>Id of the team (T1); of the enterprise (E1) for an organisation-wide installation.</summary>
    public string Workspace => IsEnterpriseInstall ? EnterpriseId! : TeamId!;

    public string? TeamId { get; init; }

    public string? EnterpriseId { get; init; }

    public bool IsEnterpriseInstall { get; init; }

    /// <summary>What people call the workspace or organisation.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>xoxb-…</c>, or <c>xoxe.xoxb-…</c> when tokens rotate.</summary>
    public required string BotToken { get; init; }

    /// <summary>Gives the next token, once; null: tokens do not rotate.</summary>
    public string? RefreshToken { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>What was granted, comma-separated.</summary>
    public string Scope { get; init; } = "";

    public string BotUserId { get; init; } = "";

    /// <summary>The same installation with the tokens that took the place of its own.</summary>
    public SlackInstall With(SlackInstall fresh) => new()
    {
        TeamId = TeamId,
        EnterpriseId = EnterpriseId,
        IsEnterpriseInstall = IsEnterpriseInstall,
        Name = Name,
        BotToken = fresh.BotToken,
        RefreshToken = fresh.RefreshToken ?? RefreshToken,
        Expires = fresh.Expires,
        Scope = fresh.Scope,
        BotUserId = BotUserId,
    };

    public override string ToString() => Workspace;

    /// <summary>Whether it looks like the id of a team or an enterprise.</summary>
    public static bool IsWorkspaceId(string? id) => id is not null && WorkspaceId().IsMatch(id);

    [GeneratedRegex("^[TE][A-Z0-9]{1,30}\\z")]
    private static partial Regex WorkspaceId();
}
