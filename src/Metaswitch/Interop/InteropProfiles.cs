using System.IO.Enumeration;
using System.Text.Json;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Interop;

/// <summary>
/// Fix bits of Remote Media Gateway Models: those that Twilio needs, which ship with the program, and what a site has learnt. The full best
/// set is not known publicly, so nothing else ships.
/// </summary>
public static class InteropProfiles
{
    private static readonly Lazy<InteropProfileSite> Twilio = new(() =>
    {
        using var file = typeof(InteropProfiles).Assembly.GetManifestResourceStream("TrunkBot.Metaswitch.Interop.twilio.json")!;
        var shipped = JsonSerializer.Deserialize<Shipped>(file, JsonSerializerOptions.Web)!;
        return new() { Name = shipped.Name, Models = ["*"], FixBits = shipped.FixBits };
    });

    /// <summary>The profiles that count for a model: that of Twilio first, then those of the site whose pattern fits.</summary>
    public static IReadOnlyList<InteropProfileSite> Of(MetaswitchSite site, string model) =>
        [Twilio.Value, .. site.InteropProfiles.Where(p => p.Models.Any(m => FileSystemName.MatchesSimpleExpression(m, model, ignoreCase: true)))];

    /// <summary>Every fix bit that counts for a model, once: what one profile asks for, no other one only suggests.</summary>
    public static IReadOnlyList<FixBitSite> FixBits(MetaswitchSite site, string model) =>
    [
        .. Of(site, model).SelectMany(p => p.FixBits)
            .GroupBy(b => b.Label, StringComparer.OrdinalIgnoreCase)
            .Select(same => same.FirstOrDefault(b => b.On) ?? same.First()),
    ];

    /// <summary>Which trunks of a site use which profile, and by which model.</summary>
    public static IReadOnlyList<InteropUse> Uses(MetaswitchSite site, IEnumerable<TrunkIntent> trunks) =>
    [
        .. trunks.SelectMany(t => Of(site, t.MediaGatewayModel).Select(p => (Profile: p.Name, Trunk: t)))
            .GroupBy(u => u.Profile, StringComparer.Ordinal)
            .Select(same => new InteropUse(same.Key, [.. same.Select(u => new TrunkModel(u.Trunk.Name, u.Trunk.MediaGatewayModel)).OrderBy(t => t.Trunk, StringComparer.Ordinal)])),
    ];

    /// <summary>Rows of the worksheet for a model.</summary>
    internal static IEnumerable<WorksheetRow> Rows(MetaswitchSite site, string model) => FixBits(site, model).Select(bit => new WorksheetRow(
        $"Fix bits (SIP) → {bit.Label}",
        bit.On ? "ticked" : $"as it is; tick it only if needed: {bit.Reason}"));

    private sealed record Shipped(string Name, IReadOnlyList<FixBitSite> FixBits);
}

/// <summary>A profile and the trunks that use it.</summary>
public sealed record InteropUse(string Profile, IReadOnlyList<TrunkModel> Trunks);

/// <summary>A trunk and its Remote Media Gateway Model.</summary>
public sealed record TrunkModel(string Trunk, string Model);
