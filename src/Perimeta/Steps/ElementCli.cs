using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>What steps do on a device: send a block, and read back what it led to.</summary>
internal sealed class ElementCli(CliSession session, Dialect dialect)
{
    public CommandBlocks Blocks { get; } = new(dialect);

    /// <summary>Whether something was sent that may have changed the configuration.</summary>
    public bool SentConfiguration => session.SentConfiguration;

    /// <summary>Sends a whole block. When a line is refused, configuration is left, so that nothing later lands in the open mode.</summary>
    /// <returns>The <c>!</c> notes of the device.</returns>
    /// <exception cref="SbcFailureException">A line was refused, or the answer did not come.</exception>
    public async Task<IReadOnlyList<string>> SendAsync(IReadOnlyList<string> block, CancellationToken cancellationToken, Action<string>? accepted = null)
    {
        var inside = false;
        try
        {
            return await session.ConfigureAsync(
                block,
                line =>
                {
                    inside = line != dialect.Words.Leave && line != dialect.Words.Save;
                    accepted?.Invoke(line);
                },
                cancellationToken);
        }
        catch (SbcFailureException) when (session.Usable && inside)
        {
            await LeaveAfterFailureAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>The whole configuration as text: in one command where the dialect has one, else mode by mode.</summary>
    /// <param name="excerpt">What the journal keeps of it; null: the whitelist.</param>
    public async Task<string> ShowAllAsync(CancellationToken cancellationToken, Func<string, string>? excerpt = null) => dialect.Show.Whole is { } whole
        ? await ShowAsync(whole, static line => line is { Keyword: "system" or "sbc", Arguments.Count: 0 }, cancellationToken, excerpt ?? Permits)
        : await ShowModeAsync(["system"], excerpt ?? Permits, cancellationToken) + await ShowModeAsync(["sbc"], excerpt ?? Permits, cancellationToken);

    public async Task<RunningConfiguration> ReadAllAsync(CancellationToken cancellationToken) => RunningConfiguration.Read(await ShowAllAsync(cancellationToken));

    /// <summary>The whitelist as it is now.</summary>
    public async Task<RunningConfiguration> ReadPermitsAsync(CancellationToken cancellationToken) =>
        RunningConfiguration.Read(await ShowAsync($"{dialect.Show.Include} permit-peer", static line => line.Keyword == "permit-peer", cancellationToken));

    /// <summary>One adjacency as it is now; null when there is none of that name.</summary>
    /// <remarks>
    /// Entering an adjacency that does not exist would probably create it, so the mode above it is read (domain document, section 2).
    /// </remarks>
    public async Task<Adjacency?> ReadAdjacencyAsync(string name, CancellationToken cancellationToken) =>
        RunningConfiguration.Read(await ShowModeAsync(["sbc", "signaling"], answer => Excerpt.OfAdjacency(answer, name), cancellationToken)).FindAdjacency(name);

    /// <summary>How an adjacency differs from its planned lines; being active or not does not count.</summary>
    public ConfigDifference Compare(string name, IReadOnlyList<string> lines, Adjacency there) =>
        ConfigDifference.Between(CommandBlocks.Intended(name, lines), there.Node, activation: false, dialect.Repeatable);

    /// <summary>How one set of lines differs from another, read as those of an adjacency.</summary>
    public ConfigDifference Compare(string name, IReadOnlyList<string> lines, IReadOnlyList<string> others) =>
        ConfigDifference.Between(CommandBlocks.Intended(name, lines), CommandBlocks.Intended(name, others), activation: false, dialect.Repeatable);

    /// <param name="expected">A line that an answer with any text has.</param>
    private async Task<string> ShowAsync(string command, Func<ConfigNode, bool> expected, CancellationToken cancellationToken, Func<string, string>? excerpt = null)
    {
        var text = await session.AskAsync(command, cancellationToken, excerpt);
        var said = Said(text);
        return said.Count == 0 || ConfigTree.Read(text).Root.Descendants().Where(IsKnown).Any(expected) ? text : throw session.NotUnderstood(command, said[0]);
    }

    /// <param name="path">Words that lead to the mode from the top of the configuration.</param>
    private async Task<string> ShowModeAsync(IReadOnlyList<string> path, Func<string, string> excerpt, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            await session.MoveAsync([dialect.Words.Enter, .. path], cancellationToken);
            text = await session.AskAsync(dialect.Show.Here, cancellationToken, excerpt);
        }
        catch (SbcFailureException) when (session.Usable)
        {
            await LeaveAfterFailureAsync(cancellationToken);
            throw;
        }

        await session.MoveAsync([dialect.Words.Leave], cancellationToken);

        // Whether a device shows the lines that open the mode is not published: the innermost is put before the answer when none is there.
        var said = Said(text);
        if (said.Count == 0 || !path.Contains(said[0]))
        {
            text = $"{path[^1]}\n{text}";
        }

        // Words of the mode itself must be in it: an error text may begin with a word that some other mode knows.
        var inside = path.Aggregate<string, IEnumerable<ConfigNode>>([ConfigTree.Read(text).Root], (nodes, word) => nodes.SelectMany(node => node.Of(word)));
        return said.All(path.Contains) || inside.Any(mode => mode.Children.Any(IsKnown)) ? text : throw session.NotUnderstood(dialect.Show.Here, said[0]);
    }

    private async Task LeaveAfterFailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await session.MoveAsync([dialect.Words.Leave], cancellationToken);
        }
        catch (SbcFailureException)
        {
            // The first failure is the one to tell. Where the session stands now is not known.
            session.Abandon();
        }
    }

    /// <summary>Of a whole configuration, which only the undo of a whitelist reads in a step, its own lines.</summary>
    private static string Permits(string answer) => Excerpt.OfLines(answer, "permit-peer");

    private static bool IsKnown(ConfigNode node) => node.Kind == LineKind.Known;

    /// <summary>The lines of an answer that are no remarks.</summary>
    private static List<string> Said(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] is not ('!' or '#'))];
}
