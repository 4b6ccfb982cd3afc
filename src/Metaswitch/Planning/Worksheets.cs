using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Interop;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Planning;

/// <summary>What a person does in MetaView Explorer, because no public client writes it over Sh.</summary>
internal static class Worksheets
{
    /// <summary>How a step on a binding is checked that a person does where the switch could have been told.</summary>
    public const string ReadBack = "Read back by the bot when you press Done.";

    private const string Bindings = "MetaView Explorer: Configured SIP Bindings";
    private const string Named = "Configured SIP binding";

    /// <summary>The sheet in the words of the site's version of MetaView Explorer, with the rows that it asks for besides.</summary>
    public static Worksheet AtSite(Worksheet sheet, WorksheetSite? site, TrunkIntent intent) => site is null ? sheet : sheet with
    {
        Place = site.Place ?? sheet.Place,
        Rows =
        [
            .. sheet.Rows.Select(r => r with { Label = site.Labels.GetValueOrDefault(r.Label, r.Label) }),
            .. site.Rows.Select(r => new WorksheetRow(r.Key, Filled(r.Value, intent))),
        ],
    };

    private static string Filled(string value, TrunkIntent intent) => value
        .Replace("{binding}", intent.BindingName, StringComparison.Ordinal)
        .Replace("{rmgm}", intent.MediaGatewayModel, StringComparison.Ordinal)
        .Replace("{sip-trunk}", intent.SipTrunkName, StringComparison.Ordinal)
        .Replace("{trunk-group}", intent.TrunkGroup ?? "as the site's usual", StringComparison.Ordinal)
        .Replace("{test-number}", intent.TestNumber, StringComparison.Ordinal)
        .Replace("{trunk}", intent.Name, StringComparison.Ordinal);

    /// <summary>The same sheet for objects that may be there already: what was there before is not to be taken back.</summary>
    public static Worksheet Check(Worksheet sheet) => sheet with { Undo = "Take back only what you created or changed for this step." };

    /// <summary>Row "trunk group" of worksheet 10.2, for a SIP trunk that is there.</summary>
    public static Worksheet TrunkGroup(TrunkIntent intent, string? before) => new(
        "MetaView Explorer: Signaling / SIP",
        [
            new("SIP trunk name", intent.SipTrunkName),
            new("Trunk group number", intent.TrunkGroup ?? "as the site's usual"),
        ],
        "Your word, then the test call.",
        $"Set the trunk group number of {intent.SipTrunkName} back to {before ?? "the site's usual"}.");

    /// <summary>Worksheet 10.3 where the table is there already: only the entry is new.</summary>
    public static Worksheet OneMoreEntry(Worksheet sheet, TrunkIntent intent, MetaswitchSite site) =>
        sheet with { Undo = $"Remove the entry {intent.TestNumber} from table {site.TestTranslationTable}." };

    /// <summary>Worksheet 10.1: the Remote Media Gateway Model.</summary>
    public static Worksheet MediaGatewayModel(TrunkIntent intent, MetaswitchSite site) => new(
        "MetaView Explorer: Remote Media Gateway Models, new model for this binding (exact menu position: as at your site)",
        [
            new("Model name", intent.MediaGatewayModel),
            .. InteropProfiles.Rows(site, intent.MediaGatewayModel),
            new("All other fix bits, codecs, timers", "as in the site's usual SIP model"),
        ],
        $"The fix bit can't be read back. Creating binding {intent.BindingName} proves that the model exists; the test call proves that Twilio gets the number as +{intent.TestNumber}.",
        $"Remove Remote Media Gateway Model {intent.MediaGatewayModel} after binding {intent.BindingName} is gone.");

    /// <summary>A new binding with every field, in the switch's order.</summary>
    public static Worksheet Binding(string binding, IReadOnlyList<ShField> fields) => new(
        $"{Bindings}, new binding (exact menu position: as at your site)",
        [.. fields.Select(f => new WorksheetRow(BindingFields.LabelOf(f.Name), Shown(f)))],
        ReadBack,
        $"If you created it for this step: disable Configured SIP Binding {binding}, then delete it.");

    /// <summary>Only the fields that change, and what they held before.</summary>
    public static Worksheet ChangeBinding(string binding, IReadOnlyList<FieldChange> changes) => new(
        Bindings,
        [new(Named, binding), .. changes.Select(c => new WorksheetRow(BindingFields.LabelOf(c.To.Name), Shown(c.To)))],
        ReadBack,
        $"Set in Configured SIP Binding {binding}: {string.Join("; ", changes.Select(c => $"{BindingFields.LabelOf(c.To.Name)} back to {(c.Before is null ? "what it was (the switch returned nothing)" : Shown(c.Before))}"))}.");

    /// <summary>The way back of <see cref="Binding"/>, and of every binding that is there.</summary>
    /// <param name="found">Every field as read.</param>
    public static Worksheet DeleteBinding(string binding, IReadOnlyList<ShField> found) => new(
        Bindings,
        [new(Named, binding), new("SIP trunks that use it", "none"), new("Status", "disable, then delete")],
        ReadBack,
        $"Create Configured SIP Binding {binding} again: {string.Join("; ", found.Select(f => $"{BindingFields.LabelOf(f.Name)}: {Shown(f)}"))}.");

    private static string Shown(ShField field) =>
        ShRedaction.IsSecret(field.Name) ? "(a secret: as your site keeps it)" : field.UsesDefault ? "the default" : PlainText.OneLine(field.Value);

    /// <summary>Row "enable", for switches whose _Status group is not proven.</summary>
    public static Worksheet EnableBinding(string binding) => new(
        Bindings,
        [
            new(Named, binding),
            new("Status", "enable"),
        ],
        "The status can't be read back on this switch. The binding turns green in MetaView Explorer when Twilio answers OPTIONS.",
        $"Disable Configured SIP Binding {binding}.");

    /// <summary>Worksheet 10.2: the SIP trunk.</summary>
    public static Worksheet SipTrunk(TrunkIntent intent) => new(
        "MetaView Explorer: Signaling / SIP",
        [
            new("SIP trunk name", intent.SipTrunkName),
            new(Named, intent.BindingName),
            new("Trunk group number", intent.TrunkGroup ?? "as the site's usual"),
            new("Call directions, billing, other rows", "as in the site's usual SIP trunk"),
            new("Status", "enable after the binding is green"),
        ],
        "Your word, then the test call.",
        $"Take SIP trunk {intent.SipTrunkName} out of the routing first, disable it, delete it, then check that no row names {intent.BindingName}.");

    /// <summary>Worksheet 10.3: a table that splits off calls by dialed number.</summary>
    public static Worksheet Translations(TrunkIntent intent, MetaswitchSite site)
    {
        var old = site.CurrentTranslationTable;
        return new(
            "MetaView Explorer: Translations (the point where calls to the test number are routed)",
            [
                new("Table that calls go to now", old ?? "write down which table calls go to at the chosen point"),
                new("New table", $"{site.TestTranslationTable}, decides by dialed (destination) number"),
                new($"Entry {intent.TestNumber}", $"SIP trunk {intent.SipTrunkName}"),
                new("Any other number", old is null ? "the table written down above" : $"table {old}"),
                new("The chosen point", $"point it at table {site.TestTranslationTable}"),
            ],
            $"Run a route verification test for {intent.TestNumber}; check that another number does not use {intent.SipTrunkName}; then the test call.",
            $"Point the chosen point back at {(old is null ? "the table written down" : $"table {old}")}, then delete table {site.TestTranslationTable}.");
    }

    /// <summary>The way back of <see cref="Translations"/>.</summary>
    public static Worksheet RetireTranslations(TrunkIntent intent, MetaswitchSite site) => new(
        "MetaView Explorer: Translations (the point where calls to the test number are routed)",
        [
            new("Every entry that leads to", $"SIP trunk {intent.SipTrunkName}"),
            new($"Entry {intent.TestNumber}", $"removed from table {site.TestTranslationTable}"),
            new("If the table is empty then", $"point the chosen point back at {(site.CurrentTranslationTable is { } old ? $"table {old}" : "the table that calls went to before")}"),
        ],
        $"Run a route verification test for {intent.TestNumber}: it does not use {intent.SipTrunkName}.",
        $"Route {intent.TestNumber} to SIP trunk {intent.SipTrunkName} again, in table {site.TestTranslationTable}.");

    /// <summary>The way back of <see cref="SipTrunk"/>.</summary>
    public static Worksheet RetireSipTrunk(TrunkIntent intent) => new(
        "MetaView Explorer: Signaling / SIP",
        [
            new("SIP trunk name", intent.SipTrunkName),
            new(Named, intent.BindingName),
            new("Calls in progress", "none, or wait until they end"),
            new("Status", "disable, then delete"),
        ],
        $"No row of the SIP trunks names {intent.BindingName} any more.",
        $"Create SIP trunk {intent.SipTrunkName} again on binding {intent.BindingName}, trunk group {intent.TrunkGroup ?? "as the site's usual"}, and enable it.");

    /// <summary>For switches whose _Status group is not proven.</summary>
    public static Worksheet DisableBinding(string binding) => new(
        Bindings,
        [
            new(Named, binding),
            new("Status", "disable"),
        ],
        "The status can't be read back on this switch; deleting the binding is the next step.",
        $"Enable Configured SIP Binding {binding}.");

    /// <summary>The way back of <see cref="MediaGatewayModel"/>.</summary>
    public static Worksheet RetireMediaGatewayModel(TrunkIntent intent) => new(
        "MetaView Explorer: Remote Media Gateway Models",
        [
            new("Model name", intent.MediaGatewayModel),
            new("Used by", "nothing: look at every binding; if one uses it, leave the model and press Done"),
            new("Then", "delete"),
        ],
        "Your word: no interface of the switch reads models back.",
        $"Create Remote Media Gateway Model {intent.MediaGatewayModel} again, with \"Use E164 numbers\" ticked.");
}
