using System.Net;
using TrunkBot.Changes.Plans;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio.Planning;

/// <summary>
/// Where Twilio sends inbound calls. A trunk that the bot made has one URL, worked out from its parameters; one that was adopted keeps those that people
/// chose, as long as they fit what is changed.
/// </summary>
internal static partial class TwilioPlanner
{
    /// <summary>Whether inbound calls need a URL of the bot's making: not where one that was adopted serves.</summary>
    internal static bool NeedsUrl(TrunkGoal goal, Belongings own, TrunkState? trunk) => goal.Intent.Origination
        && !own.AdoptedUrls.Any(u => u.Enabled == true && Fits(goal, u) && (IsThere(trunk, u) || CanComeBack(goal, trunk, u)));

    private static bool IsThere(TrunkState? trunk, OriginationState adopted) =>
        trunk?.OriginationUrls.Any(u => u.Sid == adopted.Sid || SipUrl.Same(u.SipUrl, adopted.SipUrl)) == true;

    /// <summary>An adopted URL that is gone is made again only where it leads to the SBC of today: its address may have been taken from the trunk while it was gone.</summary>
    private static bool CanComeBack(TrunkGoal goal, TrunkState? trunk, OriginationState adopted) =>
        adopted is { Enabled: true, Withheld: false } && !IsThere(trunk, adopted) && Fits(goal, adopted)
        && SipUrl.Parse(adopted.SipUrl) is { } url && (!IPAddress.TryParse(url.Host, out var address) || goal.Intent.PublicAddresses.Any(n => n.Contains(address)));

    /// <summary>Whether an adopted URL still fits. It may differ from the parameters where it did at adoption, but not where they have moved away from it.</summary>
    internal static bool Fits(TrunkGoal goal, OriginationState adopted)
    {
        if (SipUrl.Parse(adopted.SipUrl) is not { } url || goal.Owned?.Intent is not { } before)
        {
            return false;
        }

        var now = goal.Intent;
        return !(IPAddress.TryParse(url.Host, out var address) && before.PublicAddresses.Any(n => n.Contains(address)) && !now.PublicAddresses.Any(n => n.Contains(address)))
            && (before.Transport == now.Transport || url.Transport == Transport(now))
            && (before.LocalPort == now.LocalPort || url.Port == now.LocalPort)
            && !goal.RetiredEdges.Any(e => e.Name == url.Edge || e.Legacy == url.Edge);
    }

    private static void Origination(Draft draft, TrunkGoal goal, Belongings own, TrunkState? trunk)
    {
        var intent = goal.Intent;
        var there = trunk?.OriginationUrls ?? [];
        var wanted = NeedsUrl(goal, own, trunk) ? OriginationUrl(intent) : null;
        var found = there.FirstOrDefault(u => wanted is not null && SipUrl.Same(wanted, u.SipUrl));
        List<OriginationState> kept = [.. there.Where(u => intent.Origination && u != found && own.AdoptedAs(u) is { } was && Fits(goal, was))];
        foreach (var url in kept)
        {
            Keep(draft, trunk!, url, own.AdoptedAs(url)!);
        }

        foreach (var gone in own.AdoptedUrls.Where(u => intent.Origination && CanComeBack(goal, trunk, u)))
        {
            Add(draft, trunk, new(trunk?.Sid, gone.FriendlyName ?? "", gone.SipUrl, gone.Priority ?? 10, gone.Weight ?? 10), $"twilio.origination.{gone.Sid}");
        }

        if (found is { Enabled: true })
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"origination URL {wanted}", "exists"));
        }
        else if (found is not null)
        {
            draft.Objects.Add(new(PlannedAction.Change, $"origination URL {wanted}", "exists, but is switched off: enabled"));
            draft.Add("twilio.origination.enable", StepPhase.Inbound, $"Enable origination URL {wanted}", new EnableOrigination(trunk!.Sid, found.Sid, wanted!, own.AdoptedAs(found)),
                "The trunk's origination URLs are read again; this one is enabled.");
        }
        else if (wanted is not null)
        {
            Add(draft, trunk, new(trunk?.Sid, Ownership.OriginationUrl(intent), wanted), "twilio.origination");
        }

        // Last, so that inbound calls have somewhere to go at every moment.
        foreach (var old in there.Where(u => own.Owns(u) && u != found && !kept.Contains(u)))
        {
            Drop(draft, goal, own, trunk!, old);
        }
    }

    private static void Keep(Draft draft, TrunkState trunk, OriginationState url, OriginationState was)
    {
        if (url.Enabled == was.Enabled)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, $"origination URL {url.SipUrl}", url.Enabled == true ? "exists" : "switched off, as when it was adopted"));
        }
        else if (was.Enabled == true)
        {
            draft.Objects.Add(new(PlannedAction.Change, $"origination URL {url.SipUrl}", "exists, but is switched off: enabled"));
            draft.Add($"twilio.origination.enable.{url.Sid}", StepPhase.Inbound, $"Enable origination URL {url.SipUrl}", new EnableOrigination(trunk.Sid, url.Sid, url.SipUrl),
                "The trunk's origination URLs are read again; this one is enabled.");
        }
        else
        {
            SwitchOff(draft, trunk, url);
        }
    }

    private static void SwitchOff(Draft draft, TrunkState trunk, OriginationState url)
    {
        draft.Objects.Add(new(PlannedAction.Change, $"origination URL {url.SipUrl}", "was switched off when it was adopted: disabled again"));
        draft.Add($"twilio.origination.disable.{url.Sid}", StepPhase.InboundRetire, $"Disable origination URL {url.SipUrl}", new DisableOrigination(trunk.Sid, url.Sid, url.SipUrl),
            "The trunk's origination URLs are read again; this one is disabled.");
    }

    private static void Add(Draft draft, TrunkState? trunk, AddOrigination step, string id)
    {
        draft.Objects.Add(new(PlannedAction.Create, $"origination URL {step.Url}"));
        draft.Add(id, StepPhase.Inbound, $"Send inbound calls to {step.Url}", step,
            $"The trunk's origination URLs are read again; this one is there, enabled, priority {step.Priority}, weight {step.Weight}.");
    }

    private static void Drop(Draft draft, TrunkGoal goal, Belongings own, TrunkState trunk, OriginationState old)
    {
        var what = $"origination URL {old.SipUrl}";
        if (old.Withheld)
        {
            draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "it holds a password, which is not kept, so it could not be made again"));
        }
        else if (own.AdoptedAs(old) is { Enabled: not true } && !goal.Intent.Origination && goal.Owned is { Intent.Origination: false })
        {
            if (old.Enabled == true)
            {
                SwitchOff(draft, trunk, old);
            }
            else
            {
                draft.Objects.Add(new(PlannedAction.LeaveAlone, what, "switched off, as when it was adopted"));
            }
        }
        else
        {
            draft.Objects.Add(new(PlannedAction.Change, what, "of this trunk, but no longer wanted: removed"));
            Remove(draft, own, trunk, old, StepPhase.Inbound);
        }
    }

    private static void Remove(Draft draft, Belongings own, TrunkState trunk, OriginationState url, StepPhase phase) => draft.Add(
        $"twilio.origination.remove.{url.Sid}", phase, $"Send no more inbound calls to {url.SipUrl}",
        new RemoveOrigination(trunk.Sid, url.Sid, url.FriendlyName ?? "", url.SipUrl, url.Priority ?? 10, url.Weight ?? 10, url.Enabled ?? true, own.AdoptedAs(url)?.Sid),
        "The trunk's origination URLs are read again; this one is gone.");
}
