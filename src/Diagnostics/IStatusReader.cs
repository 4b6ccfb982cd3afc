using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics;

/// <summary>Reads what one system says of a trunk now. Implemented by Perimeta, Metaswitch and Twilio. Read only.</summary>
public interface IStatusReader
{
    /// <summary>Title of the system on cards, such as "Perimeta".</summary>
    string System { get; }

    /// <summary>One line for each thing that must be right for calls to pass. Never throws for what a device does: an unreachable system is a line.</summary>
    Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken);
}

public enum HealthState
{
    Ok,
    Attention,
    Failed,

    /// <summary>Not configured, not proven on this system, or not to be had: the detail says which.</summary>
    NotAvailable,
}

/// <param name="Code">Finding code when the state is not ok, such as <c>adjacency-inactive</c>; null when ok.</param>
/// <param name="What">The object in the vendor's words.</param>
/// <param name="Detail">What was read, or what is wrong.</param>
/// <param name="Fix">What to do; null when ok.</param>
/// <param name="IsConsequence">True for a symptom, such as an alarm, that something else on the call's way brings about: a diagnosis names it after what is wrong in a configuration.</param>
public sealed record StatusLine(HealthState State, string What, string Detail, string? Code = null, string? Fix = null, bool IsConsequence = false);
