using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace TrunkBot.Trunks.Edges;

/// <summary>The Twilio edges that are known, with source and date. Data: <c>twilio-edges.json</c>.</summary>
public sealed class EdgeCatalogue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private EdgeCatalogue(string source, string date, IReadOnlyList<TwilioEdge> edges)
    {
        Source = source;
        Date = date;
        Edges = edges;
    }

    /// <summary>The catalogue that ships with the program.</summary>
    public static EdgeCatalogue Shipped { get; } = ReadShipped();

    /// <summary>The catalogue in force: the one that ships, unless the host put another in its place at start (<see cref="Use"/>).</summary>
    public static EdgeCatalogue Current { get; private set; } = Shipped;

    /// <summary>Where the addresses come from.</summary>
    public string Source { get; }

    /// <summary>When they were read there (ISO 8601 date).</summary>
    public string Date { get; }

    /// <summary>All edges, in the catalogue's order.</summary>
    public IReadOnlyList<TwilioEdge> Edges { get; }

    /// <summary>The edge of that name or legacy region name, case ignored; null when there is none.</summary>
    public TwilioEdge? Find(string name) =>
        Edges.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(e.Legacy, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Puts a catalogue in force for the whole process: to be called once, before anything reads a site, a trunk or a parameter.</summary>
    public static void Use(EdgeCatalogue catalogue) => Current = catalogue;

    /// <summary>Reads a catalogue from its JSON text.</summary>
    /// <exception cref="FormatException">The text is not a catalogue; the message says why.</exception>
    public static EdgeCatalogue Parse(string json)
    {
        try
        {
            var file = JsonSerializer.Deserialize<CatalogueFile>(json, Json)
                ?? throw new FormatException("the edge catalogue is empty");
            var edges = file.Edges.Select(e => new TwilioEdge(e.Name, e.Legacy, e.Location, RangeOf(e))).ToList();
            return edges.Count == 0
                ? throw new FormatException("the edge catalogue lists no edge")
                : new EdgeCatalogue(file.Source, file.Date, edges);
        }
        catch (JsonException e)
        {
            throw new FormatException($"the edge catalogue can't be read: {e.Message}", e);
        }
    }

    private static IPNetwork RangeOf(EdgeEntry edge) =>
        IPNetwork.TryParse(edge.Signaling, out var range) && range.BaseAddress.AddressFamily == AddressFamily.InterNetwork && range.PrefixLength >= 24
            ? range
            : throw new FormatException($"the edge catalogue can't be read: \"{edge.Signaling}\" of edge {edge.Name} is not an IPv4 network of /24 or narrower");

    private static EdgeCatalogue ReadShipped()
    {
        using var stream = typeof(EdgeCatalogue).Assembly.GetManifestResourceStream("twilio-edges.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    private sealed record CatalogueFile(string Source, string Date, IReadOnlyList<EdgeEntry> Edges);

    private sealed record EdgeEntry(string Name, string Legacy, string Location, string Signaling);
}
