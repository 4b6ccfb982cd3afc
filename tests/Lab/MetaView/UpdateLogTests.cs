using System.Net;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Tests.MetaView;

public sealed class UpdateLogTests : IAsyncLifetime
{
    private WebLab _lab = null!;

    private ShClient Client => new(_lab);

    public async ValueTask InitializeAsync() => _lab = await WebLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private async Task<JsonArray> LogAsync() =>
        JsonNode.Parse(await _lab.Http.GetStringAsync(_lab.Control("/api/metaview-log"), TestContext.Current.CancellationToken))!.AsArray();

    [Fact]
    public async Task Every_update_is_told_in_order_with_its_result_and_pulls_are_not()
    {
        await Client.PullAsync(ShClient.Base);
        await Client.CreateAsync();
        await Client.UpdateAsync(ShClient.Status, 1, "<s:RequestedStatus>Enabled</s:RequestedStatus>");
        await Client.DeleteAsync(1);

        var log = await LogAsync();

        Assert.Equal(
            ["create CFS-1/TwilioBinding 2001", "status CFS-1/TwilioBinding 2001", "delete CFS-1/TwilioBinding 5999"],
            log.Select(line => $"{line!["operation"]} {line["identity"]} {line["resultCode"]}"));
        Assert.StartsWith("sequence 0, Name=TwilioBinding, Usage=Trunk,", (string)log[0]!["summary"]!, StringComparison.Ordinal);
        Assert.Equal("sequence 1, RequestedStatus=Enabled", (string)log[1]!["summary"]!);
        Assert.NotNull(log[0]!["at"]);
    }

    [Fact]
    public async Task A_password_is_blanked_and_a_reset_empties_the_log()
    {
        await Client.UpdateAsync(ShClient.Base, 0, "<s:NewSIPPassword>hunter2</s:NewSIPPassword>");
        Assert.Equal("sequence 0, NewSIPPassword=(blanked)", (string)(await LogAsync())[0]!["summary"]!);

        using var reset = await _lab.Http.PostAsync(_lab.Control("/api/reset"), null, TestContext.Current.CancellationToken);
        reset.EnsureSuccessStatusCode();

        Assert.Empty(await LogAsync());
    }

    [Fact]
    public async Task A_field_that_only_some_versions_return_and_the_last_number_can_be_asked_for()
    {
        await Client.CreateAsync();
        var faults = new Faults(_lab.Folder.Path);
        faults.Add(new Fault("extra-fields", "NATStatus"));
        faults.Add(new Fault("wrap-at-65535", ""));

        var pulled = await Client.PullAsync(ShClient.Base);

        Assert.Equal(("NATStatus", "65535"), (pulled.FieldNames[^1], pulled["SequenceNumber"]));
        Assert.Equal("5105/9003", (await Client.UpdateAsync(ShClient.Base, 0, "<s:PollingInterval>45</s:PollingInterval>")).Result);
        Assert.Equal("2001/100", (await Client.UpdateAsync(ShClient.Base, 1, "<s:PollingInterval>45</s:PollingInterval>")).Result);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Host", "evil.example")]
    public async Task Another_page_and_a_rebound_name_are_kept_out_of_the_service(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _lab.MetaView("/services/ShService"));
        request.Headers.Add(header, value);
        using var answer = await _lab.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
