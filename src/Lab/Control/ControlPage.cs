using System.Net;
using System.Text;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Control;

/// <summary>The one page: what there is, and a plain form for each piece of manual work.</summary>
internal static class ControlPage
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>TrunkBot lab: manual work</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; margin: .5rem 0; }
        th, td { border: 1px solid #8888; padding: .25rem .6rem; text-align: left; }
        fieldset { margin: .5rem 0 1.5rem; }
        label { display: block; margin: .4rem 0; }
        td form { margin: 0; }
        </style>
        </head>
        <body>
        <h1>TrunkBot lab: manual work</h1>
        <p>This page plays MetaView Explorer for the objects that a person sets by hand. All of it is simulated and its wording is invented.</p>

        """;

    public static string Render(CfsOverview cfs, SbcState sbc, IReadOnlyList<Fault> faults)
    {
        var page = new StringBuilder(Head);
        page.Append("<main>\n<h2>Remote media gateway models</h2>\n");
        Table(page, ["Model name", "Use E164 numbers", "Remove"], cfs.Rmgm.Select(model => new[] { Text(model.Name), YesNo(model.UseE164Numbers), Remove("rmgm", ("name", model.Name)) }));
        Form(page, "/api/rmgm", "Add or change a model", Input("name", "Model name"), Check("useE164Numbers", "Use E164 numbers, under Fix bits (SIP)"));

        page.Append("<h2>Configured SIP bindings</h2>\n");
        Table(page, ["Name", "Requested status", "Alarm state", "Why", "Model"], cfs.Bindings.Select(binding => new[] { Text(binding.Name), Text(binding.RequestedStatus), Text(binding.AlarmState), Text(binding.AlarmReason), Text(binding.Fields["MediaGatewayModel"]) }));

        page.Append("<h2>SIP trunks</h2>\n");
        Table(page, ["Name", "Configured SIP binding", "Enabled", "Remove"], cfs.SipTrunks.Select(trunk => new[] { Text(trunk.Name), Text(trunk.ConfiguredSipBinding), YesNo(trunk.Enabled), Remove("sip-trunks", ("name", trunk.Name)) }));
        Form(page, "/api/sip-trunks", "Add or change a SIP trunk", Input("name", "SIP trunk name"), Input("configuredSipBinding", "Configured SIP binding"), Check("enabled", "Enabled"));

        page.Append("<h2>Translations</h2>\n");
        Table(page, ["Table", "Dialed number", "SIP trunk", "Remove"], cfs.Translations.Select(entry => new[] { Text(entry.Table), Text(entry.DialedNumber), Text(entry.SipTrunk), Remove("translations", ("table", entry.Table), ("dialedNumber", entry.DialedNumber)) }));
        Form(page, "/api/translations", "Add or change an entry", Input("table", "Table"), Input("dialedNumber", "Dialed number"), Input("sipTrunk", "SIP trunk"));

        page.Append("<h2>SBC adjacencies</h2>\n");
        Table(page, ["Name", "State", "Signaling peer"], sbc.Adjacencies.Select(adjacency => new[] { Text(adjacency.Name), adjacency.Active ? "active" : "inactive", Text(adjacency.SignalingPeer ?? "none") }));

        page.Append("<h2>Faults</h2>\n");
        Table(page, ["Kind", "Text"], faults.Select(fault => new[] { Text(fault.Kind), Text(fault.Text) }));
        var kinds = string.Concat(Faults.Kinds.Select(kind => $"<option value=\"{Text(kind.Key)}\">{Text(kind.Key)}: {Text(kind.Value)}</option>"));
        Form(page, "/api/faults", "Switch a fault on", $"<label>Kind <select name=\"kind\">{kinds}</select></label>", Input("text", "Text", required: false));
        Form(page, "/api/faults/clear", "Switch all faults off");
        Form(page, "/api/reset", "Put the lab back to its first state");
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Table(StringBuilder page, string[] heads, IEnumerable<string[]> rows)
    {
        page.Append("<div class=\"scroll\"><table>\n<thead><tr>").AppendJoin("", heads.Select(head => $"<th scope=\"col\">{head}</th>")).Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            page.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{cell}</td>")).Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Form(StringBuilder page, string action, string legend, params string[] fields) => page
        .Append($"<form method=\"post\" action=\"{action}\"><fieldset><legend>{legend}</legend>\n")
        .AppendJoin('\n', fields)
        .Append($"\n<button>{legend}</button></fieldset></form>\n");

    private static string Input(string name, string label, bool required = true) =>
        $"<label>{label} <input name=\"{name}\" autocomplete=\"off\"{(required ? " required" : "")}></label>";

    private static string Check(string name, string label) => $"<label><input type=\"checkbox\" name=\"{name}\"> {label}</label>";

    private static string Remove(string kind, params (string Name, string Value)[] fields)
    {
        var hidden = string.Concat(fields.Select(field => $"<input type=\"hidden\" name=\"{field.Name}\" value=\"{Text(field.Value)}\">"));
        var named = string.Join(' ', fields.Select(field => Text(field.Value)));
        return $"<form method=\"post\" action=\"/api/{kind}/remove\">{hidden}<button aria-label=\"Remove {named}\">Remove</button></form>";
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);

    private static string YesNo(bool value) => value ? "yes" : "no";
}
