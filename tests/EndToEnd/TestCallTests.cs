using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrunkBot.EndToEnd.Tests.Support;
using TrunkBot.Lab;

namespace TrunkBot.EndToEnd.Tests;

/// <summary>Test calls past the switch and in from Twilio, against the whole lab: in chat and from the command line.</summary>
public sealed class TestCallTests
{
    [Fact]
    public async Task A_trunk_is_called_by_every_way_and_what_is_in_the_way_is_named()
    {
        await using var testbed = await Testbed.StartAsync();
        await testbed.ThroughAsync("new trunk name=acme-west site=denver edges=umatilla acl=203.0.113.10/32 origination=yes numbers=+13035550188");

        // The bot itself stands in no access control list.
        var (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "direct", "--json");
        Assert.True(exit == 1, output + said);
        Assert.Equal((true, "bot-not-in-acl"), Call(output, "placed", "code"));
        Assert.Contains("its address 127.0.0.1 is in no access control list", output, StringComparison.Ordinal);

        await AllowAsync(testbed, "acme-west.pstn.twilio.com", "127.0.0.1");
        (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "direct", "umatilla", "--json");
        Assert.True(exit == 0, output + said);
        Assert.Equal("twoWay", Measured(output).GetProperty("audio").GetProperty("verdict").GetString());
        Assert.Equal("+16504894546", JsonDocument.Parse(output).RootElement.GetProperty("calls")[0].GetProperty("to").GetString());

        // Twilio calls the number; the lab's Twilio sends back what it hears.
        (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "inbound", "--yes", "--json");
        Assert.True(exit == 0, output + said);
        Assert.Equal("twoWay", Measured(output).GetProperty("audio").GetProperty("verdict").GetString());
        Assert.Contains("its leg to sip:+13035550188@203.0.113.10", output, StringComparison.Ordinal);

        // In chat it is asked first.
        await testbed.SayAsync("ana", "test acme-west inbound");
        var question = await testbed.HearAsync("ana", "the question", m => m.Says("Not placed yet"));
        Assert.True(question.Says("Twilio would call +13035550188 and charge the account for up to 1 min of it."));
        await testbed.PressAsync("ana", Testbed.ChatOf("ana"), question, "test");
        var passed = await testbed.HearAsync("ana", "the call from Twilio", m => m.Says("in from Twilio, answered by the on-switch subscriber"), Testbed.Long);
        Assert.True(passed.Says("Passed. Two-way audio"), string.Join('\n', passed.Lines));

        // What stands in the way of a call that comes in does not stand in the way of one that goes out.
        testbed.EditSbc(c => c.Replace("permit-peer service-network 2 ipv4 54.244.51.1\n", "", StringComparison.Ordinal));
        (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "inbound", "--yes", "--json");
        Assert.True(exit == 1, output + said);
        Assert.Equal((true, "inbound-not-arrived"), Call(output, "placed", "code"));
        Assert.Contains("Twilio: failed", output, StringComparison.Ordinal);
        (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "direct");
        Assert.True(exit == 0, output + said);
    }

    [Fact]
    public async Task A_file_that_Twilio_plays_proves_the_way_in_and_another_file_does_not()
    {
        var folder = Directory.CreateTempSubdirectory("played-").FullName;
        var signal = Path.Combine(folder, "signal.wav");
        await using var files = await FilesAsync(signal);
        await using var testbed = await Testbed.StartAsync(site =>
        {
            site["tests"]!["inbound"]!["play"] = $"{files.Urls.Single()}/signal.wav";
            site["tests"]!["inbound"]!["playSeed"] = 7;
        });
        var (exit, output, said) = await testbed.CommandAsync("sip", "signal", signal, "--seed", "7");
        Assert.True(exit == 0, output + said);
        await testbed.ThroughAsync("new trunk name=acme-west site=denver edges=umatilla acl=203.0.113.10/32 origination=yes numbers=+13035550188");

        (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "inbound", "--yes", "--json");
        Assert.True(exit == 0, output + said);
        Assert.True(Measured(output).GetProperty("audio").GetProperty("farSignalHeardMilliseconds").GetDouble() > 1500, output);

        // The tones of another seed are another file.
        File.Delete(signal);
        (exit, output, said) = await testbed.CommandAsync("sip", "signal", signal, "--seed", "8");
        Assert.True(exit == 0, output + said);
        (exit, output, said) = await testbed.CommandAsync("test", "acme-west", "inbound", "--yes", "--json");
        Assert.True(exit == 1, output + said);
        Assert.Equal((true, false), (CallFlag(output, "placed"), CallFlag(output, "passed")));
    }

    /// <summary>A web server from which Twilio loads the file.</summary>
    private static async Task<WebApplication> FilesAsync(string signal)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/signal.wav", () => File.Exists(signal) ? Results.File(signal, "audio/wav") : Results.NotFound());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static (bool, string?) Call(string output, string flag, string text)
    {
        var call = JsonDocument.Parse(output).RootElement.GetProperty("calls")[0];
        return (call.GetProperty(flag).GetBoolean(), call.GetProperty(text).GetString());
    }

    private static bool CallFlag(string output, string flag) => JsonDocument.Parse(output).RootElement.GetProperty("calls")[0].GetProperty(flag).GetBoolean();

    private static JsonElement Measured(string output) => JsonDocument.Parse(output).RootElement.GetProperty("calls")[0].GetProperty("call");

    /// <summary>Somebody adds an address to the trunk's list in Twilio's Console.</summary>
    private static async Task AllowAsync(Testbed testbed, string domain, string address)
    {
        var trunks = await AskAsync(testbed, HttpMethod.Get, "/v1/Trunks");
        var trunk = trunks.GetProperty("trunks").EnumerateArray().Single(t => t.GetProperty("domain_name").GetString() == domain).GetProperty("sid").GetString();
        var list = (await AskAsync(testbed, HttpMethod.Get, $"/v1/Trunks/{trunk}/IpAccessControlLists")).GetProperty("ip_access_control_lists")[0].GetProperty("sid").GetString();
        await AskAsync(testbed, HttpMethod.Post, $"/2010-04-01/Accounts/{TwilioPart.AccountSid}/SIP/IpAccessControlLists/{list}/IpAddresses.json",
            ("FriendlyName", "the bot"), ("IpAddress", address), ("CidrPrefixLength", "32"));
    }

    private static async Task<JsonElement> AskAsync(Testbed testbed, HttpMethod method, string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{testbed.Lab.TwilioPort}{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TwilioPart.ApiKeySid}:{testbed.Lab.Context.Secrets[LabSecrets.Twilio]}")));
        request.Content = method == HttpMethod.Get ? null : new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await testbed.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }
}
