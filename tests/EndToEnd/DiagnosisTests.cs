using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab;
using TrunkBot.Lab.Script;

namespace TrunkBot.EndToEnd.Tests;

public sealed partial class DiagnosisTests
{
    /// <summary>The line that puts the trunk's adjacency into service.</summary>
    [GeneratedRegex(@"(?<=adjacency sip acme-west-us2\n(?: {6,}.*\n)*?) *activate\n")]
    private static partial Regex Activate();

    [Fact]
    public async Task What_was_broken_by_hand_is_named_first_and_nothing_is_named_once_it_is_mended()
    {
        await using var testbed = await Testbed.StartAsync();
        var change = await testbed.ApprovedAsync("new trunk name=acme-west site=denver edges=umatilla");
        await testbed.SeeThroughAsync(change, "Done", "Failed");

        testbed.EditSbc(c => Activate().Replace(c, ""));
        var inactive = await DiagnoseAsync(testbed, "diagnose acme-west call");
        Assert.True(inactive.Says("Probable cause: an adjacency of the trunk is not active. Perimeta, adjacency acme-west-us2"), All(inactive));
        Assert.True(inactive.Says("adjacency-inactive"), All(inactive));

        // The button on the card: a plan, approved and applied as any other.
        await testbed.PressAsync("ana", "personal-ana", inactive, "drift-restore");
        var mended = await testbed.ThroughAsync(null);
        Assert.True(mended.Says("Activate adjacency acme-west-us2"), All(mended));

        await PostAsync(testbed, testbed.LabUrl, "/api/translations/remove", new { table = "TwilioTest", dialedNumber = "16504894546" });
        var unrouted = await DiagnoseAsync(testbed, "diagnose acme-west call");
        Assert.True(unrouted.Says("Probable cause: the switch has no route for the dialed number. Test call"), All(unrouted));
        await PostAsync(testbed, testbed.LabUrl, "/api/translations", new { table = "TwilioTest", dialedNumber = "16504894546", sipTrunk = "Twilio-acme-west" });

        var twilio = new Uri($"http://127.0.0.1:{testbed.Lab.TwilioPort}");
        await PostAsync(testbed, twilio, "/lab/account", new { status = "suspended" });
        var suspended = await DiagnoseAsync(testbed, "diagnose acme-west");
        Assert.True(suspended.Says("Probable cause: the Twilio account is not active. Twilio, account"), All(suspended));
        Assert.True(suspended.Says("twilio-account-not-active"), All(suspended));
        var (exit, output, said) = await testbed.CommandAsync("diagnose", "acme-west", "--json");
        Assert.Equal((1, ""), (exit, said));
        using (var json = JsonDocument.Parse(output))
        {
            Assert.Equal("twilio-account-not-active", json.RootElement.GetProperty("causes")[0].GetProperty("code").GetString());
        }

        await PostAsync(testbed, twilio, "/lab/account", new { status = "active" });

        var healthy = await DiagnoseAsync(testbed, "diagnose acme-west call");
        Assert.True(healthy.Says("Nothing wrong was found in"), All(healthy));
        Assert.Contains("signalling and two-way audio", healthy.Card!.Value.GetRawText(), StringComparison.Ordinal);
        (exit, output, said) = await testbed.CommandAsync("diagnose", "acme-west", "call");
        Assert.Equal((0, ""), (exit, said));
        Assert.StartsWith("acme-west, Denver (simulated lab): Nothing wrong was found in ", output, StringComparison.Ordinal);
        using var calls = new HttpRequestMessage(HttpMethod.Get, new Uri(twilio, $"/2010-04-01/Accounts/{TwilioPart.AccountSid}/Calls.json?To=%2B16504894546"));
        calls.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TwilioPart.ApiKeySid}:{testbed.Lab.Context.Secrets[LabSecrets.Twilio]}")));
        using var listed = await testbed.Http.SendAsync(calls, TestContext.Current.CancellationToken);
        Assert.Contains("\"trunking-terminating\"", await listed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\nin order: Test call, signalling and two-way audio: ", output, StringComparison.Ordinal);
    }

    private static async Task<SeenMessage> DiagnoseAsync(Testbed testbed, string command)
    {
        var before = (await testbed.Chat.ReadAsync("ana", "personal-ana", TestContext.Current.CancellationToken)).Select(m => m.Id).ToHashSet();
        await testbed.SayAsync("ana", command);
        return await testbed.HearAsync("ana", "the diagnosis", m => !before.Contains(m.Id) && m.Says("Finished"), Testbed.Long);
    }

    private static async Task PostAsync(Testbed testbed, Uri host, string path, object body)
    {
        using var answer = await testbed.Http.PostAsJsonAsync(new Uri(host, path), body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string All(SeenMessage message) => string.Join('\n', message.Lines);
}
