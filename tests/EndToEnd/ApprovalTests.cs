using TrunkBot.EndToEnd.Tests.Support;

namespace TrunkBot.EndToEnd.Tests;

public sealed class ApprovalTests
{
    [Fact]
    public async Task A_rejection_needs_a_reason_tells_the_requester_and_sends_nothing()
    {
        await using var testbed = await Testbed.StartAsync();
        var before = testbed.SbcConfiguration;
        var (change, request) = await testbed.RequestAsync("new trunk name=acme-west site=denver edges=umatilla");

        var withoutReason = await testbed.PressAsync("ben", "approvals", request, "reject", new Dictionary<string, string> { ["reason"] = " " });
        Assert.Equal("Say why you reject it: the requester needs to know.", withoutReason);
        await testbed.PressAsync("ben", "approvals", request, "reject", new Dictionary<string, string> { ["reason"] = "wrong realm\nsee <at>wiki</at> **now**" });

        await testbed.HearAsync("ana", "the rejection", m => m.Says($"Ben Okafor rejected {change}") && m.Says("wrong realm see <at>wiki</at> **now**"));
        var card = await testbed.Chat.WaitAsync("dana", "approvals", "the decided card", m => m.Id == request.Id && m.Says("Rejected"), Testbed.Soon, TestContext.Current.CancellationToken);
        Assert.Null(card.Button("approve"));
        Assert.Equal(before, testbed.SbcConfiguration);
        Assert.Empty(await testbed.ConfigurationLinesAsync());
        Assert.Empty(await testbed.TwilioWritesAsync());
    }

    [Fact]
    public async Task Somebody_elses_line_between_plan_and_approval_stops_the_change_before_the_first_line()
    {
        await using var testbed = await Testbed.StartAsync();
        var (change, request) = await testbed.RequestAsync("new trunk name=acme-west site=denver edges=umatilla");
        using var made = await testbed.Http.PostAsync(
            new Uri($"http://127.0.0.1:{testbed.Lab.TwilioPort}/lab/reset"), null, TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
        await TakeDomainAsync(testbed);

        await testbed.PressAsync("ben", "approvals", request, "approve");

        var card = await testbed.HearAsync("ana", "the stop", m => m.Says($"{change}:") && Testbed.IsAt(m, "Failed"), Testbed.Long);
        Assert.True(card.Says("plan-stale"), string.Join('\n', card.Lines));
        Assert.Empty(await testbed.ConfigurationLinesAsync());
        Assert.Equal(["POST /v1/Trunks"], await testbed.TwilioWritesAsync());
    }

    /// <summary>Somebody with the same account makes a trunk of that domain by hand.</summary>
    private static async Task TakeDomainAsync(Testbed testbed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{testbed.Lab.TwilioPort}/v1/Trunks"));
        var login = $"SK00000000000000000000000000001ab0:{testbed.Lab.Context.Secrets["lab-twilio"]}";
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(login)));
        request.Content = new FormUrlEncodedContent([new("FriendlyName", "by hand"), new("DomainName", "acme-west.pstn.twilio.com")]);
        using var response = await testbed.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
