using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Lab.Twilio;
using TrunkBot.Trunks;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Tests.Lab;

namespace TrunkBot.Twilio.Tests.Prism;

/// <summary>The lab's Twilio, and Prism before it. Started once for the class; each test begins with an account as it is at first start.</summary>
public sealed class PrismFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trunkbot-prism-");

    internal PrismPeer Peer { get; private set; } = null!;

    internal TwilioServer Lab { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var account = Given.Site().Twilio;
        Lab = await TwilioServer.StartAsync(
            new() { DatabasePath = Path.Combine(_folder.FullName, "twilio.db"), AccountSid = account.AccountSid, ApiKeySid = account.ApiKeySid!, ApiKeySecret = Given.Secret },
            CancellationToken.None);
        Peer = await PrismPeer.StartAsync(Lab.BaseAddress);
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        await Lab.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Client and simulator against Twilio's own OpenAPI descriptions.</summary>
public sealed class ContractTests(PrismFixture fixture) : IClassFixture<PrismFixture>, IAsyncLifetime
{
    private readonly HttpClient _http = new();

    public async ValueTask InitializeAsync()
    {
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Given.Site().Twilio.ApiKeySid}:{Given.Secret}")));
        using var reset = await _http.PostAsync(new Uri(fixture.Lab.BaseAddress, "/lab/reset"), null, TestContext.Current.CancellationToken);
        reset.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Every_schema_of_a_response_compiles_so_that_every_response_is_looked_at()
    {
        Assert.Empty(fixture.Peer.Failures);
        Assert.InRange(fixture.Peer.Schemas, 70, 200);
    }

    [Fact]
    public void Every_operation_of_the_client_is_in_the_list_of_requests()
    {
        var listed = File.ReadAllText(Path.Combine(PrismPeer.Folder(), "Surface.cs"));
        var operations = typeof(TwilioCalls).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => m.Name).Distinct().ToList();

        Assert.InRange(operations.Count, 50, 100);
        Assert.DoesNotContain(operations, o => !listed.Contains($"TwilioCalls.{o}(", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_key_that_the_client_can_send_is_in_the_description_of_its_operation()
    {
        // Twilio ignores a misspelt one without a word, and so does Prism.
        var site = Given.Site().Twilio;
        List<string> unknown = [];
        foreach (var request in Surface.Reads(site).Select(r => r.Request).Concat(Surface.Writes(site)))
        {
            if (Surface.Described(request) is not { } described)
            {
                unknown.Add($"{request.Method} {request.Path}");
                continue;
            }

            unknown.AddRange(request.Form.Select(f => f.Key).Where(k => !described.Form.Contains(k)).Select(k => $"{request.Method} {request.Path}: form {k}"));
            unknown.AddRange(new Uri("http://x" + request.Path).Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(q => Uri.UnescapeDataString(q.Split('=')[0])).Where(k => !described.Query.Contains(k)).Select(k => $"{request.Method} {request.Path}: query {k}"));
        }

        Assert.Empty(unknown);
    }

    [Fact]
    public async Task The_mock_takes_every_request_and_the_client_reads_every_answer()
    {
        await using var services = Given.Services();
        var site = Given.Site(fixture.Peer.Mock).Twilio;
        var session = new TwilioSession(services.GetRequiredService<TwilioClient>(), site, null);
        List<string> refused = [];

        foreach (var (request, read) in Surface.Reads(site))
        {
            await TryAsync(request, () => read(session, TestContext.Current.CancellationToken));
        }

        foreach (var request in Surface.Writes(site))
        {
            await TryAsync(request, () => request.Method == HttpMethod.Delete
                ? session.DeleteAsync(request, TestContext.Current.CancellationToken)
                : session.PostAsync(request, TestContext.Current.CancellationToken));
        }

        Assert.True(refused.Count == 0, string.Join(Environment.NewLine, refused));

        async Task TryAsync(TwilioRequest request, Func<Task> act)
        {
            try
            {
                await act();
            }
            catch (TwilioException e)
            {
                refused.Add($"{request.Method} {request.Path}: {e.Message}");
            }
        }
    }

    [Theory]
    [InlineData("/v1/Trunks", "Secure=True", 422)]
    [InlineData("/v1/Trunks", "TransferMode=some", 422)]
    [InlineData("/v1/Trunks/TK0123456789abcdef0123456789abcdef/OriginationUrls", "Weight=0&Priority=1&Enabled=true&FriendlyName=x&SipUrl=sip:a", 422)]
    [InlineData("/v1/Trunks/TK0123456789abcdef0123456789abcdef/OriginationUrls", "Weight=1&Priority=1&Enabled=true&FriendlyName=x&SipUrl=http:a", 422)]
    [InlineData("/v1/Trunks/TK0123456789abcdef0123456789abcdef/OriginationUrls", "Weight=1", 422)]
    [InlineData("/v1/Trunks/short", "FriendlyName=x", 422)]
    [InlineData("/v1/Trunkz", "FriendlyName=x", 404)]
    public async Task The_proxy_is_a_judge_that_says_no(string path, string form, int status)
    {
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _http.PostAsync(new Uri(fixture.Peer.Proxy, path), content, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.DoesNotContain(fixture.Lab.Requests, r => r.Method == "POST");
    }

    [Fact]
    public async Task A_trunk_is_provisioned_read_twice_and_undone_through_the_proxy()
    {
        await using var services = Given.Services();
        var intent = Given.Intent with { Origination = true, Numbers = ["+13035550188"] };
        var site = Given.Site(fixture.Peer.Proxy);
        var journey = new Journey(services.GetRequiredService<INetworkSystem>(), intent, site);

        var plan = await journey.ApplyAllAsync();
        Assert.Empty((await journey.PlanAsync()).Steps);
        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            var result = await journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
        }

        Assert.DoesNotContain(fixture.Lab.Read().Trunks, t => t.DomainName == "acme.pstn.twilio.com");
        Assert.Equal(["POST", "DELETE"], fixture.Lab.Requests.Select(r => r.Method).Where(m => m != "GET").Distinct());
    }

    [Fact]
    public async Task A_trunk_is_changed_taken_down_and_brought_back_through_the_proxy()
    {
        await using var services = Given.Services();
        var intent = Given.Intent with { Origination = true, Numbers = ["+13035550188"] };
        var site = Given.Site(fixture.Peer.Proxy);
        var journey = new Journey(services.GetRequiredService<INetworkSystem>(), intent, site);
        var made = await journey.ApplyAllAsync();
        var state = TwilioState.Parse((await journey.System.ReadAsync(new(intent), site, TestContext.Current.CancellationToken)).Content);
        var steps = new[] { "disable-origination", "detach-number", "remove-origination", "dissociate-acl", "delete-trunk", "delete-acl" }
            .Select(kind => ChangeAndRemovalStepsTests.Planned(site.Twilio, ChangeAndRemovalStepsTests.Step(kind, state, made)))
            .ToList();

        foreach (var step in steps)
        {
            var result = await journey.ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Title}: {result.Sentence}");
        }

        Assert.DoesNotContain(fixture.Lab.Read().Trunks, t => t.DomainName == "acme.pstn.twilio.com");
        foreach (var step in steps.AsEnumerable().Reverse())
        {
            var result = await journey.UndoAsync(step);
            Assert.True(result.Succeeded, $"undo {step.Title}: {result.Sentence}");
        }

        Assert.Contains(fixture.Lab.Read().Trunks, t => t.DomainName == "acme.pstn.twilio.com" && t.HasAccessControlList);
    }

    [Fact]
    public async Task A_trunk_is_found_adopted_changed_and_its_history_read_through_the_proxy()
    {
        await using var services = Given.Services();
        var cancel = TestContext.Current.CancellationToken;
        var site = Given.Site(fixture.Peer.Proxy);
        var intent = Given.Intent with { TerminationName = "headoffice", Origination = true, Numbers = ["+13035550123"], PublicAddresses = [IPNetwork.Parse("198.51.100.7/32")] };
        var inventory = services.GetRequiredService<ITrunkInventory>();
        Assert.Equal(["headoffice"], (await inventory.FindAsync(site, new Dictionary<string, string>(), cancel)).Select(f => f.Termination));

        var found = Assert.Single(await inventory.FindAsync(site, new Dictionary<string, string> { ["termination"] = "headoffice" }, cancel));

        Assert.Equal("198.51.100.7/32", found.Parameters["acl"]);
        var owned = new OwnedTrunk(intent, found.Facts);
        var tls = intent with { Transport = SipTransport.Tls };
        var journey = new Journey(services.GetRequiredService<INetworkSystem>(), tls, site);
        Assert.Empty((await journey.PlanAsync(new(intent) { Owned = owned })).Steps);
        await journey.ApplyAllAsync(new(tls) { Owned = owned });
        Assert.Contains(await inventory.ChangesSinceAsync(owned, site, DateTimeOffset.MinValue, cancel), c => c.What == "trunk headoffice.pstn.twilio.com: trunk.updated (secure false -> true)");
    }

    [Fact]
    public async Task Every_read_of_the_lab_passes_the_proxy()
    {
        await using var services = Given.Services();
        var direct = Given.Site(fixture.Lab.BaseAddress).Twilio;
        var client = services.GetRequiredService<TwilioClient>();
        var cancel = TestContext.Current.CancellationToken;
        var ours = new TwilioSession(client, direct, null);
        var trunk = (await ours.ListAsync(TwilioCalls.Trunks(), cancel))[0].Sid;
        var acl = (await ours.ListAsync(TwilioCalls.AccessControlLists(direct), cancel))[0].Sid;
        var address = (await ours.ListAsync(TwilioCalls.Addresses(direct, acl), cancel))[0].Sid;
        var url = (await ours.ListAsync(TwilioCalls.OriginationUrls(trunk), cancel))[0].Sid;
        var number = (await ours.ListAsync(TwilioCalls.TrunkNumbers(trunk), cancel))[0].Sid;
        await ours.PostAsync(TwilioCalls.CreateCall(direct, new() { To = "+13035550123", From = "+13035550188", Twiml = "<Response><Echo/></Response>" }), cancel);
        using var alert = await _http.PostAsync(new Uri(fixture.Lab.BaseAddress, "/lab/alerts"), new StringContent("""{"code":"32201"}""", Encoding.UTF8, "application/json"), cancel);
        var call = (await ours.ListAsync(TwilioCalls.Calls(direct), cancel))[0].Sid;
        var alertSid = (await ours.ListAsync(TwilioCalls.Alerts(), cancel))[0].Sid;
        var eventSid = (await ours.ListAsync(TwilioCalls.AuditEvents(), cancel))[0].Sid;
        var real = new Dictionary<string, string>
        {
            ["TK"] = trunk, ["AL"] = acl, ["IP"] = address, ["OU"] = url, ["PN"] = number, ["CA"] = call, ["NO"] = alertSid, ["AE"] = eventSid,
        };
        var site = Given.Site(fixture.Peer.Proxy).Twilio;
        var notThere = new[] { "CL0123", "/Summary", "/v2/Trunks" };
        List<string> refused = [];

        foreach (var (request, _) in Surface.Reads(site))
        {
            // Of a credential list, a route or a summary that is not there (yet) the lab says 404, as Twilio would; the proxy lets that by.
            var path = real.Aggregate(request.Path, (p, sid) => p.Replace($"{sid.Key}0123456789abcdef0123456789abcdef", sid.Value, StringComparison.Ordinal));
            using var response = await _http.GetAsync(new Uri(fixture.Peer.Proxy, path), cancel);
            if (response.StatusCode != (notThere.Any(n => path.Contains(n, StringComparison.Ordinal)) ? HttpStatusCode.NotFound : HttpStatusCode.OK))
            {
                refused.Add($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancel)}");
            }
        }

        Assert.True(refused.Count == 0, string.Join(Environment.NewLine, refused));
    }
}
