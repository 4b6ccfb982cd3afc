using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace TrunkBot.Slack.WebApi;

/// <summary>What came back of one request.</summary>
internal abstract record WireAnswer
{
    /// <summary>Slack answered with a JSON object.</summary>
    public sealed record Said(JsonObject Body) : WireAnswer
    {
        public bool IsOk => Body["ok"] is JsonValue value && value.TryGetValue(out bool ok) && ok;
    }

    /// <summary>429: not done, and not to be asked again so soon.</summary>
    public sealed record TooMany(TimeSpan? RetryAfter) : WireAnswer;

    /// <summary>The request never left this machine, so that nothing was done.</summary>
    public sealed record NotSent(Exception Cause) : WireAnswer;

    /// <summary>The request left and no answer came in time, or half of one. It may have been done.</summary>
    public sealed record NoAnswer(Exception Cause) : WireAnswer;

    /// <summary>Something answered that is not the Web API as it is published: a proxy, a gateway, Slack in trouble. It may have been done.</summary>
    public sealed record Strange(HttpStatusCode Status) : WireAnswer;
}

/// <summary>
/// One request to the Web API and its answer, by Slack's "Using the Slack Web API": POST, JSON or a form, the token in the header.
/// Neither a token nor a body goes into logs or exceptions.
/// </summary>
internal sealed class SlackWire(IHttpClientFactory clients, IOptions<SlackOptions> options, TimeProvider time)
{
    public const string ClientName = "TrunkBot.Slack";

    /// <summary>Text of people stays readable and short on the wire; it goes nowhere but into a JSON parser.</summary>
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly MediaTypeHeaderValue JsonMedia = new("application/json", Encoding.UTF8.WebName);

    public async Task<WireAnswer> PostAsync(SlackMethod method, JsonObject arguments, AuthenticationHeaderValue authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Value.ApiUrl, method.Name));
        request.Headers.Authorization = authorization;
        request.Content = method.IsForm
            ? new FormUrlEncodedContent(arguments.Where(a => a.Value is not null).Select(a => KeyValuePair.Create(a.Key, Field(a.Value!))))
            : new StringContent(arguments.ToJsonString(Json), Encoding.UTF8, JsonMedia);
        var (response, failure) = await SendAsync(request, cancellationToken);
        using (response)
        {
            return failure ?? await ReadAsync(response!, cancellationToken);
        }
    }

    /// <summary>Brings the bytes of a file to where Slack wants them, without any token: the address itself is the permission.</summary>
    /// <returns>Null: they have arrived.</returns>
    public async Task<WireAnswer?> UploadAsync(Uri address, byte[] content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        var (response, failure) = await SendAsync(request, cancellationToken);
        using (response)
        {
            return failure ?? (response!.StatusCode is HttpStatusCode.OK ? null : new WireAnswer.Strange(response.StatusCode));
        }
    }

    private async Task<(HttpResponseMessage? Response, WireAnswer? Failure)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.ApiTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (await clients.CreateClient(ClientName).SendAsync(request, either.Token), null);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return (null, new WireAnswer.NotSent(e));
        }
        catch (HttpRequestException e)
        {
            return (null, new WireAnswer.NoAnswer(e));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new WireAnswer.NoAnswer(e));
        }
    }

    private async Task<WireAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests)
        {
            return new WireAnswer.TooMany(response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - time.GetUtcNow(),
                _ => null,
            });
        }

        try
        {
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken)) is JsonObject body && body.ContainsKey("ok")
                ? new WireAnswer.Said(body)
                : new WireAnswer.Strange(response.StatusCode);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return new WireAnswer.Strange(response.StatusCode);
        }
    }

    // Arrays and objects stand in a form as JSON.
    private static string Field(JsonNode value) => value is JsonValue plain && plain.TryGetValue(out string? text) ? text : value.ToJsonString(Json);
}
