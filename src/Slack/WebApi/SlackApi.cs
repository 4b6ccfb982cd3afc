using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Installs;

namespace TrunkBot.Slack.WebApi;

/// <summary>
/// The Web API with patience: keeps Slack's rates, waits when Slack says so (429, nothing was done), renews a token that has expired, and asks again
/// only what may be asked twice. A message whose answer did not come may stand in the channel: Slack publishes no key by which it would know a
/// repeat (chat.postMessage takes none), so it is not posted again.
/// </summary>
internal sealed partial class SlackApi(
    SlackWire wire, WorkspaceTokens tokens, Pace pace, IOptions<SlackOptions> options, TimeProvider time, ILogger<SlackApi> log) : ISlackApi
{
    private static readonly TimeSpan ForTheImpatient = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UnlessSlackSays = TimeSpan.FromSeconds(1);

    public async Task<JsonObject> CallAsync(string method, JsonObject arguments, string workspace, CancellationToken cancellationToken)
    {
        var known = SlackMethods.Find(method);
        var longest = known.IsUrgent ? ForTheImpatient : options.Value.LongestWait;
        var channel = known.IsPacedByChannel ? (string?)arguments["channel"] ?? "" : "";
        var token = await tokens.OfAsync(workspace, cancellationToken);
        var isRenewed = false;
        for (var attempt = 1; ; attempt++)
        {
            if (!await pace.WaitAsync(known, workspace, channel, longest, cancellationToken))
            {
                throw SlackErrors.Exception(known, "ratelimited");
            }

            var answer = await wire.PostAsync(known, arguments, new("Bearer", token), cancellationToken);
            if (answer is WireAnswer.Said { IsOk: true } said)
            {
                return said.Body;
            }

            var (failure, again) = Judge(known, workspace, answer);

            // Once: a second refusal is about the installation and not about the age of its token.
            if (!isRenewed && answer is WireAnswer.Said { Body: var body } && SlackErrors.IsAboutToken(SlackErrors.Of(body))
                && await tokens.RenewAsync(workspace, token, cancellationToken) is { } fresh)
            {
                Log.TokenRefused(log, method, workspace, SlackErrors.Of(body));
                (token, isRenewed, attempt) = (fresh, true, attempt - 1);
                continue;
            }

            if (!again || attempt >= options.Value.ApiAttempts)
            {
                Log.Failed(log, method, workspace, attempt, failure.Message);
                throw failure;
            }

            Log.ComesAgain(log, method, workspace, attempt, failure.Message);
            if (answer is not WireAnswer.TooMany)
            {
                await Task.Delay(PauseAfter(attempt), time, cancellationToken);
            }
        }
    }

    /// <summary>What to tell, and whether to ask again.</summary>
    private (ChannelException Failure, bool Again) Judge(SlackMethod method, string workspace, WireAnswer answer)
    {
        switch (answer)
        {
            case WireAnswer.TooMany tooMany:
                pace.Stop(method, workspace, tooMany.RetryAfter is { } pause && pause > TimeSpan.Zero ? pause : UnlessSlackSays);
                return (SlackErrors.Exception(method, "ratelimited"), true);

            case WireAnswer.Said { Body: var body }:
                var error = SlackErrors.Of(body);
                if (SlackErrors.IsAboutRate(error))
                {
                    pace.Stop(method, workspace, UnlessSlackSays);
                }

                LogReasons(method, body);
                return (SlackErrors.Exception(method, error, body), SlackErrors.IsAboutRate(error) || (SlackErrors.IsSlacksOwn(error) && method.IsRepeatable));

            case WireAnswer.NotSent { Cause: var cause }:
                return (new($"slack-unreachable: Slack can't be reached. Check the way to {options.Value.ApiUrl.Host}. ({method.Name})", cause), !method.IsUrgent);

            case WireAnswer.NoAnswer { Cause: var cause }:
                return (new($"slack-timeout: Slack did not answer in time. {Fate(method)} ({method.Name})", cause), method.IsRepeatable);

            case WireAnswer.Strange { Status: var status }:
                return (new($"slack-answer-unreadable: What answered did not speak as Slack does (status {(int)status}). {Fate(method)} ({method.Name})"), method.IsRepeatable && (int)status >= 500);

            default:
                throw new InvalidOperationException($"no such answer: {answer.GetType().Name}");
        }
    }

    private static string Fate(SlackMethod method) =>
        method.IsRepeatable ? "It was asked again in vain." : "It may have been done all the same, so it was not asked again: look before you repeat it.";

    /// <summary>Slack's own reasons name places in the message and never its token; they are cut all the same.</summary>
    private void LogReasons(SlackMethod method, JsonObject body)
    {
        if (body["response_metadata"] is JsonObject metadata && metadata["messages"] is JsonArray { Count: > 0 } messages)
        {
            Log.Reasons(log, method.Name, string.Join("; ", messages.Take(10).Select(m => Chat.Templates.ShownText.Cut(m?.ToString() ?? "", 200))));
        }
        else if (body["provided"] is JsonValue provided)
        {
            Log.Reasons(log, method.Name, $"provided: {Chat.Templates.ShownText.Cut(provided.ToString(), 500)}");
        }
    }

    /// <summary>Between one half and the whole of a doubling pause: equal pauses would make all callers meet again.</summary>
    private TimeSpan PauseAfter(int attempt)
    {
#pragma warning disable CA5394 // Jitter keeps callers apart; nobody gains from guessing it.
        return options.Value.ApiBackoff * Math.Pow(2, attempt - 1) * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }

    private static partial class Log
    {
        [LoggerMessage(2501, LogLevel.Warning, "Slack: {Method} in {Workspace} failed at attempt {Attempt}: {Why}")]
        public static partial void Failed(ILogger logger, string method, string workspace, int attempt, string why);

        [LoggerMessage(2502, LogLevel.Information, "Slack: {Method} in {Workspace} comes again after attempt {Attempt}: {Why}")]
        public static partial void ComesAgain(ILogger logger, string method, string workspace, int attempt, string why);

        [LoggerMessage(2503, LogLevel.Information, "Slack refused the token of {Method} in {Workspace} ({Error}); asking once more with a fresh one")]
        public static partial void TokenRefused(ILogger logger, string method, string workspace, string error);

        [LoggerMessage(2504, LogLevel.Warning, "Slack's reasons for refusing {Method}: {Reasons}")]
        public static partial void Reasons(ILogger logger, string method, string reasons);
    }
}
