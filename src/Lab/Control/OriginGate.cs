using System.Net;

namespace TrunkBot.Lab.Control;

/// <summary>
/// Keeps other web pages out: a browser on this machine would otherwise carry their requests to loopback. The host must be a
/// loopback name (against DNS rebinding), and a request that changes something and names an origin must come from this page.
/// </summary>
internal static class OriginGate
{
    /// <summary>Lets a request through, or answers 403.</summary>
    public static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        var host = http.Request.Host;
        var loopback = host.Host is "localhost" || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address));
        var origin = http.Request.Headers.Origin.ToString();
        if (loopback && (origin.Length == 0 || origin == $"http://{host}"))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("lab-foreign-origin: ask on 127.0.0.1 itself, from no other page.\n");
    }
}
