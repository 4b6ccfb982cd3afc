using System.Net;
using Microsoft.AspNetCore.Http;

namespace TrunkBot.WebChat;

/// <summary>Keeps everybody but this machine out: nobody's identity is checked here, so only who sits at the lab may use it.</summary>
internal static class LabGuard
{
    /// <summary>Header without which nothing can be written. A foreign page can't set it without being asked by the browser first, and the answer is no.</summary>
    public const string WriteHeader = "X-TrunkBot-WebChat";

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    /// <summary>For the page and its API.</summary>
    public static async ValueTask<object?> PageOrScript(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        if (!IsLocal(context.HttpContext))
        {
            return Refused("webchat-local-only", "The lab's web chat answers on this machine only, at http://localhost or http://127.0.0.1.");
        }

        var writes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        return (writes && !request.Headers.ContainsKey(WriteHeader)) || !IsSameOrigin(request)
            ? Refused("webchat-foreign-page", $"The request came from another page, or lacks the header {WriteHeader}: 1.")
            : await next(context);
    }

    /// <summary>For the connector, which only a bot calls.</summary>
    public static async ValueTask<object?> ProgramsOnly(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Request.Headers;
        return !IsLocal(context.HttpContext) || headers.ContainsKey("Origin") || headers.ContainsKey("Sec-Fetch-Site")
            ? Refused("connector-programs-only", "The connector is for a bot on this machine.")
            : await next(context);
    }

    // The Host says by which name the caller came: a foreign name that was pointed at 127.0.0.1 (DNS rebinding) stays foreign.
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && WebChatOptions.IsLoopback(context.Request.Host.Host)
        && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey);

    private static bool IsSameOrigin(HttpRequest request)
    {
        // Sent by browsers: where the page that asks came from. "none" is a person who typed the address.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var isNavigation = request.Headers["Sec-Fetch-Mode"].ToString() is "navigate" && HttpMethods.IsGet(request.Method);
        var origin = request.Headers.Origin.ToString();
        return (site is "" or "same-origin" or "none" || isNavigation)
            && (origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));
    }

    private static IResult Refused(string code, string message) =>
        Results.Json(new { code, message }, statusCode: StatusCodes.Status403Forbidden);
}
