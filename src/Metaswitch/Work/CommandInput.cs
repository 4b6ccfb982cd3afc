using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Work;

/// <summary>What a site's command is told: the worksheet that a person would get, and the names in it by themselves. It holds no secret.</summary>
internal static class CommandInput
{
    public const string Protocol = "trunkbot.metaswitch.work/1";
    public const string Apply = "apply";
    public const string Undo = "undo";

    /// <summary>Stands in a shown input where the run's ticket will be.</summary>
    public const string TicketToCome = "{ticket of the run}";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <param name="action"><see cref="Apply"/> or <see cref="Undo"/>.</param>
    /// <param name="ticket">Unique for each run: a command that sees one twice does nothing the second time.</param>
    public static string Of(string action, string ticket, string work, Worksheet sheet, TrunkIntent intent, MetaswitchSite site) => JsonSerializer.Serialize(
        new
        {
            protocol = Protocol,
            action,
            ticket,
            site = intent.Site,
            element = site.Element,
            metaSwitchName = site.MetaSwitchName,
            work,
            trunk = intent.Name,
            names = new
            {
                mediaGatewayModel = intent.MediaGatewayModel,
                binding = intent.BindingName,
                sipTrunk = intent.SipTrunkName,
                trunkGroup = intent.TrunkGroup,
                testNumber = intent.TestNumber,
                currentTranslationTable = site.CurrentTranslationTable,
                testTranslationTable = site.TestTranslationTable,
            },
            worksheet = new
            {
                place = sheet.Place,
                rows = sheet.Rows.Select(r => new { label = r.Label, value = r.Value }),
                verification = sheet.Verification,
                undo = sheet.Undo,
            },
        },
        Json);

    /// <summary>What people approve: the command and its input, line by line.</summary>
    public static IReadOnlyList<string> Shown(CommandCall call, string input) =>
        [string.Join(' ', ["run", call.Path, .. call.Arguments.Select(Quoted)]), "", .. input.Split('\n')];

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:@,+".Contains(c, StringComparison.Ordinal)) ? argument : JsonSerializer.Serialize(argument);
}
