using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.Tests.State;

/// <summary>Which requests the watch of several trunks sends, to an HTTP server that counts them.</summary>
public sealed class WatchedReadsTests : IAsyncLifetime
{
    private static readonly ReadAges Ages = new(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(5));

    private readonly FakeTimeProvider time = new();
    private readonly ServiceProvider services = Given.Services();
    private StubServer server = null!;
    private TwilioStatus status = null!;
    private SiteProfile site = null!;
    private string authType = "IP_ACL";
    private int seen;

    public async ValueTask InitializeAsync()
    {
        server = await StubServer.StartAsync((request, _, http) => Answer(request.PathAndQuery, http));
        site = Given.Site(server.Url);
        status = new TwilioStatus(services.GetRequiredService<TwilioClient>(), time, services.GetRequiredService<IOptions<TwilioOptions>>());
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task What_the_account_says_is_asked_once_for_all_trunks_and_what_is_a_trunks_own_once_in_a_while()
    {
        await WatchAsync("acme");
        Assert.Equal(["/Account", "Balance", "Trunks", "TK-acme/IpAccessControlLists", "TK-acme/CredentialLists", "TK-acme/OriginationUrls", "Lists"], Since());

        await WatchAsync("beta");
        Assert.Equal(["TK-beta/IpAccessControlLists", "TK-beta/CredentialLists", "TK-beta/OriginationUrls"], Since());

        time.Advance(TimeSpan.FromMinutes(1));
        await WatchAsync("acme");
        await WatchAsync("beta");
        Assert.Equal(["/Account", "Balance", "Trunks", "Lists"], Since());

        time.Advance(TimeSpan.FromMinutes(4));
        await WatchAsync("acme");
        Assert.Contains("TK-acme/OriginationUrls", Since());
    }

    [Fact]
    public async Task What_is_wrong_is_read_again_at_each_look_so_that_nothing_old_keeps_it_wrong()
    {
        await WatchAsync("acme");
        authType = "";
        time.Advance(TimeSpan.FromMinutes(1));
        _ = Since();

        Assert.Contains(await WatchAsync("acme"), l => l is { State: HealthState.Failed, Code: "trunk-without-acl" });
        Assert.Contains("TK-acme/IpAccessControlLists", Since());

        // A trunk all of whose own things are well is not read again because of the account.
        authType = "IP_ACL";
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(await WatchAsync("acme"), l => l.Code == "trunk-without-acl");
        Assert.Equal(["/Account", "Balance", "Trunks", "Lists"], Since());
    }

    private Task<IReadOnlyList<StatusLine>> WatchAsync(string trunk) => status.WatchAsync(
        Given.Intent with { Name = trunk, TerminationName = trunk, PublicAddresses = [], Origination = false, Numbers = [] }, site, Ages, TestContext.Current.CancellationToken);

    /// <summary>What was asked since this was asked for before.</summary>
    private List<string> Since()
    {
        var all = server.Seen;
        var since = all.Skip(seen).Select(r => Name(r.PathAndQuery)).ToList();
        seen = all.Count;
        return since;
    }

    private string Name(string path) => path.Split('?')[0] switch
    {
        var p when p == $"/2010-04-01/Accounts/{site.Twilio.AccountSid}.json" => "/Account",
        var p when p.EndsWith("/Balance.json", StringComparison.Ordinal) => "Balance",
        var p when p.EndsWith("/SIP/IpAccessControlLists.json", StringComparison.Ordinal) => "Lists",
        "/v1/Trunks" => "Trunks",
        var p => p.Replace("/v1/Trunks/", "", StringComparison.Ordinal),
    };

    private Task Answer(string path, HttpContext http) => StubServer.Answer(http, 200, Name(path) switch
    {
        "/Account" => """{ "status": "active", "type": "Full" }""",
        "Balance" => """{ "balance": "100.0", "currency": "USD" }""",
        "Trunks" => List("trunks", Trunk("acme"), Trunk("beta")),
        "Lists" => """{ "ip_access_control_lists": [], "next_page_uri": null }""",
        var p when p.EndsWith("/IpAccessControlLists", StringComparison.Ordinal) => List("ip_access_control_lists"),
        var p when p.EndsWith("/CredentialLists", StringComparison.Ordinal) => List("credential_lists"),
        _ => List("origination_urls"),
    });

    private string Trunk(string name) =>
        $$"""{ "sid": "TK-{{name}}", "domain_name": "{{name}}.pstn.twilio.com", "friendly_name": "{{name}}", "auth_type": "{{authType}}", "secure": false, "symmetric_rtp_enabled": false }""";

    private static string List(string key, params string[] items) => $$"""{ "{{key}}": [{{string.Join(',', items)}}], "meta": { "key": "{{key}}", "next_page_url": null } }""";
}
