using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Lab.Twilio;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Tests.Lab;

/// <summary>The lab's Twilio with somebody else's property in it; each test has its own.</summary>
internal sealed class TwilioLab : IAsyncDisposable
{
    /// <summary>With it somebody else works in the Console: the lab names them a user.</summary>
    private const string ConsoleToken = "0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trunkbot-twilio-");
    private readonly HttpClient _other = new();
    private ServiceProvider _services = null!;

    public TwilioServer Server { get; private set; } = null!;

    public SiteProfile Site { get; private set; } = null!;

    public Journey Journey { get; private set; } = null!;

    public TrunkIntent Intent { get; private set; } = null!;

    public ICallInsights Insights => _services.GetRequiredService<ICallInsights>();

    public ITrunkInventory Inventory => _services.GetRequiredService<ITrunkInventory>();

    public static async Task<TwilioLab> StartAsync(TrunkIntent? intent = null, bool byHand = false)
    {
        var lab = new TwilioLab { Intent = intent ?? Given.Intent };
        var account = Given.Site().Twilio;
        lab.Server = await TwilioServer.StartAsync(
            new()
            {
                DatabasePath = Path.Combine(lab._folder.FullName, "twilio.db"),
                AccountSid = account.AccountSid,
                ApiKeySid = account.ApiKeySid!,
                ApiKeySecret = Given.Secret,
                AuthToken = ConsoleToken,
            },
            TestContext.Current.CancellationToken);
        lab._services = Given.Services();
        var site = Given.Site(lab.Server.BaseAddress);
        lab.Site = site with { Twilio = site.Twilio with { ApplyByHand = byHand } };
        lab.Journey = lab.NewJourney();
        lab._other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.AccountSid}:{ConsoleToken}")));
        return lab;
    }

    /// <summary>A run that knows nothing of the facts of an earlier one, as after a crash.</summary>
    public Journey NewJourney() => new(_services.GetRequiredService<INetworkSystem>(), Intent, Site);

    public TwilioTrunkView Trunk() => Server.Read().Trunks.Where(t => t.DomainName == "acme.pstn.twilio.com")
        .Select(t => new TwilioTrunkView(t.Sid, [.. t.AllowedSources.Select(n => n.ToString())], t.HasAccessControlList)).Single();

    public bool HasTrunk => Server.Read().Trunks.Any(t => t.DomainName == "acme.pstn.twilio.com");

    /// <summary>A run for the same trunk, wanted otherwise.</summary>
    public Journey NewJourney(TrunkIntent intent) => new(_services.GetRequiredService<INetworkSystem>(), intent, Site);

    /// <summary>SID of a number of the account.</summary>
    public async Task<string> NumberSidAsync(string number) =>
        (await GetAsync($"/2010-04-01/Accounts/{Site.Twilio.AccountSid}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]!
            .AsArray().Single(n => (string)n!["phone_number"]! == number)!["sid"]!.ToString();

    /// <summary>The voice URL that a number has now.</summary>
    public async Task<string> VoiceUrlAsync(string number) =>
        (await GetAsync($"/2010-04-01/Accounts/{Site.Twilio.AccountSid}/IncomingPhoneNumbers/{await NumberSidAsync(number)}.json"))["voice_url"]!.ToString();

    public Task<IReadOnlyList<StatusLine>> StatusAsync() =>
        _services.GetRequiredService<IStatusReader>().ReadAsync(Intent, Site, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<StatusLine>> StatusDeeperAsync() =>
        _services.GetRequiredService<IStatusReader>().ReadDeeperAsync(Intent, Site, TestContext.Current.CancellationToken);

    public Task FaultAsync(string kind, string match = "", int count = 1, string? method = null) => LabAsync("/lab/faults", new { kind, match, count, method });

    public async Task LabAsync(string path, object body)
    {
        using var response = await _other.PostAsJsonAsync(new Uri(Server.BaseAddress, path), body, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Something that only the lab can be told.</summary>
    public async Task ControlAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _other.PostAsync(new Uri(Server.BaseAddress, path), content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Somebody else writes to the account.</summary>
    public async Task<JsonNode> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await _other.PostAsync(new Uri(Server.BaseAddress, path), content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Somebody else takes something away from the account.</summary>
    public async Task DeleteAsync(string path)
    {
        using var response = await _other.DeleteAsync(new Uri(Server.BaseAddress, path), TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async Task<JsonNode> GetAsync(string path) =>
        (await _other.GetFromJsonAsync<JsonNode>(new Uri(Server.BaseAddress, path), TestContext.Current.CancellationToken))!;

    /// <summary>Everything the account holds, without dates: what undo must give back.</summary>
    public async Task<string> ContentAsync()
    {
        var account = $"/2010-04-01/Accounts/{Site.Twilio.AccountSid}";
        var lists = (await GetAsync($"{account}/SIP/IpAccessControlLists.json"))["ip_access_control_lists"]!.AsArray();
        var trunks = (await GetAsync("/v1/Trunks"))["trunks"]!.AsArray();
        var numbers = (await GetAsync($"{account}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]!.AsArray();
        List<string> urls = [];
        foreach (var trunk in trunks)
        {
            urls.AddRange((await GetAsync($"/v1/Trunks/{trunk!["sid"]}/OriginationUrls"))["origination_urls"]!.AsArray()
                .Select(u => $"origination {u!["friendly_name"]} {u["sip_url"]} {u["priority"]} {u["weight"]} {u["enabled"]}"));
        }

        return string.Join('\n',
            [
                .. lists.Select(l => $"list {l!["sid"]} {l["friendly_name"]}"),
                .. trunks.Select(t => $"trunk {t!["sid"]} {t["friendly_name"]} {t["domain_name"]} {t["auth_type"]}"),
                .. urls,
                .. numbers.Select(n => $"number {n!["phone_number"]} {n["trunk_sid"]} {n["voice_url"]} {n["voice_method"]}"),
            ]);
    }

    /// <summary>
    /// Everything the account holds, down to the last setting, without SIDs, dates and links: what is deleted and made again has others. Lists are named
    /// where they are mapped, and numbers where they are attached.
    /// </summary>
    public async Task<string> ShapeAsync()
    {
        var account = $"/2010-04-01/Accounts/{Site.Twilio.AccountSid}";
        var names = new Dictionary<string, string>();
        List<string> lines = [];
        foreach (var list in (await GetAsync($"{account}/SIP/IpAccessControlLists.json"))["ip_access_control_lists"]!.AsArray())
        {
            lines.Add($"list {Shape(list!)}");
            await AddAsync($"{account}/SIP/IpAccessControlLists/{list!["sid"]}/IpAddresses.json", "ip_addresses");
        }

        foreach (var trunk in (await GetAsync("/v1/Trunks"))["trunks"]!.AsArray())
        {
            names[trunk!["sid"]!.ToString()] = trunk["domain_name"]!.ToString();
            lines.Add($"trunk {Shape(trunk)}");
            await AddAsync($"/v1/Trunks/{trunk["sid"]}/IpAccessControlLists", "ip_access_control_lists");
            await AddAsync($"/v1/Trunks/{trunk["sid"]}/CredentialLists", "credential_lists");
            await AddAsync($"/v1/Trunks/{trunk["sid"]}/OriginationUrls", "origination_urls");
        }

        foreach (var number in (await GetAsync($"{account}/IncomingPhoneNumbers.json"))["incoming_phone_numbers"]!.AsArray())
        {
            lines.Add($"number on {(number!["trunk_sid"]?.ToString() is { } on ? names[on] : "no trunk")} {Shape(number)}");
        }

        return string.Join('\n', lines);

        async Task AddAsync(string path, string key) => lines.AddRange((await GetAsync(path))[key]!.AsArray().Select(e => $"  {key} {Shape(e!)}"));

        // An empty text and null both mean "not set".
        static string Shape(JsonNode node) => string.Join(' ', node.AsObject()
            .Where(p => p.Key is not ("sid" or "uri" or "url" or "links" or "date_created" or "date_updated") && !p.Key.EndsWith("_sid", StringComparison.Ordinal))
            .Select(p => $"{p.Key}={(p.Value is JsonObject inner ? inner.ToJsonString() : p.Value?.ToString())}"));
    }

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        await _services.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

internal sealed record TwilioTrunkView(string Sid, IReadOnlyList<string> AllowedSources, bool HasAccessControlList);
