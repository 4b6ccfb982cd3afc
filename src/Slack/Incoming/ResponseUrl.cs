using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TrunkBot.Slack.Incoming;

/// <summary>Answers to the <c>response_url</c> of a command or press: without a token, five times within half an hour.</summary>
/// <remarks>Source: Slack, "Handling user interaction". It is called only where Slack's own host, or this machine's fake of it, listens.</remarks>
internal sealed partial class ResponseUrl(IHttpClientFactory clients, IOptions<SlackOptions> options, ILogger<ResponseUrl> log)
{
    public const string ClientName = "slack-response-url";

    /// <summary>Whether the address may be answered to: https at <c>hooks.</c> and the host of the Web API; this machine while that is here, too.</summary>
    public bool IsAllowed(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var url) && url.UserInfo.Length == 0
        && (options.Value.ApiUrl.IsLoopback
            ? url.IsLoopback
            : url is { Scheme: "https", IsDefaultPort: true } && url.Host.Equals($"hooks.{options.Value.ApiUrl.Host}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Posts; false when the address is not allowed, or Slack did not take it.</summary>
    public async Task<bool> TryPostAsync(string? address, JsonObject body, CancellationToken cancellationToken)
    {
        if (!IsAllowed(address))
        {
            return false;
        }

        try
        {
            using var http = clients.CreateClient(ClientName);
            using var answer = await http.PostAsJsonAsync(new Uri(address!), body, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return true;
            }

            Log.Refused(log, (int)answer.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.NotReached(log, e);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(2407, LogLevel.Information, "Slack did not take an answer to a response_url: status {Status}")]
        public static partial void Refused(ILogger logger, int status);

        [LoggerMessage(2408, LogLevel.Information, "A response_url could not be reached")]
        public static partial void NotReached(ILogger logger, Exception exception);
    }
}
