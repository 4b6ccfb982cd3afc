using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using TrunkBot.Lab.Tests.MetaView;
using TrunkBot.Lab.Tests.Perimeta;

namespace TrunkBot.Lab.Tests;

/// <summary>All parts together: the seed procedure by hand, over the same wires as the bot's.</summary>
public sealed class WholeLabTests
{
    private static readonly string[] Seed =
    [
        "config",
        "system",
        "ip-access-control",
        "trusted-sources",
        "permit-peer service-network 2 ipv4 54.244.51.0",
        "permit-peer service-network 2 ipv4 54.244.51.1",
        "permit-peer service-network 2 ipv4 54.244.51.2",
        "permit-peer service-network 2 ipv4 54.244.51.3",
        "end",
        "config",
        "sbc",
        "signaling",
        "adjacency sip Twilio",
        "deactivation-mode normal",
        "call-media-policy",
        "early-media timeout 240",
        "media-bypass-policy forbid",
        "repeat-sdp-on-200ok",
        "adjacency-type preset-access",
        "privacy trusted",
        "realm GeneralPeeringMedia1",
        "service-address GeneralPeering-01",
        "signaling-local-port 5060",
        "remote-address-range ipv4 54.244.51.0 prefix-len 30",
        "signaling-peer acme.pstn.us2.twilio.com",
        "signaling-peer-port 5060",
        "statistics-setting detail",
        "default-interop-profile ManagedAccess",
        "activate",
        "end",
        "logout",
    ];

    [Fact]
    public async Task The_seed_procedure_clears_the_alarm_of_the_binding_and_reset_undoes_it()
    {
        using var folder = new LabFolder();
        await using var lab = await LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path), TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var sh = new ShClient(http, path => new Uri($"http://127.0.0.1:{lab.MetaViewPort}{path}"));
        using var model = await http.PostAsJsonAsync($"http://127.0.0.1:{lab.ControlPort}/api/rmgm", new { name = "Twilio", useE164Numbers = true }, TestContext.Current.CancellationToken);
        Assert.Equal("2001/100", (await sh.CreateAsync(ShClient.TwilioFields.Replace(">Standard<", ">Twilio<", StringComparison.Ordinal))).Result);
        Assert.Equal("2001/100", (await sh.UpdateAsync(ShClient.Status, 1, "<s:RequestedStatus>Enabled</s:RequestedStatus>")).Result);
        Assert.Equal("Attention required", (await sh.PullAsync(ShClient.Alarms))["AlarmState"]);

        await TypeSeedAsync(new SshClient(folder, lab.SshPort));
        Assert.Equal("Attention required", (await sh.PullAsync(ShClient.Alarms))["AlarmState"]);

        await BuildTwilioTrunkAsync(http, lab);
        Assert.Equal("Clear", (await sh.PullAsync(ShClient.Alarms))["AlarmState"]);

        using var reset = await http.PostAsync(new Uri($"http://127.0.0.1:{lab.ControlPort}/api/reset"), null, TestContext.Current.CancellationToken);
        Assert.Equal("5001/9000", (await sh.PullAsync(ShClient.Alarms)).Result);
        Assert.DoesNotContain("Twilio", folder.Read("perimeta", "running.config"), StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Context.Twilio!.Read().Trunks, trunk => trunk.DomainName == "acme.pstn.twilio.com");
    }

    private static async Task TypeSeedAsync(SshClient client)
    {
        await using var dialog = await client.WithKey().CliAsync();
        foreach (var line in Seed)
        {
            await dialog.TypeAsync(line);
        }

        var (output, _, exit) = await dialog.EndAsync();
        Assert.DoesNotContain("% Error", output, StringComparison.Ordinal);
        Assert.Equal(0, exit);
    }

    private static async Task BuildTwilioTrunkAsync(HttpClient http, LabHost lab)
    {
        var account = $"/2010-04-01/Accounts/{TwilioPart.AccountSid}/SIP/IpAccessControlLists";
        var list = await PostAsync(http, lab, $"{account}.json", ("FriendlyName", "Perimeta"));
        await PostAsync(http, lab, $"{account}/{list}/IpAddresses.json", ("FriendlyName", "SBC"), ("IpAddress", "203.0.113.10"), ("CidrPrefixLength", "32"));
        var trunk = await PostAsync(http, lab, "/v1/Trunks", ("FriendlyName", "acme"), ("DomainName", "acme.pstn.twilio.com"));
        await PostAsync(http, lab, $"/v1/Trunks/{trunk}/IpAccessControlLists", ("IpAccessControlListSid", list));
    }

    /// <returns>The SID of what was made.</returns>
    private static async Task<string> PostAsync(HttpClient http, LabHost lab, string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{lab.TwilioPort}{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{TwilioPart.ApiKeySid}:{lab.Context.Secrets[LabSecrets.Twilio]}")));
        request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {body}");
        return body.GetProperty("sid").GetString()!;
    }
}
