using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>The lines of a step as a worksheet, for a site at which the bot sends nothing.</summary>
internal static class CommandSheet
{
    /// <param name="proof">What proves that the step is done.</param>
    public static Worksheet Of(PerimetaSite site, IReadOnlyList<string> sends, IReadOnlyList<string> undo, string proof) => new(
        $"The command line of {site.Element}, with rights to configure",
        [.. sends.Select((line, at) => new WorksheetRow($"line {at + 1}", line))],
        $"Read back by the bot when you press Done: {proof}.",
        $"Type these lines in their order, but no line that takes away what another adjacency needs by then:\n{string.Join('\n', undo)}");
}
