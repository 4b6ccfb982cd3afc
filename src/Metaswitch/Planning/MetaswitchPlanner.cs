using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Planning;

/// <summary>Ids of the steps on the CFS.</summary>
public static class MetaswitchSteps
{
    public const string MediaGatewayModel = "metaswitch.rmgm";
    public const string CreateBinding = "metaswitch.binding.create";
    public const string ChangeBinding = "metaswitch.binding.change";
    public const string EnableBinding = "metaswitch.binding.enable";
    public const string DisableBinding = "metaswitch.binding.disable";
    public const string DeleteBinding = "metaswitch.binding.delete";
    public const string SipTrunk = "metaswitch.sip-trunk";
    public const string Translations = "metaswitch.translations";
}

/// <summary>Works out what the CFS needs for a trunk. Pure.</summary>
internal sealed partial class MetaswitchPlanner(BindingMapping mapping)
{
    private const string ConfirmedEarlier = "not readable; confirmed when the bot last provisioned this trunk";
    private const string NeverConfirmed = "not readable, and never confirmed to the bot";

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, BindingSnapshot found, string fingerprint)
    {
        var intent = goal.Intent;
        if (goal.Removes)
        {
            return Removal(goal, site, found, fingerprint);
        }

        List<Finding> findings = [.. BindingLints.Names(intent), .. BindingLints.Transport(site.Metaswitch), .. ByHand(site)];
        if (findings.Any(f => f.Code == "cfs-name-invalid"))
        {
            return Build([], []);
        }

        // Of what is wanted and of what is there: a binding made by hand can hold what the bot would never send. What the change puts right is no error.
        var intended = BindingFields.Intended(intent, site.Metaswitch, mapping);
        var steps = new BindingSteps(site.Metaswitch, mapping, intent.BindingName);
        var differences = found.Fields is null ? [] : BindingFields.Compare(intended, found.Fields);
        var change = goal.Owned?.Intent.BindingName == intent.BindingName && differences.Count > 0 && differences.All(d => !ShRedaction.IsSecret(d.Element)) ? steps.Change(intended, found.Fields!) : null;
        findings.AddRange(BindingLints.Fields(intended, intent.DomainName, site, mapping)
            .Concat(found.Fields is null || change is not null ? [] : BindingLints.Fields(found.Fields, intent.DomainName, site, mapping))
            .Distinct());
        var statusProven = found.StatusGroupAnswers ?? site.Metaswitch.StatusGroupProven;
        if (site.Metaswitch.StatusGroupProven && !statusProven)
        {
            findings.Add(StatusRefused());
        }

        findings.AddRange(found.Shadow?.Findings(intent) ?? []);
        if (found.Fields is null)
        {
            findings.Add(FixBit(intent));
            return Build(
                [
                    new(PlannedAction.Manual, Rmgm(), "fix bit \"Use E164 numbers\""),
                    new(PlannedAction.Create, Binding(), $"{intended.Count} fields, then enabled"),
                    new(PlannedAction.Manual, Trunk()),
                    new(PlannedAction.Manual, Routing()),
                ],
                [
                    Manual(MetaswitchSteps.MediaGatewayModel, StepPhase.MediaGatewayModel, $"Create {Rmgm()}", Worksheets.MediaGatewayModel(intent, site.Metaswitch), isNew: true),
                    AtSite(steps.Create(intended), MetaswitchSite.BindingWork),
                    Enable(),
                    Manual(MetaswitchSteps.SipTrunk, StepPhase.SipTrunk, $"Create {Trunk()}", Worksheets.SipTrunk(intent), Row(), isNew: true),
                    Manual(MetaswitchSteps.Translations, StepPhase.Translations, $"Route {intent.TestNumber} to {Trunk()}", Worksheets.Translations(intent, site.Metaswitch), isNew: true),
                ]);
        }

        if (differences.Count > 0 && change is null)
        {
            findings.Add(new(
                "binding-exists-different",
                FindingSeverity.Error,
                $"{Binding()} exists and is not as intended: {string.Join("; ", differences)}.",
                "The bot changes only the binding of a trunk that it manages (change NAME key=value): choose another binding name, or correct the binding by hand and plan again.",
                "metaswitch: flow for the binding"));
            return Build([new(PlannedAction.LeaveAlone, Binding(), "exists and differs")], []);
        }

        var extra = found.Fields.Where(f => intended.All(i => i.Name != f.Name)).Select(f => f.Name).ToList();
        var same = (change is null ? "as intended" : $"changed: {string.Join("; ", differences)}") + (extra.Count == 0 ? "" : $"; further fields left alone: {string.Join(", ", extra)}");
        return Existing(same);

        string Rmgm() => $"Remote Media Gateway Model {PlainText.OneLine(intent.MediaGatewayModel)}";
        string Binding() => $"Configured SIP Binding {PlainText.OneLine(intent.BindingName)}";
        string Trunk() => $"SIP trunk {PlainText.OneLine(intent.SipTrunkName)}";

        // Only where the database was read and did not show the trunk: one that was there before is nobody's to take back.
        TrunkRow? Row() => site.Metaswitch.Shadow is { ProvesTrunks: true } && found.Shadow is { Trouble: null } ? new(intent.SipTrunkName, intent.BindingName) : null;
        string Routing() => $"translations for {PlainText.OneLine(intent.TestNumber)}";

        SystemPlan Build(IReadOnlyList<PlannedObject> objects, IReadOnlyList<PlannedStep> planned) => new()
        {
            System = MetaswitchSystem.SystemName,
            Title = MetaswitchSystem.SystemTitle,
            Element = site.Metaswitch.Element,
            Fingerprint = fingerprint,
            Objects = objects,
            Steps = findings.Any(f => f.Severity == FindingSeverity.Error) ? [] : planned,
            Findings = findings,
        };

        PlannedStep Manual(string id, StepPhase phase, Sentence title, Worksheet worksheet, TrunkRow? row = null, bool isNew = false) =>
            new ManualSteps(goal, site.Metaswitch).Of(id, phase, title, worksheet, row, isNew);

        // What is done by hand is done in the site's own words.
        PlannedStep AtSite(PlannedStep step, string work) => step.Worksheet is { } sheet
            ? step with { Worksheet = Worksheets.AtSite(sheet, site.Metaswitch.Worksheets.GetValueOrDefault(work), intent) }
            : step;

        PlannedStep Enable() => statusProven
            ? AtSite(steps.Enable(), ConfirmedWork.EnableWork)
            : Manual(MetaswitchSteps.EnableBinding, StepPhase.Binding, $"Enable {Binding()}", Worksheets.EnableBinding(intent.BindingName), isNew: true);

        // The binding is as intended. What hangs on it can't be read: only what people confirmed for this trunk counts as there.
        SystemPlan Existing(string same)
        {
            List<PlannedObject> objects = [];
            List<PlannedStep> needed = [];
            var confirmed = found.Confirmed;
            var routed = confirmed?.Has(ConfirmedWork.TranslationsWork) == true;
            var seen = found.Shadow?.ShowsTrunk(intent) == true;
            List<string> open = [.. (confirmed?.Unconfirmed ?? []).Where(work => work switch
            {
                ConfirmedWork.EnableWork => !statusProven,
                ConfirmedWork.SipTrunkWork => !seen,
                _ => true,
            })];
            if (confirmed is null || open.Count > 0)
            {
                findings.Add(Unconfirmed(intent, open));
            }

            if (confirmed?.Has(ConfirmedWork.ModelWork) == true && confirmed.MediaGatewayModel == intent.MediaGatewayModel)
            {
                objects.Add(new(PlannedAction.LeaveAlone, Rmgm(), ConfirmedEarlier));
            }
            else
            {
                findings.Add(FixBit(intent));
                objects.Add(new(PlannedAction.Manual, Rmgm(), NeverConfirmed));
                needed.Add(Manual(MetaswitchSteps.MediaGatewayModel, StepPhase.MediaGatewayModel, $"Check {Rmgm()}", Worksheets.Check(Worksheets.MediaGatewayModel(intent, site.Metaswitch))));
            }

            var (status, enable) = Status(confirmed?.Has(ConfirmedWork.EnableWork) == true);
            objects.Add(new(enable is null && change is null ? PlannedAction.LeaveAlone : PlannedAction.Change, Binding(), same + status));
            needed.AddRange(new[] { change, enable }.OfType<PlannedStep>());

            var trunk = confirmed?.Has(ConfirmedWork.SipTrunkWork) == true && confirmed.SipTrunkName == intent.SipTrunkName ? confirmed : null;
            if (trunk is null && seen && goal.Owned?.Intent is { } was && was.SipTrunkName == intent.SipTrunkName && was.TrunkGroup != intent.TrunkGroup)
            {
                // The row was there before: it proves nothing of the group.
                NewGroup(was.TrunkGroup);
            }
            else if (trunk is null && seen)
            {
                objects.Add(new(PlannedAction.LeaveAlone, Trunk(), "seen in the shadow database, naming this binding"));
            }
            else if (trunk is null)
            {
                objects.Add(new(PlannedAction.Manual, Trunk(), NeverConfirmed));
                needed.Add(Manual(MetaswitchSteps.SipTrunk, StepPhase.SipTrunk, $"Check or create {Trunk()}", Worksheets.Check(Worksheets.SipTrunk(intent)), Row()));
            }
            else if (trunk.TrunkGroup != intent.TrunkGroup)
            {
                NewGroup(trunk.TrunkGroup);
            }
            else
            {
                objects.Add(new(PlannedAction.LeaveAlone, Trunk(), ConfirmedEarlier));
            }

            if (routed && confirmed!.TestNumber == intent.TestNumber && confirmed.SipTrunkName == intent.SipTrunkName)
            {
                objects.Add(new(PlannedAction.LeaveAlone, Routing(), ConfirmedEarlier));
            }
            else
            {
                var sheet = Worksheets.Translations(intent, site.Metaswitch);
                objects.Add(new(PlannedAction.Manual, Routing(), NeverConfirmed));
                needed.Add(Manual(MetaswitchSteps.Translations, StepPhase.Translations, $"Route {intent.TestNumber} to {Trunk()}",
                    !routed ? Worksheets.Check(sheet) : Worksheets.OneMoreEntry(sheet, intent, site.Metaswitch)));
            }

            return Build(objects, needed);

            void NewGroup(string? before)
            {
                objects.Add(new(PlannedAction.Manual, Trunk(), $"trunk group {before ?? "as usual"} becomes {intent.TrunkGroup ?? "as usual"}"));
                needed.Add(Manual(MetaswitchSteps.SipTrunk, StepPhase.SipTrunk, $"Change the trunk group of {Trunk()}", Worksheets.TrunkGroup(intent, before)));
            }
        }

        (string Detail, PlannedStep? Enable) Status(bool isConfirmed)
        {
            if (statusProven)
            {
                return mapping.IsInService(found.RequestedStatus) ? ("", null) : (", but not enabled", Enable());
            }

            if (!isConfirmed)
            {
                return ("; whether it is enabled can't be read", Enable());
            }

            findings.Add(new(
                "binding-status-not-readable",
                FindingSeverity.Warning,
                $"Whether {Binding()} is enabled can't be read on this switch.",
                "Look in MetaView Explorer, or set statusGroupProven in the site profile once a pull of the status group worked.",
                "metaswitch: status group"));
            return ("", null);
        }
    }

    private static Finding Unconfirmed(TrunkIntent intent, List<string> open) => new(
        "cfs-work-unconfirmed",
        FindingSeverity.Warning,
        open.Count == 0
            ? Sentence.Of($"Binding {intent.BindingName} exists, but nobody confirmed to the bot what hangs on it: the fix bit of {intent.MediaGatewayModel}, SIP trunk {intent.SipTrunkName} and the translations can't be read and were not checked.")
            : $"Binding {intent.BindingName} was adopted, and nobody has confirmed to the bot yet: {string.Join(", ", open)}.",
        "Follow the worksheets: check each, and correct or create what is missing.",
        "metaswitch: what must exist");

    private static IEnumerable<Finding> ByHand(SiteProfile site) => !site.Metaswitch.ApplyByHand ? [] :
    [
        new(
            "applied-by-hand",
            FindingSeverity.Info,
            $"The bot sends nothing to {site.Metaswitch.Element}: every step there is a worksheet, and is read back when you press Done.",
            null,
            "site profile: metaswitch.applyByHand"),
    ];

    private static Finding StatusRefused() => new(
        BindingReader.StatusGroupMissing,
        FindingSeverity.Warning,
        "The site profile says that the status group is proven on this switch, but a pull of it was refused: taking the binding into service is a worksheet.",
        BindingReader.StatusGroupFix,
        "metaswitch: status group");

    private static Finding FixBit(TrunkIntent intent) => new(
        "fix-bit-unconfirmed",
        FindingSeverity.Hold,
        $"A person must confirm that \"Use E164 numbers\" is ticked in Remote Media Gateway Model {intent.MediaGatewayModel} before calls use the binding.",
        "Follow the worksheet of the first CFS step.",
        "C10, seed article");
}
