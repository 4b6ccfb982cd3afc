namespace TrunkBot.Diagnostics.Health;

/// <summary>What trunks stand behind.</summary>
/// <param name="Kind">Title of the system, such as "Perimeta"; or <see cref="Edge"/>.</param>
/// <param name="Element">Name of the system, such as the SBC's; of an edge its name, and from where it is asked if that is said.</param>
public sealed record DependencyName(string Kind, string Element)
{
    public const string Edge = "Edge";

    /// <summary>As people are told.</summary>
    public string Title => $"{Kind} {Element}";

    public bool IsEdge => Kind == Edge;

    public static DependencyName OfSystem(string system, string element) => new(system, element);

    /// <param name="source">As <see cref="Probes.EdgeProbes.SourceOf"/> says.</param>
    public static DependencyName OfEdge(string edge, string source) => new(Edge, source.Length == 0 ? edge : $"{edge} from {source}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static DependencyName Read(string text) => text.Split('|', 2) is [var kind, var element] ? new(kind, element) : throw new FormatException($"\"{text}\" names no dependency");

    public override string ToString() => $"{Kind}|{Element}";
}
