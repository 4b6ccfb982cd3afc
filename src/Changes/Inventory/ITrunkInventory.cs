using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Inventory;

/// <summary>
/// What one system shows of trunks to Twilio, whoever built them: the source of adoption, of drift, and of what is exported for work by hand.
/// Nothing here changes anything. Implemented once each for Perimeta, the Metaswitch CFS and Twilio.
/// </summary>
public interface ITrunkInventory
{
    /// <inheritdoc cref="INetworkSystem.Name"/>
    string Name { get; }

    /// <inheritdoc cref="INetworkSystem.Title"/>
    string Title { get; }

    /// <summary>Every trunk to Twilio that the system shows, in the order of their termination names.</summary>
    /// <param name="known">
    /// Trunk parameters that are known already, key and text as they would be typed: what a person typed, what systems before this one showed. Empty: all
    /// trunks are looked for. With <c>termination</c>: only that one. A system that can't list its objects finds what <paramref name="known"/> names.
    /// </param>
    /// <exception cref="SystemFailureException">The system could not be read; code and message are fit for chat.</exception>
    Task<IReadOnlyList<FoundPart>> FindAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken);

    /// <summary>Where what was read is not as the trunk was left, value by value. Pure.</summary>
    IReadOnlyList<ObjectDifference> Compare(OwnedTrunk trunk, SiteProfile site, SystemSnapshot snapshot);

    /// <summary>Who changed the trunk's objects, newest first; empty where the system does not tell.</summary>
    /// <exception cref="SystemFailureException">The system could not be asked.</exception>
    Task<IReadOnlyList<ChangeSeen>> ChangesSinceAsync(OwnedTrunk trunk, SiteProfile site, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The whole trunk as files for those who set it up by hand, and the way back. Pure; holds no secret.</summary>
    IReadOnlyList<ExportedFile> Export(TrunkIntent intent, SiteProfile site);
}

/// <summary>What one system shows of one trunk.</summary>
/// <param name="System">Name of the system.</param>
/// <param name="Termination">The label before <c>.pstn.twilio.com</c>, lower case: what joins the views of the three systems.</param>
public sealed record FoundPart(string System, string Termination)
{
    /// <summary>Trunk parameters that this system tells, key and text as they would be typed. Values come from a device: they are checked like typed ones.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What was found, in the vendor's words, one line each, such as "adjacency acme-us2, active, to acme.pstn.us2.twilio.com".</summary>
    public IReadOnlyList<string> Objects { get; init; } = [];

    /// <summary>What makes these objects the trunk's own once it is under management.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Beginning of those facts that say how the objects were left. Where a trunk under management takes what the system shows, its facts with that
    /// beginning give way to those of this part; null where there are none.
    /// </summary>
    public string? LeftFacts { get; init; }

    /// <summary>What is missing, inconsistent, or can't be told.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>One value that is not as the trunk was left.</summary>
/// <param name="What">The object and its field, in the vendor's words.</param>
/// <param name="Wanted">What it was left as; "there" or "none" where only presence counts.</param>
/// <param name="Found">What stands there now; "missing" where nothing does.</param>
public sealed record ObjectDifference(string What, string Wanted, string Found);

/// <summary>A change of a trunk's object that its system recorded.</summary>
/// <param name="Who">As the system names them: a user, an API key, a program.</param>
/// <param name="What">What was done, in words.</param>
public sealed record ChangeSeen(DateTimeOffset At, string Who, string What);

/// <param name="Name">File name, such as <c>acme-east-perimeta.txt</c>.</param>
/// <param name="Purpose">What the file is for: one sentence.</param>
public sealed record ExportedFile(string Name, string Purpose, string Text);
