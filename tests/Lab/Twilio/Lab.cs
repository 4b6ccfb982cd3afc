using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Lab.Twilio;

namespace TrunkBot.Lab.Tests.Twilio;

/// <summary>A running simulated Twilio and a client that is logged in.</summary>
internal sealed class Lab : IAsyncDisposable
{
    public const string Account = "AC0123456789abcdef0123456789abcdef";
    public const string Key = "SKfedcba9876543210fedcba9876543210";

    private readonly string folder = Directory.CreateTempSubdirectory("lab-twilio").FullName;

    private Lab()
    {
    }

    public TwilioServer Server { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 30, 45, TimeSpan.Zero));

    public static async Task<Lab> Start()
    {
        var lab = new Lab();
        await lab.Open();
        return lab;
    }

    /// <summary>As after a restart of the machine.</summary>
    public async Task Restart()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await Open();
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public async Task<(int Status, JsonObject Body)> Get(string path) => await Answer(await Client.GetAsync(path, TestContext.Current.CancellationToken));

    public async Task<(int Status, JsonObject Body)> Post(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Answer(await Client.PostAsync(path, content, TestContext.Current.CancellationToken));
    }

    public async Task<int> Delete(string path) => (await Answer(await Client.DeleteAsync(path, TestContext.Current.CancellationToken))).Status;

    public async Task Control(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync("/lab/" + path, content, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<string> NewTrunk(string domain) => Sid(await Post("/v1/Trunks", ("FriendlyName", "bot:acme:trunk"), ("DomainName", domain)));

    public async Task<string> NewList(string address = "203.0.113.10", string prefix = "28")
    {
        var list = Sid(await Post($"/2010-04-01/Accounts/{Account}/SIP/IpAccessControlLists.json", ("FriendlyName", "bot:acme:acl")));
        await Post($"/2010-04-01/Accounts/{Account}/SIP/IpAccessControlLists/{list}/IpAddresses.json",
            ("FriendlyName", "bot:acme:address"), ("IpAddress", address), ("CidrPrefixLength", prefix));
        return list;
    }

    public static string Sid((int Status, JsonObject Body) answer)
    {
        Assert.Equal(201, answer.Status);
        return (string)answer.Body["sid"]!;
    }

    public static void Refused(int status, int code, (int Status, JsonObject Body) answer)
    {
        Assert.Equal((status, code, status), (answer.Status, (int)answer.Body["code"]!, (int)answer.Body["status"]!));
        Assert.Equal($"https://www.twilio.com/docs/errors/{code}", (string)answer.Body["more_info"]!);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Open()
    {
        Server = await TwilioServer.StartAsync(new TwilioServerOptions
        {
            DatabasePath = Path.Combine(folder, "twilio.db"),
            AccountSid = Account,
            ApiKeySid = Key,
            ApiKeySecret = "key-secret",
            AuthToken = "account-token",
            TimeProvider = Clock,
        }, TestContext.Current.CancellationToken);
        Client = new HttpClient { BaseAddress = Server.BaseAddress };
        Client.DefaultRequestHeaders.Authorization = Basic(Key, "key-secret");
    }

    private static async Task<(int Status, JsonObject Body)> Answer(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
        }
    }
}
