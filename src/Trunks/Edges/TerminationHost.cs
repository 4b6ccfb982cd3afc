using System.Text.RegularExpressions;

namespace TrunkBot.Trunks.Edges;

/// <summary>
/// A termination host of a Twilio trunk: <c>NAME.pstn.twilio.com</c>, <c>NAME.pstn.us2.twilio.com</c> (legacy region) or
/// <c>NAME.pstn.umatilla.twilio.com</c> (edge). Host names are read in any case, and with their last dot. A region that is not in the catalogue
/// counts too: the label in front is what matters.
/// </summary>
/// <param name="Termination">The label before <c>.pstn</c>, lower case.</param>
/// <param name="Edge">null when the host names no edge, or one that the catalogue does not know.</param>
/// <param name="Style">How it names its edge.</param>
public sealed partial record TerminationHost(string Termination, TwilioEdge? Edge, EdgeHostStyle Style)
{
    /// <summary>null for every other host.</summary>
    public static TerminationHost? Read(string? host)
    {
        if (host is null || Host().Match(host.Trim()) is not { Success: true } found)
        {
            return null;
        }

        var region = found.Groups["region"].Value;
        var edge = region.Length == 0 ? null : EdgeCatalogue.Current.Find(region);
        var style = edge is not null && string.Equals(edge.Legacy, region, StringComparison.OrdinalIgnoreCase) ? EdgeHostStyle.Legacy : EdgeHostStyle.Edge;
        return new(found.Groups["name"].Value.ToLowerInvariant(), edge, style);
    }

    [GeneratedRegex(@"\A(?<name>[a-z0-9-]{1,63})\.pstn(\.(?<region>[a-z0-9-]{1,63}))?\.twilio\.com\.?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Host();
}
