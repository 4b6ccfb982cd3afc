using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Tests.Sh;

public sealed class ShClientTests
{
    private const string Ok = "<ShUpdateResponse><ResultCode>2001</ResultCode></ShUpdateResponse>";
    private const string Nothing = "<ShPullResponse><ResultCode>5001</ResultCode></ShPullResponse>";

    private static readonly ShUpdate Update = new("CFS-1/B", "Meta_X", 1, ShUpdate.Apply, [new("NewSIPPassword", "hunter2")]);

    private readonly List<WireExchange> _journal = [];

    private async Task<ShAnswer> PullAsync(StubServer server, string secret = Given.Secret)
    {
        using var services = Given.Services(secret);
        return await services.GetRequiredService<ShClient>().PullAsync(
            Given.Site(server.Url).Metaswitch, "CFS-1/B", "Meta_X", _journal.Add, TestContext.Current.CancellationToken);
    }

    private async Task<ShAnswer> UpdateAsync(StubServer server)
    {
        using var services = Given.Services();
        return await services.GetRequiredService<ShClient>().UpdateAsync(
            Given.Site(server.Url).Metaswitch, Update, _journal.Add, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_login_is_sent_as_basic_and_kept_by_name_only()
    {
        await using var server = await StubServer.StartAsync(200, Ok);

        await UpdateAsync(server);

        var seen = Assert.Single(server.Seen);
        Assert.Equal("Basic dHJ1bmtib3Q6czNjcjN0Lyt3b3Jk", seen.Authorization);
        Assert.Equal("text/xml; charset=UTF-8", seen.ContentType);
        var journal = string.Join('\n', _journal.Select(j => j.Text));
        Assert.Contains("Authorization: Basic {secret:denver-metaview}", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("dHJ1bmtib3Q6czNjcjN0Lyt3b3Jk", journal, StringComparison.Ordinal);
        Assert.Contains("hunter2", seen.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", journal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("http://www.metaswitch.com/ems/soap/sh#ShPull", "http://www.metaswitch.com/ems/soap/sh#ShPull")]
    public async Task A_SOAPAction_is_sent_where_the_site_has_one(string? configured, string expected)
    {
        var sent = "";
        await using var server = await StubServer.StartAsync((_, _, http) =>
        {
            sent = http.Request.Headers["SOAPAction"].ToString();
            return StubServer.Answer(http, 200, Nothing);
        });
        using var services = Given.Services();
        var site = Given.Site(server.Url).Metaswitch with { SoapAction = configured };

        await services.GetRequiredService<ShClient>().PullAsync(site, "CFS-1/B", "Meta_X", null, TestContext.Current.CancellationToken);

        Assert.Equal(expected, sent);
        Assert.Equal(configured is not null, ShClient.Head(site).Contains($"SOAPAction: {configured}"));
    }

    [Fact]
    public async Task A_pull_without_an_answer_is_sent_again()
    {
        await using var server = await StubServer.StartAsync((_, number, http) =>
            number < 3 ? StubServer.Cut(http) : StubServer.Answer(http, 200, Nothing));

        Assert.Equal(ShOutcome.Absent, (await PullAsync(server)).Outcome);
        Assert.Equal(3, server.Seen.Count);
    }

    [Fact]
    public async Task An_update_without_an_answer_is_never_sent_again()
    {
        await using var server = await StubServer.StartAsync((_, _, http) => StubServer.Cut(http));

        Assert.Equal(ShOutcome.NoAnswer, (await UpdateAsync(server)).Outcome);
        Assert.Single(server.Seen);
    }

    [Theory]
    [InlineData(200, "not xml", ShOutcome.NoAnswer)]
    [InlineData(502, "<html>bad gateway</html>", ShOutcome.NoAnswer)]
    [InlineData(500, "<Fault><faultstring>bad version</faultstring></Fault>", ShOutcome.Fault)]
    [InlineData(401, "who are you", ShOutcome.Fault)]
    [InlineData(200, "<ShUpdateResponse><ResultCode>5105</ResultCode></ShUpdateResponse>", ShOutcome.StaleSequence)]
    public async Task An_update_is_judged_by_what_can_be_known(int status, string body, ShOutcome expected)
    {
        await using var server = await StubServer.StartAsync(status, body);

        Assert.Equal(expected, (await UpdateAsync(server)).Outcome);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_so_the_login_goes_nowhere_else()
    {
        await using var other = await StubServer.StartAsync(200, Nothing);
        await using var server = await StubServer.StartAsync((_, _, http) =>
        {
            http.Response.Headers.Location = other.Url.ToString();
            return StubServer.Answer(http, 307, "");
        });

        var answer = await PullAsync(server);

        Assert.Equal((ShOutcome.Fault, 307), (answer.Outcome, answer.HttpStatus));
        Assert.Empty(other.Seen);
    }

    [Fact]
    public async Task A_document_type_in_an_answer_is_not_read()
    {
        await using var server = await StubServer.StartAsync(200,
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><ShPullResponse><ResultCode>5001</ResultCode><a>&x;</a></ShPullResponse>");

        Assert.Equal(ShOutcome.NoAnswer, (await PullAsync(server)).Outcome);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable_and_nothing_was_sent()
    {
        var server = await StubServer.StartAsync(200, Ok);
        var url = server.Url;
        await server.DisposeAsync();
        using var services = Given.Services();

        var answer = await services.GetRequiredService<ShClient>().UpdateAsync(
            Given.Site(url).Metaswitch, Update, null, TestContext.Current.CancellationToken);

        Assert.Equal(ShOutcome.Unreachable, answer.Outcome);
    }

    [Fact]
    public async Task A_missing_secret_is_said_by_name()
    {
        await using var server = await StubServer.StartAsync(200, Nothing);
        using var services = Given.Services(secret: "");

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => services.GetRequiredService<INetworkSystem>()
            .ReadAsync(new(Given.Intent), Given.Site(server.Url), TestContext.Current.CancellationToken));

        Assert.Equal("secret-not-configured", e.Code);
        Assert.Contains("secret:denver-metaview", e.Message, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task An_unreachable_switch_is_a_line_of_status()
    {
        var server = await StubServer.StartAsync(200, Ok);
        var site = Given.Site(server.Url);
        await server.DisposeAsync();
        using var services = Given.Services();

        var line = Assert.Single(await services.GetRequiredService<IStatusReader>().ReadAsync(Given.Intent, site, TestContext.Current.CancellationToken));

        Assert.Equal((HealthState.Failed, "cfs-unreachable"), (line.State, line.Code));
    }
}
