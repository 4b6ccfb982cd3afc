using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Metaswitch.Work;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Planning;

/// <summary>
/// Steps that a person does, in the site's own words. Where the site has a command for the work, the step shows what it is told: it is tried
/// first, and the worksheet is for when it refuses.
/// </summary>
internal sealed class ManualSteps(TrunkGoal goal, MetaswitchSite site)
{
    private static readonly Dictionary<string, string> Work = new(StringComparer.Ordinal)
    {
        [MetaswitchSteps.MediaGatewayModel] = ConfirmedWork.ModelWork,
        [MetaswitchSteps.EnableBinding] = ConfirmedWork.EnableWork,
        [MetaswitchSteps.SipTrunk] = ConfirmedWork.SipTrunkWork,
        [MetaswitchSteps.Translations] = ConfirmedWork.TranslationsWork,
    };

    /// <summary>Work that only a person takes back: no site's command is told to delete what others may use.</summary>
    public PlannedStep Of(string id, StepPhase phase, Sentence title, Worksheet worksheet) => Step(id, phase, title, worksheet, [], [], new ManualPayload());

    /// <param name="row">The row of the shadow database that proves the work; null where nothing does.</param>
    /// <param name="isNew">
    /// Whether all of it is new. What may be there already, or is only to be looked at or changed, is for a person: a command that takes its work
    /// back could take away what was there before.
    /// </param>
    public PlannedStep Of(string id, StepPhase phase, Sentence title, Worksheet worksheet, TrunkRow? row, bool isNew)
    {
        var work = Work[id];
        var intent = goal.Intent;
        var sheet = Worksheets.AtSite(worksheet, site.Worksheets.GetValueOrDefault(work), intent);
        var call = isNew && !site.ApplyByHand && site.Commands.TryGetValue(work, out var command) ? new CommandCall(command.Path, command.Arguments, command.TimeoutSeconds, work) : null;
        var confirms = goal.Owned?.Has(ConfirmedWork.UnconfirmedFact(work)) == true ? work : null;
        return Step(id, phase, title, sheet, Shown(CommandInput.Apply), Shown(CommandInput.Undo), new ManualPayload(row, call, confirms));

        IReadOnlyList<string> Shown(string action) =>
            call is null ? [] : CommandInput.Shown(call, CommandInput.Of(action, CommandInput.TicketToCome, work, sheet, intent, site));
    }

    private PlannedStep Step(
        string id, StepPhase phase, Sentence title, Worksheet sheet, IReadOnlyList<string> sends, IReadOnlyList<string> undoSends, ManualPayload payload) => new()
    {
        Id = id,
        System = MetaswitchSystem.SystemName,
        Element = site.Element,
        Phase = phase,
        Title = title,
        Sends = sends,
        UndoSends = undoSends,
        Proof = sheet.Verification,
        Payload = payload.ToJson(),
        Worksheet = sheet,
    };
}
