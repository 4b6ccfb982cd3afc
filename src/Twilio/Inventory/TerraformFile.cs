using System.Globalization;
using System.Text;
using TrunkBot.Changes.Inventory;
using TrunkBot.Trunks;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Inventory;

/// <summary>
/// The Twilio part of a trunk as Terraform HCL, in the resources of the provider <c>twilio/twilio</c> as its repository documents them (README files under
/// twilio/resources, version 0.18.46 in the registry). Holds no login: the provider takes that from the environment.
/// </summary>
internal static class TerraformFile
{
    private const string Provider = "~> 0.18";

    public static ExportedFile Of(TrunkIntent intent)
    {
        var hcl = new StringBuilder();
        Comment(hcl,
            $"Twilio's part of trunk {intent.Name}: {intent.DomainName}.",
            "The login is never in this file: TWILIO_ACCOUNT_SID with TWILIO_API_KEY and TWILIO_API_SECRET in the environment, those of the trunk's own account.",
            "The provider twilio/twilio calls itself a pilot that is not under active development: read the plan before you apply it.",
            "`terraform destroy` takes back what this file made. Symmetric RTP can't be set by the API: see that it is off in Twilio's Console (trunk, General, Media settings).");
        hcl.Append(CultureInfo.InvariantCulture, $$"""

            terraform {
              required_providers {
                twilio = {
                  source  = "twilio/twilio"
                  version = {{Text(Provider)}}
                }
              }
            }

            provider "twilio" {}


            """);
        Block(hcl, "twilio_api_accounts_sip_ip_access_control_lists", "acl", ("friendly_name", Text(Ownership.AccessControlList(intent))));
        foreach (var (range, index) in intent.PublicAddresses.Distinct().Select((r, i) => (r, i)))
        {
            Block(hcl, "twilio_api_accounts_sip_ip_access_control_lists_ip_addresses", $"address_{index + 1}",
                ("ip_access_control_list_sid", "twilio_api_accounts_sip_ip_access_control_lists.acl.sid"),
                ("friendly_name", Text($"{intent.Name} {AddressState.Text(range)}")),
                ("ip_address", Text(range.BaseAddress.ToString())),
                ("cidr_prefix_length", range.PrefixLength.ToString(CultureInfo.InvariantCulture)));
        }

        Block(hcl, "twilio_trunking_trunks_v1", "trunk",
            ("friendly_name", Text(Ownership.Trunk(intent))), ("domain_name", Text(intent.DomainName)), ("secure", intent.Transport == SipTransport.Tls ? "true" : "false"));
        Block(hcl, "twilio_trunking_trunks_ip_access_control_lists_v1", "acl",
            ("trunk_sid", "twilio_trunking_trunks_v1.trunk.sid"), ("ip_access_control_list_sid", "twilio_api_accounts_sip_ip_access_control_lists.acl.sid"));
        if (intent is { Origination: true, PublicAddresses.Count: > 0 })
        {
            Block(hcl, "twilio_trunking_trunks_origination_urls_v1", "sbc",
                ("trunk_sid", "twilio_trunking_trunks_v1.trunk.sid"), ("friendly_name", Text(Ownership.OriginationUrl(intent))), ("sip_url", Text(TwilioPlanner.OriginationUrl(intent))),
                ("priority", "10"), ("weight", "10"), ("enabled", "true"));
        }

        Numbers(hcl, intent);
        return new($"{intent.Name}-twilio.tf",
            "Terraform HCL that makes Twilio's access control list, trunk and origination URL and buys no number; its provider twilio/twilio is a pilot that is not under active development.",
            hcl.ToString());
    }

    /// <summary>A number is attached by its SID, which the intent does not know: a map to be filled in, so that no resource of this file can buy or release one.</summary>
    private static void Numbers(StringBuilder hcl, TrunkIntent intent)
    {
        if (intent.Numbers.Count == 0)
        {
            return;
        }

        Comment(hcl,
            "Numbers of the account by their SIDs (PN...), as Twilio's Console shows them: an empty one is not attached. Attaching replaces a number's voice routing;",
            "note it down first, since destroy does not bring it back.");
        hcl.Append("locals {\n  number_sids = {\n");
        foreach (var number in intent.Numbers)
        {
            hcl.Append(CultureInfo.InvariantCulture, $"    {Text(number)} = \"\"\n");
        }

        hcl.Append("""
              }
            }

            resource "twilio_trunking_trunks_phone_numbers_v1" "number" {
              for_each         = { for number, sid in local.number_sids : number => sid if sid != "" }
              trunk_sid        = twilio_trunking_trunks_v1.trunk.sid
              phone_number_sid = each.value
            }

            """);
    }

    private static void Block(StringBuilder hcl, string type, string name, params ReadOnlySpan<(string Name, string Expression)> arguments)
    {
        hcl.Append(CultureInfo.InvariantCulture, $"resource {Text(type)} {Text(name)} {{\n");
        var widest = 0;
        foreach (var argument in arguments)
        {
            widest = Math.Max(widest, argument.Name.Length);
        }

        foreach (var (argument, expression) in arguments)
        {
            hcl.Append(CultureInfo.InvariantCulture, $"  {argument.PadRight(widest)} = {expression}\n");
        }

        hcl.Append("}\n\n");
    }

    /// <summary>A line of a comment ends at its line break: nothing of a value may bring one.</summary>
    private static void Comment(StringBuilder hcl, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            hcl.Append("# ").Append([.. line.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Append('\n');
        }
    }

    /// <summary>A quoted template of HCL (HCL native syntax specification, Template Expressions): interpolation and directives are text.</summary>
    internal static string Text(string value)
    {
        var quoted = new StringBuilder("\"");
        for (var at = 0; at < value.Length; at++)
        {
            var c = value[at];
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '$' or '%' when at + 1 < value.Length && value[at + 1] == '{' => quoted.Append(c).Append(c),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
