using System.Text;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Inventory;

/// <summary>All worksheets of a trunk in one Markdown file, in the order in which they are done, and the way back. Pure; holds no secret.</summary>
internal static class WorksheetFile
{
    /// <summary>What Markdown would take as markup. An underscore within a word is none, and names hold many of them.</summary>
    private const string Marks = @"\|`*<>[]&~";

    public static ExportedFile Of(TrunkIntent intent, MetaswitchSite site, BindingMapping mapping)
    {
        var text = new StringBuilder();
        Line($"# {Escaped(intent.Name)} on the Metaswitch CFS {Escaped(site.Element)}");
        Line("");
        Line("Everything that the switch needs for this trunk, by hand in MetaView Explorer, in this order. The Perimeta's part comes before it. Labels and menu");
        Line("positions that the site profile does not name are those of the published procedure; your version may call them otherwise.");
        var forth = Forth(intent, site, mapping).ToList();
        for (var i = 0; i < forth.Count; i++)
        {
            Sheet($"{i + 1}. {forth[i].Title}", forth[i].Sheet);
        }

        Line("");
        Line("# The way back");
        Line("");
        Line("In this order: calls are led away before what carries them is taken down.");
        var back = Back(intent, site).ToList();
        for (var i = 0; i < back.Count; i++)
        {
            Sheet($"{i + 1}. {back[i].Title}", back[i].Sheet);
        }

        return new($"{intent.Name}-cfs-worksheet.md", "What a person enters in MetaView Explorer for this trunk, label by label, and the way back.", text.ToString());

        void Sheet(string title, Worksheet sheet)
        {
            Line("");
            Line($"## {Escaped(title)}");
            Line("");
            Line($"Place: {Escaped(sheet.Place)}");
            Line("");
            Line("| done | label | value |");
            Line("|---|---|---|");
            foreach (var row in sheet.Rows)
            {
                Line($"| \\[ \\] | {Escaped(row.Label)} | {Escaped(row.Value)} |");
            }

            Line("");
            Line($"Check: {Escaped(sheet.Verification)}");
        }

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static IEnumerable<(string Title, Worksheet Sheet)> Forth(TrunkIntent intent, MetaswitchSite site, BindingMapping mapping)
    {
        yield return ($"Remote Media Gateway Model {intent.MediaGatewayModel}", AtSite(ConfirmedWork.ModelWork, Worksheets.MediaGatewayModel(intent, site)));
        yield return ($"Configured SIP Binding {intent.BindingName}", AtSite(
            MetaswitchSite.BindingWork,
            Worksheets.Binding(intent.BindingName, BindingFields.Intended(intent, site, mapping)) with { Verification = $"trunkbot cfs read {intent.BindingName} shows every field as it stands here." }));
        yield return ($"Enable Configured SIP Binding {intent.BindingName}", AtSite(ConfirmedWork.EnableWork, Worksheets.EnableBinding(intent.BindingName) with { Verification = "The binding turns green in MetaView Explorer when Twilio answers OPTIONS." }));
        yield return ($"SIP trunk {intent.SipTrunkName}", AtSite(ConfirmedWork.SipTrunkWork, Worksheets.SipTrunk(intent)));
        yield return ($"Translations for {intent.TestNumber}", AtSite(ConfirmedWork.TranslationsWork, Worksheets.Translations(intent, site)));

        Worksheet AtSite(string work, Worksheet sheet) => Worksheets.AtSite(sheet, site.Worksheets.GetValueOrDefault(work), intent);
    }

    private static IEnumerable<(string Title, Worksheet Sheet)> Back(TrunkIntent intent, MetaswitchSite site)
    {
        yield return ($"Route nothing to SIP trunk {intent.SipTrunkName} any more", Worksheets.RetireTranslations(intent, site));
        yield return ($"Delete SIP trunk {intent.SipTrunkName}", Worksheets.RetireSipTrunk(intent));
        yield return ($"Delete Configured SIP Binding {intent.BindingName}", Worksheets.DeleteBinding(intent.BindingName, []) with { Verification = $"trunkbot cfs read {intent.BindingName} finds no such binding." });
        yield return ($"Delete Remote Media Gateway Model {intent.MediaGatewayModel}", Worksheets.RetireMediaGatewayModel(intent));
    }

    /// <summary>On one line, and nothing in it is taken as markup: a cell stays one cell.</summary>
    internal static string Escaped(string text)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        var escaped = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var inWord = i > 0 && i < line.Length - 1 && char.IsLetterOrDigit(line[i - 1]) && char.IsLetterOrDigit(line[i + 1]);
            if (Marks.Contains(line[i], StringComparison.Ordinal) || (line[i] == '_' && !inWord) || (line[i] == '#' && i == 0))
            {
                escaped.Append('\\');
            }

            escaped.Append(line[i]);
        }

        return escaped.ToString();
    }
}
