using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics;

/// <summary>Reads what one system says of a trunk now. Implemented by Perimeta, Metaswitch and Twilio. Read only.</summary>
public interface IStatusReader
{
    /// <summary>Title of the system on cards, such as "Perimeta".</summary>
    string System { get; }

    /// <summary>Which one of them a site has, such as the SBC's name: trunks with the same one stand behind the same system.</summary>
    string ElementOf(SiteProfile site) => site.Name;

    /// <summary>One line for each thing that must be right for calls to pass. Never throws for what a device does: an unreachable system is a line.</summary>
    Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken);

    /// <summary>What is worth asking only when something is wrong, beside <see cref="ReadAsync"/>. As there, an unreachable system is no exception; it need not be said twice.</summary>
    Task<IReadOnlyList<StatusLine>> ReadDeeperAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StatusLine>>([]);

    /// <summary>The same of a trunk that is watched: what was read of the system as a whole for another trunk may serve.</summary>
    /// <param name="ages">How old that may be.</param>
    Task<IReadOnlyList<StatusLine>> WatchAsync(TrunkIntent intent, SiteProfile site, ReadAges ages, CancellationToken cancellationToken) => ReadAsync(intent, site, cancellationToken);
}

/// <summary>How old what was read may be when it serves the watch.</summary>
/// <param name="Shared">Of what serves all trunks behind a system.</param>
/// <param name="Kept">Of what is one trunk's own and changes only when somebody configures it, as long as it says that all is well: what is wrong is read again.</param>
public readonly record struct ReadAges(TimeSpan Shared, TimeSpan Kept);

/// <summary>In the order of badness, as far as something is known.</summary>
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
public sealed record StatusLine(HealthState State, Sentence What, Sentence Detail, string? Code = null, Sentence? Fix = null)
{
    /// <summary>The edge that the line is about; null when it is about all of the trunk.</summary>
    public string? Edge { get; init; }

    /// <summary>True when it is said of the system as a whole, which could not be read at all: then it holds for every trunk behind the system, not for this one.</summary>
    public bool IsOfSystem { get; init; }
}
