using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TrunkBot.Teams.Incoming;

/// <summary>
/// Who may knock without a token: nobody, and in the lab this machine's programs, as long as no app id is configured.
/// Each rule closes a way by which something that is not a program of this machine could look like one.
/// </summary>
internal sealed class LoopbackGate(IOptions<BotFrameworkOptions> options, IOptions<TeamsOptions> teams)
{
    /// <summary>The lab's door is open. What is said through it goes to this machine alone, without a token.</summary>
    public bool IsOpen => options.Value.AllowUnauthenticatedLoopbackInLab && !teams.Value.IsConfigured;

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    private static readonly string[] BrowserHeaders = ["Origin", "Sec-Fetch-Site"];

    /// <summary>Every rule that the request breaks; empty when it may pass. For the log alone: the answer says nothing.</summary>
    public IReadOnlyList<string> Refusals(HttpContext context)
    {
        if (!IsOpen)
        {
            return ["no way of authentication is configured"];
        }

        var refusals = new List<string>();
        if (context.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
        {
            refusals.Add("the caller is not on this machine");
        }

        // A proxy on this machine makes strangers look local.
        if (ForwardingHeaders.Any(context.Request.Headers.ContainsKey))
        {
            refusals.Add("the request came through a proxy");
        }

        // A foreign page whose name was pointed at 127.0.0.1 (DNS rebinding) still sends its own name.
        if (!Loopback.IsHost(context.Request.Host.Host))
        {
            refusals.Add("the Host is not a loopback name");
        }

        // Connectors are programs; a page in a browser on this machine must not be able to post.
        if (BrowserHeaders.Any(context.Request.Headers.ContainsKey))
        {
            refusals.Add("the request came from a browser");
        }

        return refusals;
    }
}
