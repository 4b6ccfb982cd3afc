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
                    inside = line != dialect.Words.Leave;
                    accepted?.Invoke(line);
                },
                cancellationToken);
        }
        catch (SbcFailureException) when (session.Usable && inside)
        {
            await session.MoveAsync([dialect.Words.Leave], cancellationToken);
            throw;
        }
    }

    /// <summary>The whole configuration as text: in one command where the dialect has one, else mode by mode.</summary>
    public async Task<string> ShowAllAsync(CancellationToken cancellationToken) => dialect.Show.Whole is { } whole
        ? await session.AskAsync(whole, cancellationToken)
        : await ShowModeAsync("system", ["system"], cancellationToken) + await ShowModeAsync("sbc", ["sbc"], cancellationToken);

    public async Task<RunningConfiguration> ReadAllAsync(CancellationToken cancellationToken) => RunningConfiguration.Read(await ShowAllAsync(cancellationToken));

    /// <summary>The whitelist as it is now.</summary>
    public async Task<RunningConfiguration> ReadPermitsAsync(CancellationToken cancellationToken) =>
        RunningConfiguration.Read(await session.AskAsync($"{dialect.Show.Include} permit-peer", cancellationToken));

    /// <summary>One adjacency as it is now; null when there is none of that name.</summary>
    public async Task<Adjacency?> ReadAdjacencyAsync(string name, CancellationToken cancellationToken)
    {
        // Entering an adjacency that does not exist would probably create it: look for it first.
        var listed = await session.AskAsync($"{dialect.Show.Include} {name}", cancellationToken);
        if (!listed.Split('\n').Any(line => ConfigWords.Split(line) is ["adjacency", "sip", .. var rest] && string.Join(' ', rest) == name))
        {
            return null;
        }

        var opener = $"adjacency sip {name}";
        return RunningConfiguration.Read(await ShowModeAsync(opener, ["sbc", "signaling", opener], cancellationToken)).FindAdjacency(name);
    }

    // Whether a device shows the line that opens the mode is not published: it is put before the answer when it is not there.
    private async Task<string> ShowModeAsync(string opener, IReadOnlyList<string> path, CancellationToken cancellationToken)
    {
        await session.MoveAsync([dialect.Words.Enter, .. path], cancellationToken);
        var text = await session.AskAsync(dialect.Show.Here, cancellationToken);
        await session.MoveAsync([dialect.Words.Leave], cancellationToken);
        var first = text.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Length > 0 && line[0] is not ('!' or '#'));
        return first is not null && ConfigWords.Split(first).SequenceEqual(ConfigWords.Split(opener)) ? text : $"{opener}\n{text}";
    }
}
