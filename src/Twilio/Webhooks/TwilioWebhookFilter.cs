using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Webhooks;

/// <summary>What is needed to tell Twilio's webhooks from anybody else's. Section <c>TwilioWebhooks</c>.</summary>
public sealed class TwilioWebhookOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "TwilioWebhooks";

    /// <summary>Where Twilio reaches the bot, such as https://bot.example.com or https://example.com/bot; empty: as the request says itself, without any proxy.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Name of the secret that holds the account's primary auth token (not that of an API key); empty: every webhook is refused.</summary>
    public string AuthTokenSecret { get; set; } = "";

    /// <summary>Largest body that is read.</summary>
    [Range(1024, 10 * 1024 * 1024)]
    public int LargestBodyBytes { get; set; } = 64 * 1024;
}

/// <summary>
/// Lets only requests through that Twilio signed; the others get 403, and why stands in the log alone. Behind a reverse proxy the public URL is rebuilt
/// from <see cref="TwilioWebhookOptions.PublicUrl"/>: never from headers that the caller may choose.
/// </summary>
public sealed partial class TwilioWebhookFilter(IOptions<TwilioWebhookOptions> options, ISecrets secrets, ILogger<TwilioWebhookFilter> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (await RefusalAsync(request, context.HttpContext.RequestAborted) is { } reason)
        {
            Log.Refused(log, request.Path, reason);
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        return await next(context);
    }

    /// <summary>The URL as Twilio called it: path and query as they came, under the public address.</summary>
    internal static string PublicUrl(HttpRequest request, Uri? publicUrl) => publicUrl is not { IsAbsoluteUri: true }
        ? request.GetEncodedUrl()
        : publicUrl.GetLeftPart(UriPartial.Authority) + publicUrl.AbsolutePath.TrimEnd('/') + request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent();

    private async Task<string?> RefusalAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (options.Value.AuthTokenSecret.Length == 0)
        {
            return "no auth token is configured (TwilioWebhooks:AuthTokenSecret)";
        }

        if (request.Headers[TwilioSignature.Header] is not [{ Length: > 0 } signature])
        {
            return "there is no signature, or more than one";
        }

        string token;
        try
        {
            token = secrets.Reveal(new(options.Value.AuthTokenSecret));
        }
        catch (SecretNotFoundException e)
        {
            return e.Message;
        }

        var url = PublicUrl(request, options.Value.PublicUrl);
        if (HttpMethods.IsGet(request.Method))
        {
            return TwilioSignature.IsValid(token, url, [], signature) ? null : "the signature is another";
        }

        // The endpoint reads the body again.
        request.EnableBuffering(options.Value.LargestBodyBytes, options.Value.LargestBodyBytes);
        byte[] body;
        try
        {
            using var copy = new MemoryStream();
            await request.Body.CopyToAsync(copy, cancellationToken);
            body = copy.ToArray();
        }
        catch (IOException)
        {
            return "the body is too large";
        }

        request.Body.Position = 0;
        var valid = request.HasFormContentType && !url.Contains("bodySHA256=", StringComparison.Ordinal)
            ? TwilioSignature.IsValid(token, url, Form(System.Text.Encoding.UTF8.GetString(body)), signature)
            : TwilioSignature.IsValidBody(token, url, body, signature);
        return valid ? null : "the signature is another";
    }

    private static IEnumerable<KeyValuePair<string, string>> Form(string body) => body.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(f => f.Split('=', 2)).Select(f => KeyValuePair.Create(System.Net.WebUtility.UrlDecode(f[0]), f.Length > 1 ? System.Net.WebUtility.UrlDecode(f[1]) : ""));

    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Warning, "A webhook at {Path} is refused: {Reason}")]
        public static partial void Refused(ILogger logger, string path, string reason);
    }
}
