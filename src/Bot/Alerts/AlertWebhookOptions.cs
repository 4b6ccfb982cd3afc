using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Alerts;

/// <summary>What each source proves itself with. Section <c>AlertWebhooks</c>. A source without a secret is refused.</summary>
public sealed class AlertWebhookOptions
{
    /// <summary>Section name in the settings.</summary>
    public const string Section = "AlertWebhooks";

    public LoginOptions Alertmanager { get; set; } = new();

    public LoginOptions Opsgenie { get; set; } = new();

    public PagerDutyOptions PagerDuty { get; set; } = new();

    public GrafanaOptions Grafana { get; set; } = new();

    /// <summary>Largest message that is read, in bytes.</summary>
    [Range(4096, 16 * 1024 * 1024)]
    public int LargestBody { get; set; } = 1024 * 1024;
}

/// <summary>A login in the header Authorization: Basic with user and password, or Bearer with a token. Either, or both while one is taken out of use.</summary>
public class LoginOptions
{
    public string User { get; set; } = "";

    /// <summary>A secret.</summary>
    public string Password { get; set; } = "";

    /// <summary>A secret.</summary>
    public string Token { get; set; } = "";
}

public sealed class PagerDutyOptions
{
    /// <summary>Secrets of the webhook subscriptions; PagerDuty shows each once, when it is made.</summary>
    public IList<string> Secrets { get; set; } = [];
}

/// <summary>With a secret, the signature is asked for and nothing else will do; without, a login.</summary>
public sealed class GrafanaOptions : LoginOptions
{
    /// <summary>The contact point's HMAC secret.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Header with the time of the signature, as the contact point names it; empty: it sends none, and an old message can be sent again.</summary>
    public string TimestampHeader { get; set; } = "";
}
