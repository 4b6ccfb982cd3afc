using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Inventory;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Inventory;

public sealed class WorksheetFileTests
{
    private static string[] Lines(MetaswitchSite? site = null, BindingMapping? mapping = null) =>
        WorksheetFile.Of(Given.Intent with { TrunkGroup = "412" }, site ?? Given.Site().Metaswitch, mapping ?? new()).Text.Split('\n');

    [Fact]
    public void Every_object_has_its_sheet_in_the_order_of_work_and_the_way_back_reverses_it()
    {
        var file = WorksheetFile.Of(Given.Intent, Given.Site().Metaswitch, new());

        Assert.Equal("acme-east-cfs-worksheet.md", file.Name);
        Assert.Equal(
            [
                "# acme-east on the Metaswitch CFS cfs-den", "## 1. Remote Media Gateway Model Twilio", "## 2. Configured SIP Binding TwilioBinding",
                "## 3. Enable Configured SIP Binding TwilioBinding", "## 4. SIP trunk TwilioTrunk", "## 5. Translations for 16504894546", "# The way back",
                "## 1. Route nothing to SIP trunk TwilioTrunk any more", "## 2. Delete SIP trunk TwilioTrunk", "## 3. Delete Configured SIP Binding TwilioBinding",
                "## 4. Delete Remote Media Gateway Model Twilio",
            ],
            file.Text.Split('\n').Where(l => l.StartsWith('#')));
    }

    [Fact]
    public void The_binding_has_every_label_with_its_value_in_the_switchs_order()
    {
        var lines = Lines();
        var from = Array.IndexOf(lines, "## 2. Configured SIP Binding TwilioBinding");

        Assert.Equal(
            [
                "Place: MetaView Explorer: Configured SIP Bindings, new binding (exact menu position: as at your site)",
                "",
                "| done | label | value |",
                "|---|---|---|",
                @"| \[ \] | Network element name | CFS-1 |",
                @"| \[ \] | MetaSwitch name | CFS-1 |",
                @"| \[ \] | Name | TwilioBinding |",
                @"| \[ \] | Usage | Trunk |",
                @"| \[ \] | Use DN for identification | True |",
                @"| \[ \] | SIP authentication required | False |",
                @"| \[ \] | SIP domain name | acme.pstn.twilio.com |",
                @"| \[ \] | Contact address scheme | Domain name A/AAAA lookup |",
                @"| \[ \] | Contact domain name | acme.pstn.twilio.com |",
                @"| \[ \] | Proxy IP address | 10.20.0.5 |",
                @"| \[ \] | Proxy IP port | 5060 |",
                @"| \[ \] | Transport protocol | UDP |",
                @"| \[ \] | Remote Media Gateway Model | Twilio |",
                @"| \[ \] | Poll peer device | True |",
                @"| \[ \] | Polling interval | 30 |",
                "",
                "Check: trunkbot cfs read TwilioBinding shows every field as it stands here.",
            ],
            lines[(from + 2)..(from + 23)]);
    }

    [Fact]
    public void A_site_has_its_own_menu_paths_labels_and_rows()
    {
        var lines = Lines(Given.Site().Metaswitch with
        {
            Worksheets = new Dictionary<string, WorksheetSite>
            {
                ["binding"] = new() { Place = "CFS-1 > Signaling > SIP > Configured SIP Bindings > Add", Labels = new Dictionary<string, string> { ["Proxy IP address"] = "Proxy address" } },
                ["sip-trunk"] = new() { Rows = new Dictionary<string, string> { ["Description"] = "{trunk} | {binding}" } },
            },
        });

        Assert.Contains(@"Place: CFS-1 \> Signaling \> SIP \> Configured SIP Bindings \> Add", lines);
        Assert.Contains(@"| \[ \] | Proxy address | 10.20.0.5 |", lines);
        Assert.Contains(@"| \[ \] | Description | acme-east \| TwilioBinding |", lines);
        Assert.Contains(@"| \[ \] | Trunk group number | 412 |", lines);
    }

    [Fact]
    public void A_field_that_is_a_secret_is_not_in_the_file()
    {
        var lines = Lines(mapping: new() { ExtraFields = [new() { Element = "NewSIPPassword", Value = "hunter2" }] });

        Assert.DoesNotContain(lines, l => l.Contains("hunter2", StringComparison.Ordinal));
        Assert.Contains(@"| \[ \] | NewSIPPassword | (a secret: as your site keeps it) |", lines);
    }

    [Theory]
    [InlineData("a|b", @"a\|b")]
    [InlineData("one\r\ntwo\tthree", "one  two three")]
    [InlineData("<img src=x>", @"\<img src=x\>")]
    [InlineData("[x](http://e)", @"\[x\](http://e)")]
    [InlineData("Twilio_acme", "Twilio_acme")]
    [InlineData("_it_ and **b** `c` ~~d~~", @"\_it\_ and \*\*b\*\* \`c\` \~\~d\~\~")]
    [InlineData("# no heading &lt;", @"\# no heading \&lt;")]
    [InlineData(@"back\|slash", @"back\\\|slash")]
    public void A_value_stays_one_cell_and_no_markup(string value, string cell) => Assert.Equal(cell, WorksheetFile.Escaped(value));
}
