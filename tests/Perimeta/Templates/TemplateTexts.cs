using TrunkBot.Perimeta.Templates;

namespace TrunkBot.Perimeta.Tests.Templates;

/// <summary>Templates in the lab's invented words.</summary>
internal static class TemplateTexts
{
    public const string Tls = """
        # A profile of the trunk's own, used by each of its adjacencies.
        [before]
        sbc
          lab-invented-tls-profile {name}-tls
            lab-invented-cipher strong

        [adjacency]
        lab-invented-tls
          lab-invented-profile {name}-tls
          lab-invented-srtp required
          exit

        [undo]
        sbc
          no lab-invented-tls-profile {name}-tls

        """;

    public const string CallPolicy = """
        [lines]
        sbc
          lab-invented-policy Main
            lab-invented-route {adjacency} {coreAdjacency}
            lab-invented-route {coreAdjacency} {adjacency}

        [undo]
        sbc
          lab-invented-policy Main
            no lab-invented-route {coreAdjacency} {adjacency}
            no lab-invented-route {adjacency} {coreAdjacency}

        """;

    public static LoadedTemplates Loaded { get; } = new(
        TemplateReader.Read("tls.txt", Tls, TemplateKind.Tls), TemplateReader.Read("policy.txt", CallPolicy, TemplateKind.CallPolicy));
}
