using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Sh;

/// <summary>
/// Speaks the Sh SOAP interface of a MetaView Server, one request at a time per server. Pulls are repeated when no answer comes,
/// updates never. Built from public third-party client code, not tried on a real switch.
/// </summary>
public sealed class ShClient(ShTransport transport, ISecrets secrets, TimeProvider time, IOptions<MetaswitchOptions> options)
{
    private readonly ConcurrentDictionary<Uri, Gate> _gates = new();

    /// <summary>Head of every request as it is shown: request line and headers, the secret by name.</summary>
    public static IReadOnlyList<string> Head(MetaswitchSite site)
    {
        List<string> lines = [$"POST {site.Url}", "Content-Type: text/xml;charset=UTF-8"];
        if (site.SoapAction is not null)
        {
            lines.Add($"SOAPAction: {site.SoapAction}");
        }

        if (site is { User: not null, Password: { } password })
        {
            lines.Add($"Authorization: Basic {{{password}}}");
        }

        return lines;
    }

    /// <summary>Reads one service indication of one object.</summary>
    /// <param name="record">Told what is sent and received, redacted; null when nobody keeps it.</param>
    public async Task<ShAnswer> PullAsync(
        MetaswitchSite site, string identity, string serviceIndication, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        var body = new ShMessages(site).Pull(identity, serviceIndication);
        for (var attempt = 0; ; attempt++)
        {
            var answer = await SendAsync(site, body, record, cancellationToken);
            if (answer.Outcome is not (ShOutcome.NoAnswer or ShOutcome.Unreachable) || attempt == options.Value.PullRetries)
            {
                return answer;
            }
        }
    }

    /// <summary>Creates, changes or deletes one service indication of one object. Sent once, whatever happens.</summary>
    public Task<ShAnswer> UpdateAsync(MetaswitchSite site, ShUpdate update, Action<WireExchange>? record, CancellationToken cancellationToken) =>
        update.SequenceNumber is null
            ? throw new ArgumentException("an update needs its sequence number", nameof(update))
            : SendAsync(site, new ShMessages(site).Update(update), record, cancellationToken);

    private async Task<ShAnswer> SendAsync(MetaswitchSite site, string body, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(site.Url, _ => new Gate());
        await gate.Turn.WaitAsync(cancellationToken);
        try
        {
            var pause = TimeSpan.FromMilliseconds(options.Value.RequestPauseMilliseconds);
            if (gate.Last is { } last && time.GetElapsedTime(last) is var gone && gone < pause)
            {
                await Task.Delay(pause - gone, time, cancellationToken);
            }

            var answer = await ExchangeAsync(site, body, record, cancellationToken);
            gate.Last = time.GetTimestamp();
            return answer;
        }
        finally
        {
            gate.Turn.Release();
        }
    }

    private async Task<ShAnswer> ExchangeAsync(MetaswitchSite site, string body, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, site.Url);
        request.Content = new StringContent(body, new UTF8Encoding(false));
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("text/xml;charset=UTF-8");
        if (site.SoapAction is not null)
        {
            request.Headers.TryAddWithoutValidation("SOAPAction", site.SoapAction);
        }

        if (site is { User: { } user, Password: { } password })
        {
            var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secrets.Reveal(password)}"));
            request.Headers.Authorization = new("Basic", login);
        }

        Record(record, WireDirection.Sent, string.Join('\n', [.. Head(site), "", ShRedaction.Redact(body)]));
        return await ReceiveAsync(transport.To(site), request, record, cancellationToken);
    }

    private async Task<ShAnswer> ReceiveAsync(HttpClient client, HttpRequestMessage request, Action<WireExchange>? record, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            Record(record, WireDirection.Received, $"HTTP {(int)response.StatusCode}\n{ShRedaction.Redact(text)}");
            return Judge(response.StatusCode, text);
        }
        catch (HttpRequestException) when (ShTransport.RefusalOf(request) is { } refusal)
        {
            Record(record, WireDirection.Received, $"(the certificate was not accepted: {refusal})");
            return new() { Outcome = ShOutcome.CertificateRefused, Detail = refusal };
        }
        catch (HttpRequestException e)
        {
            var neverSent = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError;
            Record(record, WireDirection.Received, $"(no answer: {e.HttpRequestError})");
            return new() { Outcome = neverSent ? ShOutcome.Unreachable : ShOutcome.NoAnswer, Detail = PlainText.OneLine(e.Message) };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Record(record, WireDirection.Received, "(no answer in time)");
            return new() { Outcome = ShOutcome.NoAnswer, Detail = $"no answer within {client.Timeout.TotalSeconds:0} s" };
        }
    }

    private ShAnswer Judge(HttpStatusCode status, string text)
    {
        try
        {
            var answer = ShAnswerReader.Read(text, (int)status, options.Value);
            return status == HttpStatusCode.OK ? answer : answer with { Outcome = ShOutcome.Fault };
        }
        catch (XmlException e)
        {
            // What a broken 200 or a gateway's 5xx hides can't be known; a redirect or a 4xx never reached the service.
            var outcome = status == HttpStatusCode.OK || (int)status >= 500 ? ShOutcome.NoAnswer : ShOutcome.Fault;
            var detail = status == HttpStatusCode.OK ? $"the answer can't be read: {e.Message}" : $"HTTP {(int)status}";
            return new() { Outcome = outcome, HttpStatus = (int)status, Detail = PlainText.OneLine(detail) };
        }
    }

    private void Record(Action<WireExchange>? record, WireDirection direction, string text) =>
        record?.Invoke(new(time.GetUtcNow(), direction, text));

    private sealed class Gate
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public long? Last { get; set; }
    }
}
