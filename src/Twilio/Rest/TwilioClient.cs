using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <summary>A 2xx answer.</summary>
/// <param name="Body">Empty for 204.</param>
/// <param name="Date">Twilio's clock, to the second; null when it is not told.</param>
public sealed record TwilioAnswer(string Body, DateTimeOffset? Date);

/// <summary>
/// Sends requests to Twilio and repeats those that may be repeated. The retry rules differ by verb and outcome, and every try must
/// stand in the journal: so they are spelt out here rather than in a pipeline around the HTTP client.
/// </summary>
public sealed class TwilioClient(IHttpClientFactory http, ISecrets secrets, TimeProvider time, IOptions<TwilioOptions> options)
{
    /// <summary>Name of the HTTP client: no redirects, no cookies.</summary>
    public const string HttpClientName = "twilio";

    private const int LargestAnswerBytes = 16 * 1024 * 1024;

    /// <summary>One write at a time per account.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _writers = new(StringComparer.Ordinal);

    /// <summary>Sends, repeats as allowed, and returns the body of a 2xx answer (empty for 204).</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<string> SendAsync(TwilioSite site, TwilioRequest request, Action<WireExchange>? record, CancellationToken cancellationToken) =>
        (await AskAsync(site, request, record, cancellationToken)).Body;

    /// <summary>The same, with the time that Twilio says it is.</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<TwilioAnswer> AskAsync(TwilioSite site, TwilioRequest request, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            return await RepeatAsync(site, request, record, cancellationToken);
        }

        var writer = _writers.GetOrAdd(site.AccountSid, _ => new SemaphoreSlim(1, 1));
        await writer.WaitAsync(cancellationToken);
        try
        {
            return await RepeatAsync(site, request, record, cancellationToken);
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>How often a request is sent at most, the first time included.</summary>
    public int MostTries => options.Value.Retries + 1;

    /// <summary>Waits before try number <paramref name="tries"/> + 1: full jitter, so that many clients do not come back together.</summary>
    public Task BackOffAsync(int tries, CancellationToken cancellationToken)
    {
        var bound = Math.Min(options.Value.LongestRetryDelayMilliseconds, options.Value.RetryDelayMilliseconds * (1L << Math.Min(tries, 20)));
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextInt64(bound + 1)), time, cancellationToken);
    }

    private async Task<TwilioAnswer> RepeatAsync(TwilioSite site, TwilioRequest request, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await ExchangeAsync(site, request, record, cancellationToken);
            }
            catch (TwilioException e) when (tries < options.Value.Retries && MayRepeat(e.Trouble, request.Method))
            {
                await BackOffAsync(tries, cancellationToken);
            }
        }
    }

    /// <summary>429 is never processed; what never reached Twilio neither. A lost POST may have worked: the caller looks first.</summary>
    private static bool MayRepeat(TwilioTrouble trouble, HttpMethod method) => trouble switch
    {
        TwilioTrouble.RateLimited or TwilioTrouble.Unreachable => true,
        TwilioTrouble.Lost => method != HttpMethod.Post,
        _ => false,
    };

    private async Task<TwilioAnswer> ExchangeAsync(TwilioSite site, TwilioRequest request, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        using var message = Message(site, request);
        using var client = http.CreateClient(HttpClientName);
        client.MaxResponseContentBufferSize = LargestAnswerBytes;
        Record(record, WireDirection.Sent, string.Join('\n', request.Lines(site)));
        try
        {
            using var response = await client.SendAsync(message, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            Record(record, WireDirection.Received, $"HTTP {(int)response.StatusCode}\n{TwilioRedaction.Body(body)}".TrimEnd());
            return response.IsSuccessStatusCode ? new(body, response.Headers.Date) : throw Failure(response.StatusCode, body);
        }
        catch (HttpRequestException e)
        {
            Record(record, WireDirection.Received, $"(no answer: {e.HttpRequestError})");
            var neverSent = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;
            throw new TwilioException(neverSent ? TwilioTrouble.Unreachable : TwilioTrouble.Lost, null, null, $"{TwilioError.OneLine(e.Message)}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            Record(record, WireDirection.Received, "(no answer in time)");
            throw new TwilioException(TwilioTrouble.Lost, null, null, $"no answer within {client.Timeout.TotalSeconds:0} s", e);
        }
    }

    private HttpRequestMessage Message(TwilioSite site, TwilioRequest request)
    {
        // Before the secret is even looked up; also a path may not lead to another host, as "//host" would.
        var (url, allowed) = (request.Url(site), TwilioRequest.BaseUrl(site, request.Product));
        if (!TwilioRequest.MayTakeLogin(site, request.Product) || url.Authority != allowed.Authority)
        {
            throw new TwilioException(TwilioTrouble.NotAllowed, null, null, $"{TwilioError.OneLine(url.GetLeftPart(UriPartial.Authority))} may not have the account's login; nothing was sent");
        }

        var login = $"{site.ApiKeySid ?? site.AccountSid}:{secrets.Reveal(site.Secret)}";
        var message = new HttpRequestMessage(request.Method, url);
        message.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        message.Headers.Accept.Add(new("application/json"));
        if (request.Method == HttpMethod.Post)
        {
            message.Content = new StringContent(request.Body(), new UTF8Encoding(false), "application/x-www-form-urlencoded");
        }

        return message;
    }

    private static TwilioException Failure(HttpStatusCode status, string body)
    {
        var (code, words) = TwilioError.Read(body);
        var trouble = status switch
        {
            HttpStatusCode.NotFound => TwilioTrouble.NotFound,
            HttpStatusCode.TooManyRequests => TwilioTrouble.RateLimited,
            >= HttpStatusCode.InternalServerError => TwilioTrouble.Lost,
            < HttpStatusCode.BadRequest => TwilioTrouble.Unreadable,
            _ => TwilioTrouble.Refused,
        };
        var what = trouble == TwilioTrouble.Unreadable ? "an unexpected redirect, which was not followed" : words;
        return new(trouble, (int)status, code, $"HTTP {(int)status}{(code is null ? "" : $", code {code}")}{(what.Length == 0 ? "" : $": {what}")}");
    }

    private void Record(Action<WireExchange>? record, WireDirection direction, string text) =>
        record?.Invoke(new(time.GetUtcNow(), direction, text));
}
