using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Bindings;

/// <summary>Which pulls the watch of several trunks sends, to an HTTP server that counts them.</summary>
public sealed class WatchedPullsTests : IAsyncLifetime
{
    private static readonly ReadAges Ages = new(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(5));

    private readonly FakeTimeProvider time = new();
    private readonly ServiceProvider services = Given.Services();
    private StubServer server = null!;
    private MetaswitchStatus status = null!;
    private SiteProfile site = null!;
    private string contact = "";
    private bool refusesLogin;
    private int seen;

    public async ValueTask InitializeAsync()
    {
        server = await StubServer.StartAsync((request, _, http) => Answer(request.Body, http));
        var plain = Given.Site(server.Url);
        site = plain with { Metaswitch = plain.Metaswitch with { StatusGroupProven = true, AlarmsGroupProven = false, ProbeBinding = null } };
        status = new MetaswitchStatus(services.GetRequiredService<ShClient>(), time, services.GetRequiredService<IOptions<MetaswitchOptions>>());
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task Fields_are_kept_while_they_are_well_and_the_status_is_pulled_at_each_look()
    {
        Assert.All((await WatchAsync()).Take(3), l => Assert.Equal(HealthState.Ok, l.State));
        Assert.Equal(["BaseInformation", "Status"], Since());

        time.Advance(TimeSpan.FromMinutes(1));
        await WatchAsync();
        Assert.Equal(["Status"], Since());

        contact = "elsewhere.example";
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Contains(await WatchAsync(), l => l.Code == "binding-contact-differs");
        Assert.Equal(["BaseInformation", "Status"], Since());

        contact = "";
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(await WatchAsync(), l => l.Code == "binding-contact-differs");
        Assert.Equal(["BaseInformation", "Status"], Since());
    }

    [Fact]
    public async Task Where_the_fields_are_the_only_sign_of_life_they_are_not_kept()
    {
        site = site with { Metaswitch = site.Metaswitch with { StatusGroupProven = false } };
        await WatchAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await WatchAsync();

        Assert.Equal(["BaseInformation", "BaseInformation"], Since());
    }

    [Fact]
    public async Task A_server_that_failed_for_one_trunk_is_not_asked_for_the_next()
    {
        refusesLogin = true;
        Assert.Contains(await WatchAsync(), l => l is { Code: "cfs-login-refused", IsOfSystem: true });
        var asked = Since().Count;
        Assert.Equal(1, asked);

        Assert.Contains(await WatchAsync("OtherBinding"), l => l is { Code: "cfs-login-refused", IsOfSystem: true });
        Assert.Empty(Since());

        refusesLogin = false;
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.DoesNotContain(await WatchAsync("OtherBinding"), l => l.IsOfSystem);
    }

    private Task<IReadOnlyList<StatusLine>> WatchAsync(string binding = "TwilioBinding") =>
        status.WatchAsync(Given.Intent with { BindingName = binding }, site, Ages, TestContext.Current.CancellationToken);

    private List<string> Since()
    {
        var all = server.Seen;
        var since = all.Skip(seen).Select(r => r.Body.Contains("_BaseInformation<", StringComparison.Ordinal) ? "BaseInformation" : "Status").ToList();
        seen = all.Count;
        return since;
    }

    private Task Answer(string body, HttpContext http)
    {
        var indication = body.Contains("_BaseInformation<", StringComparison.Ordinal) ? BindingFields.ServiceIndication : BindingFields.StatusIndication;
        var binding = body.Contains("OtherBinding", StringComparison.Ordinal) ? "OtherBinding" : "TwilioBinding";
        var fields = indication == BindingFields.ServiceIndication
            ? string.Concat(BindingFields.Intended(Given.Intent with { BindingName = binding }, site.Metaswitch, new()).Select(f => $"<{f.Name}>{(f.Name == "ContactDomainName" && contact.Length > 0 ? contact : f.Value)}</{f.Name}>"))
            : "<RequestedStatus>Enabled</RequestedStatus><ActualStatus>Active</ActualStatus>";
        return refusesLogin ? StubServer.Answer(http, 401, "") : StubServer.Answer(http, 200, $"""
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><ShPullResponse><ResultCode>2001</ResultCode><ExtendedResult><ExtendedResultCode>100</ExtendedResultCode></ExtendedResult>
            <UserData><Sh-Data><RepositoryData><ServiceIndication>{indication}</ServiceIndication><SequenceNumber>41</SequenceNumber>
            <ServiceData><MetaSwitchData><{indication}>{fields}</{indication}></MetaSwitchData></ServiceData></RepositoryData></Sh-Data></UserData></ShPullResponse></e:Body></e:Envelope>
            """);
    }
}
