using TrunkBot.Trunks.Edges;

namespace TrunkBot.Metaswitch.Inventory;

/// <summary>What of the known parameters helps to find a binding, and to judge it.</summary>
internal sealed class KnownHints(IReadOnlyDictionary<string, string> known)
{
    private const string Suffix = ".pstn.twilio.com";

    public string? Binding => Text("binding");

    public string? SipTrunk => Text("sip-trunk");

    /// <summary>The label before <c>.pstn.twilio.com</c>, lower case, whether typed with it or without.</summary>
    public string? Termination
    {
        get
        {
            var text = Text("termination")?.ToLowerInvariant();
            return text?.EndsWith(Suffix, StringComparison.Ordinal) == true ? text[..^Suffix.Length] : text;
        }
    }

    /// <summary>In catalogue order; null when they are not known, or one of them is not.</summary>
    public IReadOnlyList<TwilioEdge>? Edges
    {
        get
        {
            if (Text("edges") is not { } text)
            {
                return null;
            }

            var all = EdgeCatalogue.Current.Edges;
            var named = text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (named is [var only] && string.Equals(only, "all", StringComparison.OrdinalIgnoreCase))
            {
                return all;
            }

            return named.Length > 0 && named.All(n => EdgeCatalogue.Current.Find(n) is not null) ? [.. all.Where(e => named.Any(n => EdgeCatalogue.Current.Find(n) == e))] : null;
        }
    }

    private string? Text(string key) =>
        known.FirstOrDefault(k => string.Equals(k.Key, key, StringComparison.OrdinalIgnoreCase)).Value?.Trim() is { Length: > 0 } text ? text : null;
}
