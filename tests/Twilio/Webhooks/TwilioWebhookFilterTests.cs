using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Webhooks;

namespace TrunkBot.Twilio.Tests.Webhooks;

/// <summary>The filter in a real host, as behind a reverse proxy: what arrives is http on another port than what Twilio called.</summary>
public sealed class TwilioWebhookFilterTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly HttpClient _http = new();
    private readonly List<string> _through = [];
    private WebApplication? _app;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task<Uri> StartAsync(string? publicUrl, string secret = "twilio-token")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<ISecrets>(new Secrets());
        builder.Services.Configure<TwilioWebhookOptions>(o =>
        {
            o.PublicUrl = publicUrl is null ? null : new(publicUrl);
            o.AuthTokenSecret = secret;
            o.LargestBodyBytes = 1024;
        });
        _app = builder.Build();
        _app.MapPost("/twilio/calls", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            _through.Add(await reader.ReadToEndAsync(request.HttpContext.RequestAborted));
            return Results.NoContent();
        }).AddEndpointFilter<TwilioWebhookFilter>();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        return new(_app.Urls.First());
    }

    private async Task<HttpStatusCode> PostAsync(Uri url, string body, string? signature, string type = "application/x-www-form-urlencoded")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (signature is not null)
        {
            request.Headers.Add("X-Twilio-Signature", signature);
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    [Theory]
    [InlineData("https://bot.example.com", "https://bot.example.com/twilio/calls?id=a%20b")]
    [InlineData("https://bot.example.com/", "https://bot.example.com:443/twilio/calls?id=a%20b")]
    [InlineData("https://example.com/bot", "https://example.com/bot/twilio/calls?id=a%20b")]
    public async Task A_form_that_Twilio_signed_for_the_public_url_gets_through_with_its_body(string publicUrl, string called)
    {
        var local = await StartAsync(publicUrl);
        var signature = TwilioSignature.Of(Token, called, [new("CallSid", "CA1"), new("To", "+1 303")]);

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(new(local, "/twilio/calls?id=a%20b"), "To=%2B1+303&CallSid=CA1", signature));
        Assert.Equal(["To=%2B1+303&CallSid=CA1"], _through);
    }

    [Fact]
    public async Task Without_a_public_url_the_request_speaks_for_itself()
    {
        var local = await StartAsync(null);
        var url = new Uri(local, "/twilio/calls");

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(url, "A=1", TwilioSignature.Of(Token, url.ToString(), [new("A", "1")])));
    }

    [Fact]
    public async Task A_json_body_gets_through_by_its_hash()
    {
        var local = await StartAsync("https://bot.example.com");
        const string query = "/twilio/calls?bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        var signature = TwilioSignature.Of(Token, "https://bot.example.com" + query, []);

        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(new(local, query), "{}", signature, "application/json"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(new(local, query), "{ }", signature, "application/json"));
    }

    [Fact]
    public async Task Nothing_else_gets_through()
    {
        var local = await StartAsync("https://bot.example.com");
        var url = new Uri(local, "/twilio/calls");
        var good = TwilioSignature.Of(Token, "https://bot.example.com/twilio/calls", [new("A", "1")]);

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(url, "A=1", null));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(url, "A=2", good));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(url, "A=1", TwilioSignature.Of(Token, url.ToString(), [new("A", "1")])));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(url, "A=" + new string('1', 4096), good));
        Assert.Empty(_through);
        Assert.Equal(HttpStatusCode.NoContent, await PostAsync(url, "A=1", good));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody-configured-this")]
    public async Task Without_an_auth_token_every_webhook_is_refused(string secret)
    {
        var local = await StartAsync("https://bot.example.com", secret);

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(new(local, "/twilio/calls"), "A=1", TwilioSignature.Of("", "https://bot.example.com/twilio/calls", [new("A", "1")])));
    }

    private sealed class Secrets : ISecrets
    {
        public string Reveal(SecretReference reference) => reference.Name == "twilio-token" ? Token : throw new SecretNotFoundException(reference);
    }
}
