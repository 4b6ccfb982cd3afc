using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Inventory;
using TrunkBot.Trunks;
using TrunkBot.Twilio.Tests.Prism;

namespace TrunkBot.Twilio.Tests.Inventory;

/// <summary>What is exported for Terraform, as HashiCorp's own parser of HCL reads it (npm @cdktf/hcl2json).</summary>
public sealed class TerraformFileTests
{
    [Fact]
    public async Task The_file_is_HCL_that_makes_the_list_the_trunk_and_the_way_in()
    {
        var file = Export(Given.Intent with { Origination = true, Transport = SipTransport.Tls, LocalPort = 5061, PublicAddresses = [IPNetwork.Parse("203.0.113.16/28"), IPNetwork.Parse("198.51.100.40/32")] });

        var read = await JudgeAsync(file.Text);

        Assert.Equal("acme-east-twilio.tf", file.Name);
        Assert.Contains("pilot", file.Purpose, StringComparison.Ordinal);
        Assert.Equal("""[{"required_providers":[{"twilio":{"source":"twilio/twilio","version":"~> 0.18"}}]}]""", Text(read["terraform"]));
        Assert.Equal("""{"twilio":[{}]}""", Text(read["provider"]));
        Assert.Equal(
            Text(JsonNode.Parse("""
                {
                  "twilio_api_accounts_sip_ip_access_control_lists": { "acl": [ { "friendly_name": "bot:acme-east:acl" } ] },
                  "twilio_api_accounts_sip_ip_access_control_lists_ip_addresses": {
                    "address_1": [ { "cidr_prefix_length": 28, "friendly_name": "acme-east 203.0.113.16/28", "ip_access_control_list_sid": "${twilio_api_accounts_sip_ip_access_control_lists.acl.sid}", "ip_address": "203.0.113.16" } ],
                    "address_2": [ { "cidr_prefix_length": 32, "friendly_name": "acme-east 198.51.100.40/32", "ip_access_control_list_sid": "${twilio_api_accounts_sip_ip_access_control_lists.acl.sid}", "ip_address": "198.51.100.40" } ]
                  },
                  "twilio_trunking_trunks_ip_access_control_lists_v1": { "acl": [ { "ip_access_control_list_sid": "${twilio_api_accounts_sip_ip_access_control_lists.acl.sid}", "trunk_sid": "${twilio_trunking_trunks_v1.trunk.sid}" } ] },
                  "twilio_trunking_trunks_origination_urls_v1": { "sbc": [ { "enabled": true, "friendly_name": "bot:acme-east:origination", "priority": 10, "sip_url": "sip:203.0.113.16:5061;transport=tls", "trunk_sid": "${twilio_trunking_trunks_v1.trunk.sid}", "weight": 10 } ] },
                  "twilio_trunking_trunks_v1": { "trunk": [ { "domain_name": "acme.pstn.twilio.com", "friendly_name": "bot:acme-east:trunk", "secure": true } ] }
                }
                """)),
            Text(read["resource"]));
        Assert.Null(read["locals"]);
    }

    [Fact]
    public async Task Numbers_are_named_by_their_SIDs_and_no_resource_could_buy_or_release_one()
    {
        var read = await JudgeAsync(Export(Given.Intent with { Origination = true, Numbers = ["+13035550188", "+13035550199"] }).Text);

        Assert.Equal("""[{"number_sids":{"+13035550188":"","+13035550199":""}}]""", Text(read["locals"]));
        Assert.Equal("each.value", read["resource"]!["twilio_trunking_trunks_phone_numbers_v1"]!["number"]![0]!["phone_number_sid"]!.ToString().Trim('$', '{', '}'));
        Assert.DoesNotContain(read["resource"]!.AsObject(), r => r.Key.Contains("incoming_phone_numbers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hostile_name_stays_text()
    {
        const string Evil = "a\"}\n${file(\"/etc/passwd\")}%{ if true }\u2028\\";

        var read = await JudgeAsync(Export(Given.Intent with { Name = Evil }).Text);

        // The parser gives a template back as it is written: $${ and %%{ stand for the text ${ and %{.
        Assert.Equal("bot:a\"}\n$${file(\"/etc/passwd\")}%%{ if true }\u2028\\:trunk", read["resource"]!["twilio_trunking_trunks_v1"]!["trunk"]![0]!["friendly_name"]!.ToString());
        Assert.Equal(["provider", "resource", "terraform"], read.AsObject().Select(p => p.Key).Order());
    }

    [Fact]
    public async Task The_judge_refuses_what_is_no_HCL() => await Assert.ThrowsAsync<InvalidOperationException>(() => JudgeAsync("resource \"x\" {"));

    private static string Text(JsonNode? node) => node!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static ExportedFile Export(TrunkIntent intent)
    {
        using var services = Given.Services();
        return Assert.Single(services.GetRequiredService<ITrunkInventory>().Export(intent, Given.Site()));
    }

    private static async Task<JsonNode> JudgeAsync(string hcl)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["judge.cjs"])
        {
            WorkingDirectory = Path.Combine(PrismPeer.Folder(), "..", "Terraform"), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, complaint) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.WriteAsync(hcl);
        node.StandardInput.Close();
        await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        return node.ExitCode == 0 ? JsonNode.Parse(await output)! : throw new InvalidOperationException(await complaint);
    }
}
