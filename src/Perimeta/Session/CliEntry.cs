using TrunkBot.Perimeta.Dialects;

namespace TrunkBot.Perimeta.Session;

/// <summary>The way from the login screen to the CLI's prompt: the menu choice where there is a menu, and the prompt learnt.</summary>
internal sealed class CliEntry(Screen screen, CliPrompt prompt, Dialect dialect, string element, TimeProvider time)
{
    /// <summary>So many times the silence that ends a screen, and the device waits for a key.</summary>
    private const int LongSilence = 10;

    /// <summary>Finds the prompt.</summary>
    /// <param name="forward">Sends a line after what was shown is recorded.</param>
    /// <returns>True when nothing but the look of the last line says that it is the CLI's: a menu could look like that.</returns>
    public async Task<bool> FindPromptAsync(Action<string> forward, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(dialect.Limits.LoginSeconds, time);
        var (asked, chosen) = (false, false);
        string? seen = null;
        while (true)
        {
            var line = await QuietLineAsync(seen, deadline, cancellationToken);
            var looksLikeMenu = dialect.Menu.Pattern?.IsMatch(line) == true;
            var isPrompt = !looksLikeMenu && prompt.Matches(line);
            if (isPrompt && line == seen)
            {
                prompt.Learn(line);
                return dialect.Prompt is null && dialect.Menu.Pattern is null && !chosen;
            }

            // Where the menu's text is not known, whatever an empty line does not turn into a prompt is taken for the menu.
            var isMenu = dialect.Menu.Pattern is null ? asked && !isPrompt && line.Length > 0 : looksLikeMenu;
            if (isMenu && chosen)
            {
                // Shown twice because of the empty line before: the answer to the choice is still on its way.
                screen.Take();
                continue;
            }

            // A banner may hold any text, a prompt too: so a prompt counts only when an empty line brings it again.
            (chosen, asked) = (chosen || isMenu, asked || !isMenu);
            seen = isPrompt ? line : null;
            forward(isMenu ? dialect.Menu.Choice : "");
        }
    }

    /// <summary>The unfinished line on which the device has stopped writing.</summary>
    /// <remarks>Empty when nothing was shown for long after a finished line: some devices wait for a key there.</remarks>
    /// <param name="asked">The prompt that an empty line is expected to bring again: when it does, there is nothing more to wait for.</param>
    private async Task<string> QuietLineAsync(string? asked, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            for (var silences = 0; !screen.Closed;)
            {
                var seen = screen.Length;
                var quiet = Task.Delay(TimeSpan.FromMilliseconds(dialect.Limits.QuietMilliseconds), time, cancellationToken);
                await deadline.WaitAsync(Task.WhenAny(screen.NewsAsync(seen), quiet), cancellationToken);
                if (asked is not null && screen.LastLine == asked)
                {
                    return asked;
                }

                silences = screen.Length == seen ? silences + 1 : 0;
                if (silences > 0 && screen.LastLine is { } line && !string.IsNullOrWhiteSpace(line))
                {
                    return line;
                }

                if (silences > LongSilence)
                {
                    return "";
                }
            }
        }
        catch (TimeoutException e)
        {
            var last = TerminalText.Plain(screen.Take()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
            throw new SbcFailureException(
                "sbc-prompt-not-seen",
                $"{element} did not show a prompt of its command line within {dialect.Limits.LoginSeconds} s after login; the last line was \"{CliLine.Printable(last)}\".",
                "Set the prompt and menu patterns in the site's dialect file.",
                e);
        }

        throw new SbcFailureException("sbc-connection-lost", $"{element} closed the connection during login.", "Check that the account may use the command line.");
    }
}
