using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Authentication;
using TrunkBot.Teams.Incoming;

namespace TrunkBot.Teams.Connector;

/// <summary>
/// Connector REST API v3: what a bot calls at an activity's <c>serviceUrl</c>.
/// Speaks to an allowed host with the bot's token, and in the lab to this machine without one.
/// Sends again on 412, 429, 502 and 504, as Microsoft's "Optimize your bot: rate limiting" asks; never after a request that was not answered, because it may have been delivered.
/// </summary>
internal sealed partial class ConnectorClient(
    HttpClient http, LoopbackGate gate, ServiceHosts hosts, ConnectorTokens tokens, IOptions<BotFrameworkOptions> options, TimeProvider time, ILogger<ConnectorClient> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary><c>POST v3/conversations/{id}/activities</c>. Returns the id of the new message.</summary>
    /// <param name="isTargeted">Only <see cref="Activity.Recipient"/> sees the message (<c>isTargetedActivity</c>; public preview in Teams, supported by the web chat).</param>
    /// <exception cref="ChannelException">Refused, not reachable, or answered without an id.</exception>
    public async Task<string> SendToConversationAsync(
        string serviceUrl, string conversationId, Activity activity, bool isTargeted = false, CancellationToken cancellationToken = default)
    {
        var address = ActivitiesOf(serviceUrl, conversationId) + (isTargeted ? "?isTargetedActivity=true" : "");
        return await SendForIdAsync(HttpMethod.Post, address, activity, cancellationToken);
    }

    /// <summary>The same for what has no id afterwards, such as <c>typing</c>.</summary>
    /// <exception cref="ChannelException">Refused or not reachable.</exception>
    public async Task ShowAsync(string serviceUrl, string conversationId, Activity activity, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, ActivitiesOf(serviceUrl, conversationId), activity, cancellationToken);
    }

    /// <summary><c>POST v3/conversations/{id}/activities/{replyTo}</c>. Returns the id of the new message.</summary>
    /// <exception cref="ChannelException">Refused, not reachable, or answered without an id.</exception>
    public async Task<string> ReplyToActivityAsync(
        string serviceUrl, string conversationId, string replyToId, Activity activity, CancellationToken cancellationToken = default) =>
        await SendForIdAsync(HttpMethod.Post, ActivityOf(serviceUrl, conversationId, replyToId), activity, cancellationToken);

    /// <summary><c>PUT v3/conversations/{id}/activities/{activityId}</c>: the whole activity again.</summary>
    /// <exception cref="ChannelException">Refused or not reachable.</exception>
    public async Task UpdateActivityAsync(
        string serviceUrl, string conversationId, string activityId, Activity activity, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Put, ActivityOf(serviceUrl, conversationId, activityId), activity, cancellationToken);
    }

    /// <summary><c>DELETE v3/conversations/{id}/activities/{activityId}</c>.</summary>
    /// <exception cref="ChannelException">Refused or not reachable.</exception>
    public async Task DeleteActivityAsync(
        string serviceUrl, string conversationId, string activityId, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Delete, ActivityOf(serviceUrl, conversationId, activityId), null, cancellationToken);
    }

    /// <summary><c>POST v3/conversations</c>: a private chat with one person, or a new thread in a channel.</summary>
    /// <exception cref="ChannelException">Refused, not reachable, or answered without an id.</exception>
    public async Task<ConversationResourceResponse> CreateConversationAsync(string serviceUrl, ConversationParameters parameters, CancellationToken cancellationToken) =>
        await AnswerAsync<ConversationResourceResponse>(HttpMethod.Post, $"{serviceUrl.TrimEnd('/')}/v3/conversations", parameters, cancellationToken) is { Id.Length: > 0 } made
            ? made
            : throw NoId();

    /// <summary><c>GET v3/conversations/{id}/members/{memberId}</c>; Teams also takes the Entra object id of a member.</summary>
    /// <exception cref="ChannelException">Refused or not reachable; not a member.</exception>
    public async Task<ChannelAccount?> GetMemberAsync(string serviceUrl, string conversationId, string memberId, CancellationToken cancellationToken) =>
        await AnswerAsync<ChannelAccount>(
            HttpMethod.Get, $"{serviceUrl.TrimEnd('/')}/v3/conversations/{Uri.EscapeDataString(conversationId)}/members/{Uri.EscapeDataString(memberId)}", null, cancellationToken);

    private static string ActivitiesOf(string serviceUrl, string conversationId) =>
        $"{serviceUrl.TrimEnd('/')}/v3/conversations/{Uri.EscapeDataString(conversationId)}/activities";

    private static string ActivityOf(string serviceUrl, string conversationId, string activityId) =>
        $"{ActivitiesOf(serviceUrl, conversationId)}/{Uri.EscapeDataString(activityId)}";

    private async Task<string> SendForIdAsync(HttpMethod method, string address, Activity activity, CancellationToken cancellationToken) =>
        await AnswerAsync<ResourceResponse>(method, address, activity, cancellationToken) is { Id.Length: > 0 } answer ? answer.Id : throw NoId();

    private static ChannelException NoId() =>
        new("connector-answer-without-id: The channel took the message and did not say under which id, so it can't be edited later. Look at the channel's log.");

    /// <summary>What the connector says to a request that it took; null when that is not JSON.</summary>
    private async Task<T?> AnswerAsync<T>(HttpMethod method, string address, object? body, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await SendAsync(method, address, body, cancellationToken);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ActivityJson.Options, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, object? body, CancellationToken cancellationToken)
    {
        // What is checked is what is called: one reading of the address.
        var address = Uri.TryCreate(url, UriKind.Absolute, out var whole) ? whole : throw NotAllowed();
        string? refusedToken = null;
        for (var attempt = 1; ; attempt++)
        {
            var token = await TokenForAsync(address, refusedToken, cancellationToken);
            var response = await SendOnceAsync(method, address, body, token, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                // Once: a second refusal is about the bot and not about the age of its token.
                if (response.StatusCode is HttpStatusCode.Unauthorized && token is not null && refusedToken is null)
                {
                    Log.TokenRefused(log, method.Method);
                    refusedToken = token;
                    attempt--;
                    continue;
                }

                if (!ComesAgain(response.StatusCode) || attempt >= options.Value.ConnectorAttempts)
                {
                    Log.Refused(log, method.Method, (int)response.StatusCode, attempt);
                    throw Refusal(response.StatusCode, attempt, await IsClosedAsync(method, response, cancellationToken));
                }

                var pause = PauseAfter(attempt, response);
                Log.ComesAgain(log, method.Method, (int)response.StatusCode, attempt, pause.TotalMilliseconds);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The token for this address; null in the lab, which needs none.</summary>
    /// <exception cref="ChannelException">The address is not one that may be spoken to: the stored reference may be older than the settings, so it is checked before each call.</exception>
    private async Task<string?> TokenForAsync(Uri address, string? refusedToken, CancellationToken cancellationToken)
    {
        if (gate.IsOpen && Loopback.IsUrl(address.GetLeftPart(UriPartial.Path)))
        {
            return null;
        }

        return !gate.IsOpen && tokens.IsOn && hosts.Allow(address)
            ? await tokens.AcquireAsync(refusedToken, cancellationToken)
            : throw NotAllowed();
    }

    private static ChannelException NotAllowed() =>
        new("service-url-not-allowed: The channel's service URL is not one that the bot may speak to. Forget the stored conversation, or add the host to Teams:ServiceHosts if it is Microsoft's.");

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri address, object? body, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: ActivityJson.Options);
        }

        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new ChannelException("connector-unreachable: The channel can't be reached at its service URL. Check that it runs.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChannelException("connector-timeout: The channel did not answer in time. The message may have been delivered, so it was not sent again.", e);
        }
    }

    private static bool ComesAgain(HttpStatusCode status) => status
        is HttpStatusCode.PreconditionFailed or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;

    /// <summary>What the channel asks for, else between one half and the whole of a doubling pause: equal pauses would make all senders meet again.</summary>
    private TimeSpan PauseAfter(int attempt, HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
#pragma warning disable CA5394 // Jitter keeps senders apart; nobody gains from guessing it.
        var pause = asked ?? options.Value.ConnectorBackoff * Math.Pow(2, attempt - 1) * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
    }

    /// <summary>Whether the bot may write nothing more there: it was taken out or blocked. What it may not edit or read is another matter, unless the connector says so.</summary>
    private static async Task<bool> IsClosedAsync(HttpMethod method, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is not HttpStatusCode.Forbidden)
        {
            return false;
        }

        var said = method == HttpMethod.Put ? await response.Content.ReadAsStringAsync(cancellationToken) : "";
        return method == HttpMethod.Post || said.Contains("MessageWritesBlocked", StringComparison.Ordinal);
    }

    private static ChannelException Refusal(HttpStatusCode status, int attempts, bool isClosed) => status switch
    {
        HttpStatusCode.NotFound => new("activity-not-found: The channel does not know this conversation or message any more. Send a new message instead of editing the old one.") { IsMessageGone = true },
        HttpStatusCode.Unauthorized => new("connector-token-not-accepted: The channel does not accept the bot's token, not even a fresh one. Check Teams:AppId, Teams:TenantId and Teams:Cloud against the bot's registration."),
        HttpStatusCode.Forbidden => new("conversation-closed-to-bot: The channel does not let the bot write here. Install the bot in this conversation.") { IsConversationClosed = isClosed },
        HttpStatusCode.RequestEntityTooLarge => new("message-too-large: The channel refused the message for its size. Send the long part as a file."),
        _ => new($"connector-refused: The channel answered {(int)status} after {attempts} {(attempts == 1 ? "attempt" : "attempts")}."),
    };

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "Connector refused a {Method} with {Status} at attempt {Attempt}")]
        public static partial void Refused(ILogger logger, string method, int status, int attempt);

        [LoggerMessage(2103, LogLevel.Information, "Connector refused the token of a {Method}; asking once more with a fresh one")]
        public static partial void TokenRefused(ILogger logger, string method);

        [LoggerMessage(2102, LogLevel.Information, "Connector answered a {Method} with {Status} at attempt {Attempt}; coming again in {Pause} ms")]
        public static partial void ComesAgain(ILogger logger, string method, int status, int attempt, double pause);
    }
}
