using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Planning;

/// <summary>The way back of a trunk: routing first, so that no call is sent to what is taken down; then what hung on it, in the reverse order.</summary>
internal sealed partial class MetaswitchPlanner
{
    private SystemPlan Removal(TrunkGoal goal, SiteProfile site, BindingSnapshot found, string fingerprint)
    {
        var intent = goal.Intent;
        List<Finding> findings = [.. BindingLints.Transport(site.Metaswitch), .. ByHand(site)];
        var byHand = new ManualSteps(goal, site.Metaswitch);
        List<PlannedObject> objects =
        [
            new(PlannedAction.Manual, $"translations for {PlainText.OneLine(intent.TestNumber)}", "no longer led to the trunk"),
            new(PlannedAction.Manual, $"SIP trunk {PlainText.OneLine(intent.SipTrunkName)}", "deleted"),
        ];
        List<PlannedStep> planned =
        [
            byHand.Of($"{MetaswitchSteps.Translations}.retire", StepPhase.TranslationsRetire, $"Route nothing to SIP trunk {PlainText.OneLine(intent.SipTrunkName)} any more", Worksheets.RetireTranslations(intent, site.Metaswitch)),
            byHand.Of($"{MetaswitchSteps.SipTrunk}.retire", StepPhase.SipTrunkRetire, $"Delete SIP trunk {PlainText.OneLine(intent.SipTrunkName)}", Worksheets.RetireSipTrunk(intent)),
        ];
        RemoveBinding(intent, site, found, byHand, objects, planned, findings);

        // Trunks of the bot's own, and bindings of anybody as the shadow database shows them.
        List<string> others = [.. found.ModelUsedBy ?? [], .. (found.Shadow?.SameModel ?? []).Select(b => $"binding {b}")];
        if (others.Count > 0)
        {
            objects.Add(new(PlannedAction.LeaveAlone, $"Remote Media Gateway Model {PlainText.OneLine(intent.MediaGatewayModel)}", $"also used by {string.Join(", ", others)}"));
        }
        else
        {
            objects.Add(new(PlannedAction.Manual, $"Remote Media Gateway Model {PlainText.OneLine(intent.MediaGatewayModel)}", "deleted, if nothing else uses it"));
            planned.Add(byHand.Of(
                $"{MetaswitchSteps.MediaGatewayModel}.retire", StepPhase.MediaGatewayModelRetire, $"Delete Remote Media Gateway Model {PlainText.OneLine(intent.MediaGatewayModel)}", Worksheets.RetireMediaGatewayModel(intent)));
        }

        return new()
        {
            System = MetaswitchSystem.SystemName,
            Title = MetaswitchSystem.SystemTitle,
            Element = site.Metaswitch.Element,
            Fingerprint = fingerprint,
            Objects = objects,
            Steps = planned,
            Findings = findings,
        };
    }

    private void RemoveBinding(TrunkIntent intent, SiteProfile site, BindingSnapshot found, ManualSteps byHand, List<PlannedObject> objects, List<PlannedStep> planned, List<Finding> findings)
    {
        var binding = $"Configured SIP Binding {PlainText.OneLine(intent.BindingName)}";
        if (found.Fields is null)
        {
            objects.Add(new(PlannedAction.LeaveAlone, binding, "does not exist any more"));
            return;
        }

        var drift = BindingFields.Compare(BindingFields.Intended(intent, site.Metaswitch, mapping), found.Fields);
        if (drift.Count > 0)
        {
            findings.Add(new(
                "binding-drifted",
                FindingSeverity.Warning,
                $"{binding} is not as the bot left it: {string.Join("; ", drift)}. The undo makes it again as it is now.",
                "Ask who changed it, and whether it is still only this trunk's, before you go on.",
                "metaswitch: flow for the binding"));
        }

        var steps = new BindingSteps(site.Metaswitch, mapping, intent.BindingName);
        objects.Add(new(PlannedAction.Remove, binding, "taken out of service, then deleted"));
        if (!(found.StatusGroupAnswers ?? site.Metaswitch.StatusGroupProven))
        {
            planned.Add(byHand.Of(MetaswitchSteps.DisableBinding, StepPhase.BindingRetire, $"Disable {binding}", Worksheets.DisableBinding(intent.BindingName)));
        }
        else if (mapping.IsInService(found.RequestedStatus))
        {
            planned.Add(steps.RetireFromService());
        }

        planned.Add(steps.Retire(found.Fields));
    }
}
