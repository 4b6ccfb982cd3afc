using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Slack.Installs;

public static class InstallRoutes
{
    /// <summary>Installation by OAuth: <c>/slack/install</c> sends the browser to Slack, <c>/slack/oauth</c> takes it back.</summary>
    public static IEndpointRouteBuilder MapSlackInstall(this IEndpointRouteBuilder routes)
    {
        var pages = routes.ServiceProvider.GetRequiredService<InstallPages>();
        routes.MapGet("/slack/install", pages.Begin);
        routes.MapGet("/slack/oauth", pages.EndAsync);
        return routes;
    }
}

/// <summary>
/// Slack: "Installing with OAuth". What is shown is written here and nowhere else; nothing of Slack's answer or of the address stands on a page but the
/// names of the workspace and Slack's word for an error, both made harmless.
/// </summary>
internal sealed partial class InstallPages(
    InstallState states, OAuthAccess oauth, InstallBook book, IOptions<SlackOptions> options, ILogger<InstallPages> log)
{
    /// <summary>Secure, for this host and all of it: a cookie of that name can't be planted by another host.</summary>
    internal const string Cookie = "__Host-trunkbot-slack-install";

    internal IResult Begin(HttpContext context)
    {
        if (options.Value.ClientId.Length == 0)
        {
            return Page(404, "Not set up", "slack-install-off: Installation by OAuth is not set up here. Set Slack:ClientId and what belongs to it, or use Slack:BotToken.");
        }

        var (state, cookie) = states.Begin();
        context.Response.Cookies.Append(Cookie, cookie, Hold(InstallState.Lifetime));
        Harden(context.Response);
        return Results.Redirect(QueryHelpers.AddQueryString(options.Value.AuthorizeUrl.AbsoluteUri, new Dictionary<string, string?>
        {
            ["client_id"] = options.Value.ClientId,
            ["scope"] = string.Join(',', AppRegistration.Scopes),
            ["state"] = state,
            ["redirect_uri"] = RedirectUri,
        }));
    }

    internal async Task<IResult> EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (options.Value.ClientId.Length == 0)
        {
            return Begin(context);
        }

        var query = context.Request.Query;
        var isOurs = states.TryUse(One(query["state"]), context.Request.Cookies[Cookie]);
        context.Response.Cookies.Delete(Cookie, Hold(null));
        if (!isOurs)
        {
            return Page(400, "Begin again", "slack-install-state: This page does not belong to an installation that this browser began in the last ten minutes, or it was used already. Begin again at /slack/install.");
        }

        if (One(query["code"]) is not { Length: > 0 and <= 500 } code)
        {
            return One(query["error"]) is "access_denied"
                ? Page(400, "Not installed", "slack-install-cancelled: The installation was cancelled in Slack; nothing was changed. To begin again, open /slack/install.")
                : Page(400, "Not installed", "slack-install-refused: Slack did not install the app. To begin again, open /slack/install.");
        }

        try
        {
            return await InstallAsync(code, cancellationToken);
        }
        catch (ChannelException e)
        {
            Log.Failed(log, e.Message);
            return Page(502, "Not installed", $"slack-install-refused: Slack did not complete the installation. To begin again, open /slack/install. What it said: {e.Message}");
        }
    }

    private string RedirectUri => new Uri(options.Value.PublicUrl!, "/slack/oauth").AbsoluteUri;

    private async Task<IResult> InstallAsync(string code, CancellationToken cancellationToken)
    {
        var install = await oauth.InstallAsync(code, RedirectUri, cancellationToken);
        var id = install.IsEnterpriseInstall ? install.EnterpriseId : install.TeamId;
        if (!SlackInstall.IsWorkspaceId(id) || !options.Value.Allows(install.IsEnterpriseInstall ? null : install.TeamId, install.EnterpriseId))
        {
            Log.NotAllowed(log, ShownText.Cut(id ?? "", 40));
            await oauth.GiveBackAsync(install, cancellationToken);
            return Page(403, "Not allowed here", $"slack-workspace-not-allowed: This bot does not serve the workspace {Shown(install.Name)} ({Shown(id ?? "without id")}). Its operator can add the id to Slack:AllowedWorkspaces.");
        }

        await book.SaveAsync(install, cancellationToken);
        Log.Installed(log, install.Workspace);
        var missing = AppRegistration.Scopes.Except(install.Scope.Split(',', StringSplitOptions.TrimEntries)).ToList();
        return Page(
            200,
            "Installed",
            $"TrunkBot is installed in {Shown(install.Name)} ({install.Workspace}). Invite it to a channel with /invite @TrunkBot, or write to it directly."
                + (missing.Count > 0 ? $" Slack did not grant {string.Join(", ", missing)}: make the app's scopes those of its manifest and install it again." : ""));
    }

    private static string Shown(string text) => ShownText.Cut(text, 80);

    private static string? One(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 1 ? values[0] : null;

    private static CookieOptions Hold(TimeSpan? age) => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = age };

    private static void Harden(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static HtmlPage Page(int status, string title, string text) => new HtmlPage(status, title, text);

    private sealed record HtmlPage(int Status, string Title, string Text) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            Harden(httpContext.Response);
            httpContext.Response.StatusCode = Status;
            httpContext.Response.ContentType = "text/html; charset=utf-8";
            var (title, text) = (HtmlEncoder.Default.Encode(Title), HtmlEncoder.Default.Encode(Text));
            return httpContext.Response.WriteAsync($$"""
                <!doctype html>
                <html lang="en">
                <head><meta charset=utf-8><meta name="viewport" content="width=device-width"><title>TrunkBot: {{title}}</title>
                <style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style></head>
                <body><main><h1>{{title}}</h1><p>{{text}}</p></main></body>
                </html>
                """);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2516, LogLevel.Information, "Installed in Slack workspace {Workspace}")]
        public static partial void Installed(ILogger logger, string workspace);

        [LoggerMessage(2517, LogLevel.Warning, "An installation in Slack workspace {Workspace} was refused: it is not one of Slack:AllowedWorkspaces")]
        public static partial void NotAllowed(ILogger logger, string workspace);

        [LoggerMessage(2518, LogLevel.Warning, "An installation in Slack failed: {Why}")]
        public static partial void Failed(ILogger logger, string why);
    }
}
