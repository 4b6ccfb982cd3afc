using TrunkBot.Changes.Inventory;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>
/// The lines of a whole trunk to paste, and those of the way back. Without a comment: lines of <c>!</c> and <c>#</c> are shown by devices, and whether
/// one takes them is not published, so what there is to say of a file is its purpose.
/// </summary>
internal static class PasteScripts
{
    public static IReadOnlyList<ExportedFile> Of(TrunkIntent intent, SiteProfile site, Dialect dialect, LoadedTemplates? templates = null)
    {
        // What is wrong with the trunk by itself: what stands on the device is not known here.
        if (Lints.Of(intent, site.Perimeta, RunningConfiguration.Read("")).FirstOrDefault(Lints.PreventsLines) is { } reason)
        {
            return [new($"{intent.Name}-perimeta.txt", "Why there are no lines for the Perimeta to paste.", $"{reason.Sentence} {reason.Fix}\n")];
        }

        var blocks = new CommandBlocks(dialect);
        var names = intent.Edges.Select(intent.AdjacencyName).ToList();
        var addresses = Lints.Permitted(intent, site.Perimeta).Select(address => $"{address}").ToList();
        var own = templates ?? LoadedTemplates.None;
        var routes = site.Perimeta.DynamicPeerRouting != DynamicPeerRouting.Yes && own.CallPolicy is not null;
        var routing = site.Perimeta.DynamicPeerRouting == DynamicPeerRouting.Yes ? ""
            : routes ? $", and with them the {names.Count} before them, which lead calls between the adjacencies and {site.Perimeta.CoreAdjacency} by the site's template"
            : $", and only after the routing toward {site.Perimeta.CoreAdjacency} in the call-policy-set is confirmed";
        return
        [
            new(
                $"{intent.Name}-perimeta.txt",
                $"To paste into the command line of {site.Perimeta.Element}: permits {addresses.Count} Twilio addresses on service network {intent.ServiceNetwork} and builds {names.Count} inactive adjacencies; the last {names.Count} blocks activate them: paste these only when what was built reads back as it is here{routing}.",
                Text(
                [
                    blocks.AddPermits(intent.ServiceNetwork, addresses),
                    .. Secure(TemplateSection.Before),
                    .. intent.Edges.Select(edge => blocks.Build(intent.AdjacencyName(edge), AdoptedLines.Of(intent, edge, site.Perimeta, own, AdoptedLines.None))),
                    .. Routing(TemplateSection.Forward),
                    .. names.Select(blocks.Activate),
                ])),
            new(
                $"{intent.Name}-perimeta-undo.txt",
                $"The way back of {intent.Name}-perimeta.txt: deactivates and removes the adjacencies, then the permit-peer lines; leave out those lines that were there before or that another adjacency needs.",
                Text(
                [
                    .. names.AsEnumerable().Reverse().Select(blocks.Deactivate),
                    .. Routing(TemplateSection.Back).Reverse(),
                    .. names.AsEnumerable().Reverse().Select(blocks.Remove),
                    .. Secure(TemplateSection.Back),
                    blocks.RemovePermits(intent.ServiceNetwork, addresses),
                ])),
        ];

        // Objects that the site's template for TLS has besides the adjacencies.
        IEnumerable<IReadOnlyList<string>> Secure(string section) =>
            intent.Transport == SipTransport.Tls && own.Tls is { } tls && tls.Has(section) ? [blocks.Whole(tls.Fill(section, CliTemplate.ValuesOf(intent, site.Perimeta, null)))] : [];

        IEnumerable<IReadOnlyList<string>> Routing(string section) => !routes || !own.CallPolicy!.Has(section) ? [] :
            intent.Edges.Select(edge => blocks.Whole(own.CallPolicy.Fill(section, CliTemplate.ValuesOf(intent, site.Perimeta, edge))));
    }

    private static string Text(IEnumerable<IReadOnlyList<string>> blocks) => string.Concat(blocks.SelectMany(block => block).Select(line => line + "\n"));
}
