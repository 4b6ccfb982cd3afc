using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Perimeta.Planning;

/// <summary>What a site's own templates add to a plan: lines of secure trunks, and the routing.</summary>
internal sealed partial class PerimetaPlanner
{
    private readonly LoadedTemplates _templates = templates ?? LoadedTemplates.None;

    private IReadOnlyList<string> SecureLines(TrunkIntent trunk, TwilioEdge edge) =>
        AdoptedLines.LeavesTemplate(trunk.AdjacencyName(edge), LeftBy(trunk, edge)) ? [] : _templates.SecureLines(trunk, _site, edge);

    /// <summary>Outermost lines of the template that the trunk's own adjacency has from a time when the trunk was a secure one.</summary>
    private IReadOnlyList<string> LeftSecure(TwilioEdge edge, Adjacency there)
    {
        if (intent.Transport == SipTransport.Tls || goal.Owned is not { Intent.Transport: SipTransport.Tls } owned || AdoptedLines.LeavesTemplate(there.Name, owned.Facts))
        {
            return [];
        }

        var meanings = there.Node.Descendants().Select(line => line.Meaning).ToHashSet(StringComparer.Ordinal);
        return [.. _templates.OutermostSecureLines(owned.Intent, _site, edge).Where(line => meanings.Contains(line))];
    }

    /// <summary>Whether a further line of an adjacency is one of those that <see cref="LeftSecure"/> takes away.</summary>
    private bool LeavesWithTls(TwilioEdge edge, Adjacency there, DifferentLine extra) =>
        LeftSecure(edge, there).Count > 0 && SecureLines(goal.Owned!.Intent, edge).Contains(extra.Actual!);

    /// <summary>The objects that a secure trunk has besides its adjacencies, before the first of those that are built or changed to use them.</summary>
    /// <param name="at">Where in the steps.</param>
    private void PlanSecureObjects(int at)
    {
        if (intent.Transport != SipTransport.Tls
            || _templates.Tls is not { } tls
            || !tls.Has(TemplateSection.Before)
            || !_steps.Skip(at).Any(step => intent.Edges.Any(edge => SecureLines(intent, edge).Intersect(Written(step)).Any())))
        {
            return;
        }

        static IReadOnlyList<string> Written(PlannedStep step) => StepPayload.FromJson(step.Payload) switch
        {
            BuildPayload build => build.Lines,
            EditPayload edit => edit.Lines,
            _ => [],
        };

        var work = WorkOf(tls, TemplateSection.Before, TemplateFacts.Tls, "of the TLS template", null);
        if (goal.Owned is { } owned && TemplateFacts.Find(owned.Facts, work.Fact) is { } done && done.Lines.SequenceEqual(work.Lines))
        {
            return;
        }

        _objects.Add(new(PlannedAction.Create, "objects of the TLS template", string.Join("; ", work.Own)));
        _steps.Insert(at, TemplateStepOf(work, "tls", StepPhase.AdjacencyBuild, "Make what a secure trunk needs, by the site's template"));
    }

    /// <returns>False when the site has no template: then a person does it.</returns>
    private bool PlanRoutingByTemplate(IReadOnlyList<TwilioEdge> edges)
    {
        if (_templates.CallPolicy is not { } policy)
        {
            return false;
        }

        foreach (var edge in edges)
        {
            var name = intent.AdjacencyName(edge);
            var work = WorkOf(policy, TemplateSection.Forward, TemplateFacts.CallPolicy(name), $"of the call policy template for {name}", edge);
            _objects.Add(new(PlannedAction.Change, "call-policy-set", $"calls between {name} and {_site.CoreAdjacency}, by the site's template"));
            _steps.Add(TemplateStepOf(work, $"routing.{name}", StepPhase.AdjacencyActivate, $"Lead calls between {name} and {_site.CoreAdjacency}, by the site's template"));
        }

        return true;
    }

    private TemplateWork WorkOf(CliTemplate template, string section, string fact, string what, TwilioEdge? edge)
    {
        var values = CliTemplate.ValuesOf(intent, _site, edge);
        return new(fact, what, template.Fill(section, values), template.Fill(TemplateSection.Back, values), template.Telling(section, values));
    }

    private PlannedStep TemplateStepOf(TemplateWork work, string id, StepPhase phase, Sentence title) =>
        Step(id, phase, title, "each of the lines is in the configuration when read back", new TemplatePayload(work), _blocks.Whole(work.Lines), _blocks.Whole(work.Undo));

    /// <summary>Calls are led past an adjacency that goes; only what a change of this trunk did by a template is taken back.</summary>
    private void PlanRoutingRetirement(string adjacency)
    {
        if (goal.Owned is { } owned && TemplateFacts.Find(owned.Facts, TemplateFacts.CallPolicy(adjacency)) is { } work)
        {
            _objects.Add(new(PlannedAction.Change, "call-policy-set", $"what the site's template did for {adjacency} is taken back"));
            _steps.Add(TemplateRetirementOf(work, $"routing.{adjacency}.retire", StepPhase.AdjacencyDeactivate, $"Take back the routing of {adjacency}"));
        }
    }

    /// <summary>Of an adjacency that somebody removed, what a template did besides may stand still.</summary>
    private void NoteRoutingLeft(string adjacency)
    {
        if (goal.Owned is { } owned && TemplateFacts.Find(owned.Facts, TemplateFacts.CallPolicy(adjacency)) is not null)
        {
            _objects.Add(new(PlannedAction.LeaveAlone, "call-policy-set", $"what the site's template did for {adjacency} may be there still: a person looks"));
        }
    }

    /// <summary>The objects of a secure trunk, once no adjacency uses them any more.</summary>
    private void PlanSecureRetirement(bool removes)
    {
        var leaves = removes || _steps.Exists(step => StepPayload.FromJson(step.Payload) is EditPayload { Gone: not null });
        if (leaves && (goal.Removes || intent.Transport != SipTransport.Tls) && goal.Owned is { } owned && TemplateFacts.Find(owned.Facts, TemplateFacts.Tls) is { } work)
        {
            _objects.Add(new(PlannedAction.Remove, "objects of the TLS template", string.Join("; ", work.Own)));
            _steps.Add(TemplateRetirementOf(work, "tls.retire", StepPhase.AdjacencyRemove, "Remove what the site's template made for a secure trunk"));
        }
    }

    private PlannedStep TemplateRetirementOf(TemplateWork work, string id, StepPhase phase, Sentence title) =>
        Step(id, phase, title, "none of the trunk's own lines is in the configuration when read back", new TemplateRetirementPayload(work), _blocks.Whole(work.Undo), _blocks.Whole(work.Lines));
}
