namespace TrunkBot.Perimeta.Templates;

/// <summary>What a template of one kind consists of (docs/perimeta-templates.md).</summary>
internal sealed record TemplateKind(string Name, IReadOnlyList<TemplateSection> Sections)
{
    /// <summary>Holes whose value is the same for the whole trunk.</summary>
    private static readonly string[] OfTrunk = [TemplateHoles.Name, TemplateHoles.ServiceAddress, TemplateHoles.ServiceNetwork, TemplateHoles.Realm, TemplateHoles.LocalPort, TemplateHoles.PeerPort, TemplateHoles.CoreAdjacency];

    private static readonly string[] OfAdjacency = [.. OfTrunk, TemplateHoles.Adjacency, TemplateHoles.Edge, TemplateHoles.Legacy, TemplateHoles.Peer];

    /// <summary>Lines for a trunk over TLS: inside each adjacency, and objects that the trunk has besides.</summary>
    public static TemplateKind Tls { get; } = new(
        "tls",
        [
            new(TemplateSection.Before, OfTrunk) { Needs = [TemplateHoles.Name], Undo = TemplateSection.Back },
            new(TemplateSection.Adjacency, OfAdjacency) { IsRequired = true },
            new(TemplateSection.Back, OfTrunk) { Needs = [TemplateHoles.Name] },
        ]);

    /// <summary>Lines that lead calls between the core adjacency and one of the trunk's (domain document, section 7: both names, and an undo).</summary>
    public static TemplateKind CallPolicy { get; } = new(
        "callPolicy",
        [
            new(TemplateSection.Forward, OfAdjacency) { IsRequired = true, Needs = [TemplateHoles.Adjacency, TemplateHoles.CoreAdjacency], Undo = TemplateSection.Back },
            new(TemplateSection.Back, OfAdjacency) { Needs = [TemplateHoles.Adjacency] },
        ]);
}

/// <param name="Name">As it stands between brackets.</param>
/// <param name="Holes">Holes that its lines may have.</param>
internal sealed record TemplateSection(string Name, IReadOnlyList<string> Holes)
{
    public const string Before = "before";
    public const string Adjacency = "adjacency";
    public const string Forward = "lines";
    public const string Back = "undo";

    public bool IsRequired { get; init; }

    /// <summary>Holes of which each must stand in some line: what has none of them could not be told from another trunk's.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The section that takes this one back: neither is there without the other. null: none.</summary>
    public string? Undo { get; init; }

    /// <summary>Whether its lines stand inside an adjacency.</summary>
    public bool IsInAdjacency => Name == Adjacency;
}

/// <summary>Names of holes.</summary>
internal static class TemplateHoles
{
    public const string Name = "name";
    public const string Adjacency = "adjacency";
    public const string Edge = "edge";
    public const string Legacy = "legacy";
    public const string Peer = "peer";
    public const string PeerPort = "peerPort";
    public const string ServiceAddress = "serviceAddress";
    public const string ServiceNetwork = "serviceNetwork";
    public const string Realm = "realm";
    public const string LocalPort = "localPort";
    public const string CoreAdjacency = "coreAdjacency";
}
