using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TrunkBot.Lab.Perimeta.Cli;
using TrunkBot.Lab.Tests.MetaView;

namespace TrunkBot.Lab.Tests.Control;

public sealed class ControlTests : IAsyncLifetime
{
    private WebLab _lab = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await WebLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task The_worksheets_of_a_trunk_can_be_done()
    {
        Assert.Equal("200 done", await PostAsync("/api/rmgm", new { name = "Twilio", useE164Numbers = true }));
        await new ShClient(_lab).CreateAsync();
        Assert.Equal("200 done", await PostAsync("/api/sip-trunks", new { name = "TwilioTrunk", configuredSipBinding = "TwilioBinding", enabled = true }));
        Assert.Equal("200 done", await PostAsync("/api/translations", new { table = "TwilioTest", dialedNumber = "16504894546", sipTrunk = "TwilioTrunk" }));

        var state = _lab.Host.Context.Cfs!.Read();

        Assert.Equal(("Twilio", true), (state.MediaGatewayModels[1].Name, state.MediaGatewayModels[1].UseE164Numbers));
        Assert.Equal(("TwilioTrunk", "TwilioBinding", true), (state.SipTrunks[1].Name, state.SipTrunks[1].ConfiguredSipBinding, state.SipTrunks[1].Enabled));
        Assert.Equal(("TwilioTest", "16504894546", "TwilioTrunk"), (state.Translations[1].Table, state.Translations[1].DialedNumber, state.Translations[1].SipTrunk));
        Assert.Equal(("3035550100", "3035550100", _lab.Host.Context.Secrets["lab-subscriber"]), (state.Subscribers[0].DirectoryNumber, state.Subscribers[0].SipUser, state.Subscribers[0].SipPassword));
    }

    [Fact]
    public async Task The_same_object_again_is_changed_and_not_doubled()
    {
        await PostAsync("/api/rmgm", new { name = "Standard", useE164Numbers = true });

        var model = Assert.Single(_lab.Host.Context.Cfs!.Read().MediaGatewayModels);
        Assert.True(model.UseE164Numbers);
    }

    [Fact]
    public async Task What_is_used_is_not_removed_and_the_user_is_named()
    {
        Assert.Equal("409 lab-object-in-use Standard is used by binding NorthernBinding: remove that first.", await DeleteAsync("/api/rmgm/Standard"));
        Assert.Equal("409 lab-object-in-use NorthernTrunk is used by translation table Main: remove that first.", await DeleteAsync("/api/sip-trunks/NorthernTrunk"));
        Assert.Equal("200 done", await DeleteAsync("/api/translations/Main/18005550199"));
        Assert.Equal("200 done", await DeleteAsync("/api/sip-trunks/NorthernTrunk"));
        Assert.Equal("409 lab-no-such-object There is no SIP trunk NorthernTrunk: check the spelling.", await DeleteAsync("/api/sip-trunks/NorthernTrunk"));
    }

    [Fact]
    public async Task A_reference_to_nothing_is_refused()
    {
        Assert.Equal("409 lab-no-such-object There is no configured SIP binding Twilio: check the spelling.", await PostAsync("/api/sip-trunks", new { name = "T", configuredSipBinding = "Twilio", enabled = true }));
        Assert.Equal("409 lab-no-such-object There is no SIP trunk T: check the spelling.", await PostAsync("/api/translations", new { table = "Main", dialedNumber = "16504894546", sipTrunk = "T" }));
        Assert.Equal("409 lab-bad-number Give the dialed number as digits, with +, * and # if need be.", await PostAsync("/api/translations", new { table = "Main", dialedNumber = "1-650", sipTrunk = "NorthernTrunk" }));
        Assert.Equal("409 lab-bad-name Give a name of 1 to 64 characters without blanks at its ends.", await PostAsync("/api/rmgm", new { name = " Twilio" }));
    }

    [Fact]
    public async Task A_body_that_is_no_object_is_refused()
    {
        using var content = new StringContent("[1]");
        using var response = await _lab.Http.PostAsync(_lab.Control("/api/rmgm"), content, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_page_lists_the_objects_and_its_forms_bring_one_back_to_it()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var browser = new HttpClient(handler);
        using var form = new FormUrlEncodedContent([new("name", "A<b>&\"c"), new("useE164Numbers", "on")]);

        using var response = await browser.PostAsync(_lab.Control("/api/rmgm"), form, Cancelled);
        var page = await browser.GetStringAsync(_lab.Control("/"), Cancelled);

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (response.StatusCode, response.Headers.Location?.OriginalString));
        Assert.Contains("<td>A&lt;b&gt;&amp;&quot;c</td><td>yes</td>", page, StringComparison.Ordinal);
        Assert.Contains("<tr><td>MetasphereCFS</td><td>active</td><td>10.20.0.20</td></tr>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("A<b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_shows_every_system_and_no_password()
    {
        var text = await _lab.Http.GetStringAsync(_lab.Control("/api/state"), Cancelled);

        using var state = JsonDocument.Parse(text);
        var root = state.RootElement;
        Assert.Equal("NorthernBinding", root.GetProperty("cfs").GetProperty("bindings")[0].GetProperty("name").GetString());
        Assert.Equal("3035550100", root.GetProperty("cfs").GetProperty("subscribers")[0].GetString());
        Assert.Equal("198.51.100.20", root.GetProperty("sbc").GetProperty("permits")[0].GetProperty("address").GetString());
        Assert.Equal("10.20.0.20/32", root.GetProperty("sbc").GetProperty("adjacencies")[0].GetProperty("remoteRanges")[0].GetString());
        Assert.Equal(_lab.Host.MetaViewPort, root.GetProperty("ports").GetProperty("metaview").GetInt32());
        Assert.DoesNotContain(_lab.Host.Context.Secrets["lab-subscriber"], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_are_switched_on_by_name_and_off_together()
    {
        Assert.Equal("200 done", await PostAsync("/api/faults", new { kind = "refuse-line", text = "activate" }));
        Assert.StartsWith("409 lab-unknown-fault Choose one of: refuse-line, drop-connection-at,", await PostAsync("/api/faults", new { kind = "explode", text = "" }), StringComparison.Ordinal);
        using (var state = JsonDocument.Parse(await _lab.Http.GetStringAsync(_lab.Control("/api/state"), Cancelled)))
        {
            Assert.Equal("""[{"kind":"refuse-line","text":"activate"}]""", state.RootElement.GetProperty("faults").GetRawText());
        }

        Assert.Equal("200 done", await DeleteAsync("/api/faults"));
        Assert.Contains("\"faults\":[]", await _lab.Http.GetStringAsync(_lab.Control("/api/state"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_brings_back_the_first_state()
    {
        await new ShClient(_lab).CreateAsync();
        await PostAsync("/api/faults", new { kind = "slow", text = "9" });

        Assert.Equal("200 done", await PostAsync("/api/reset", new { }));

        Assert.Equal("5001/9000", (await new ShClient(_lab).PullAsync(ShClient.Base)).Result);
        Assert.Contains("\"faults\":[]", await _lab.Http.GetStringAsync(_lab.Control("/api/state"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_log_is_served_as_an_array()
    {
        Assert.Equal("[]", await _lab.Http.GetStringAsync(_lab.Control("/api/perimeta/session-log"), Cancelled));
        new SessionLog(_lab.Folder.Path, TimeProvider.System).Write("7", "defcraft", "config", "sbc", LineOutcome.Accepted, null);
        new SessionLog(_lab.Folder.Path, TimeProvider.System).Write("7", "defcraft", "config-sbc", "x\"y", LineOutcome.Refused, "% Error");

        using var log = JsonDocument.Parse(await _lab.Http.GetStringAsync(_lab.Control("/api/perimeta/session-log"), Cancelled));

        Assert.Equal(["sbc", "x\"y"], log.RootElement.EnumerateArray().Select(entry => entry.GetProperty("line").GetString()));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "evil.example")]
    public async Task Another_web_page_is_kept_out(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _lab.Control("/api/reset"));
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await _lab.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private async Task<string> PostAsync(string path, object body)
    {
        using var response = await _lab.Http.PostAsJsonAsync(_lab.Control(path), body, Cancelled);
        return await ReadAsync(response);
    }

    private async Task<string> DeleteAsync(string path)
    {
        using var response = await _lab.Http.DeleteAsync(_lab.Control(path), Cancelled);
        return await ReadAsync(response);
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        var message = body.TryGetProperty("message", out var text) ? $" {text.GetString()}" : "";
        return $"{(int)response.StatusCode} {body.GetProperty("code").GetString()}{message}";
    }
}
