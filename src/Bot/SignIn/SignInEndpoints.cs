using System.Net;
using System.Text;
using TrunkBot.Changes;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;

namespace TrunkBot.SignIn;

/// <summary>
/// The pages of the sign-in. The link leads to a page with a button, because chat programs open links to look at them; the button leads to the
/// provider, and the provider back here, where the chat user is bound to the account if the token names both.
/// </summary>
internal sealed partial class SignInEndpoints(SignInLinks links, OpenIdProvider provider, Accounts accounts, PeopleBook people, ILogger<SignInEndpoints> logger)
{
    // Bound to the host and never sent over plain http (RFC 6265bis, 4.1.3).
    private const string Cookie = "__Host-trunkbot-sign-in";

    public IResult Show(string token) => links.IsGood(token)
        ? Page(200, "Sign in", "This lets TrunkBot know which account of the site your chat user is. Go on only if you asked TrunkBot for this link yourself.", withButton: true)
        : Gone();

    public async Task<IResult> BeginAsync(string token, HttpContext http)
    {
        if (links.Begin(token) is not { } attempt)
        {
            return Gone();
        }

        try
        {
            var url = await provider.AuthorizeUrlAsync(attempt, http.RequestAborted);
            http.Response.Cookies.Append(Cookie, attempt.Browser, new CookieOptions { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = TimeSpan.FromMinutes(10) });
            http.Response.Headers.Location = url.AbsoluteUri;
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        catch (SignInException e)
        {
            return Failed(e);
        }
    }

    public async Task<IResult> EndAsync(string? state, string? code, string? error, string? iss, HttpContext http)
    {
        var attempt = links.End(state ?? "", http.Request.Cookies[Cookie] ?? "");
        http.Response.Cookies.Delete(Cookie, new CookieOptions { Secure = true, Path = "/" });
        if (attempt is null)
        {
            return Refused("sign-in-state", "This sign-in is not one that this browser has begun, or it is over already. Ask TrunkBot for a new link.");
        }

        if (error is not null || code is null)
        {
            return Refused("sign-in-cancelled", "The sign-in was cancelled or refused by the provider. Nothing was changed; ask TrunkBot for a new link to try again.");
        }

        try
        {
            return await BindAsync(attempt.Link, await provider.WhoAsync(attempt, code, iss, http.RequestAborted), http.RequestAborted);
        }
        catch (SignInException e)
        {
            return Failed(e);
        }
    }

    private async Task<IResult> BindAsync(Link link, SignedIn signedIn, CancellationToken cancellationToken)
    {
        if (!string.Equals(UserIds.Read(signedIn.User), link.User, StringComparison.Ordinal))
        {
            Log.OtherUser(logger, link.User);
            return Refused("sign-in-other-user", "You signed in as somebody else than the chat user for whom the link was made. Ask TrunkBot for a link of your own, and sign in as yourself.");
        }

        if (accounts.OfSubject(link.ProviderName, signedIn.Subject) is not { } account)
        {
            return Refused("sign-in-no-account", $"You are signed in, but no account of the site is yours. Whoever keeps the settings adds People:Accounts:…:Subjects:{link.ProviderName} = {signedIn.Subject}.");
        }

        return await people.BindAsync(link.User, account.Id, account.Actor, $"by signing in with {link.ProviderName}", cancellationToken) is { } refusal
            ? Refused(refusal.Code, refusal.Sentence)
            : Page(200, "Signed in", $"{link.User} is {account.Id} ({account.Name}) from now on. Close this page and go on in the chat.");
    }

    private static IResult Gone() => Refused("sign-in-link-gone", "This link was used, is older than ten minutes, or was replaced by a newer one. Ask TrunkBot for a new one: say sign in.", 404);

    private IResult Failed(SignInException e)
    {
        var reference = Reference.New();
        Log.Failed(logger, e, reference);
        return Refused("sign-in-failed", $"The sign-in could not be finished, and nothing was changed. Ask TrunkBot for a new link; whoever runs the bot finds the reason in the log under reference {reference}.", 502);
    }

    private static IResult Refused(string code, string sentence, int status = 403) => Page(status, "Not signed in", $"{sentence} ({code})");

    private static IResult Page(int status, string title, string sentence, bool withButton = false) => Results.Content(
        $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta name="viewport" content="width=device-width"><title>TrunkBot: {title}</title></head>
        <body><main><h1>{title}</h1><p>{WebUtility.HtmlEncode(sentence)}</p>{(withButton ? "<form method=\"post\"><button>Sign in</button></form>" : "")}</main></body></html>
        """,
        "text/html",
        Encoding.UTF8,
        status);

    private static partial class Log
    {
        [LoggerMessage(1601, LogLevel.Warning, "A sign-in failed; reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, string reference);

        [LoggerMessage(1602, LogLevel.Warning, "Somebody signed in over the link of {User} as another user; nothing was bound")]
        public static partial void OtherUser(ILogger logger, string user);
    }
}

internal static class SignInServices
{
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpClient(OpenIdProvider.ClientName, http => (http.Timeout, http.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(10), 1024 * 1024))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<ISignIn>(provider => provider.GetRequiredService<SignInLinks>());
        services.AddSingleton<OpenIdProvider>();
        services.AddSingleton<SignInEndpoints>();
        return services;
    }

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/sign-in").AddEndpointFilter(async (context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers.CacheControl = "no-store";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            headers.XContentTypeOptions = "nosniff";
            return await next(context);
        });
        pages.MapGet("/callback", (string? state, string? code, string? error, string? iss, HttpContext http, SignInEndpoints signIn) => signIn.EndAsync(state, code, error, iss, http));
        pages.MapGet("/{token}", (string token, SignInEndpoints signIn) => signIn.Show(token));
        pages.MapPost("/{token}", (string token, HttpContext http, SignInEndpoints signIn) => signIn.BeginAsync(token, http));
    }
}
