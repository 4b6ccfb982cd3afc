using System.Text;
using Renci.SshNet;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;

namespace TrunkBot.Perimeta.Session;

/// <summary>Told of each line that goes out (<paramref name="sent"/>) and of each answer, redacted.</summary>
internal delegate void WireTap(bool sent, string text);

/// <summary>
/// A command line session: sends one line, waits for the prompt, gives back the answer, and stops at the first sign that the device
/// did not take a line. For one caller at a time.
/// </summary>
internal sealed class CliSession(SshClient client, ShellStream shell, Dialect dialect, string? secret, string element, TimeProvider time) : IDisposable
{
    private readonly Screen _screen = new(shell);
    private readonly CliPrompt _prompt = new(dialect);
    private readonly ModePath _modes = new(KeywordTable.Published);
    private WireTap _tap = static (_, _) => { };
    private string _lastPrompt = "";

    /// <summary>False once an answer did not come: what the device still sends can't be told apart from later answers.</summary>
    public bool Usable { get; private set; } = true;

    /// <summary>Whether a line that may change the configuration went out since the session was leased.</summary>
    public bool SentConfiguration { get; private set; }

    /// <summary>Begins a new use of the session.</summary>
    public void Begin(WireTap tap) => (_tap, SentConfiguration) = (tap, false);

    /// <summary>From the login screen to the CLI's prompt: the menu choice where there is a menu, and the prompt learnt.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        client.ErrorOccurred += (_, _) => _screen.Close();
        shell.ErrorOccurred += (_, _) => _screen.Close();
        shell.Closed += (_, _) => _screen.Close();
        var deadline = new Deadline(dialect.Limits.LoginSeconds, time);
        var (asked, chosen) = (false, false);
        string? prompt = null;
        while (true)
        {
            var line = await QuietLineAsync(deadline, cancellationToken);
            var isPrompt = _prompt.Matches(line);
            if (isPrompt && line == prompt)
            {
                break;
            }

            // Where the menu's text is not known, whatever an empty line does not turn into a prompt is taken for the menu.
            var isMenu = dialect.Menu.Pattern?.IsMatch(line) ?? (asked && !isPrompt);
            if (isMenu && chosen)
            {
                // Shown twice because of the empty line before: the answer to the choice is still on its way.
                _screen.Take();
                continue;
            }

            // A banner may hold any text, a prompt too: so a prompt counts only when an empty line brings it again.
            (chosen, asked) = (chosen || isMenu, asked || !isMenu);
            prompt = isPrompt ? line : null;
            Forward(isMenu ? dialect.Menu.Choice : "", _screen.Take());
        }

        _prompt.Learn(prompt);
        _tap(false, Redact(_screen.Take()));
        if (dialect.Pager.Off is { } off)
        {
            await AskAsync(off, cancellationToken);
        }
    }

    /// <summary>Whether the session still answers.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExchangeAsync("", dialect.Limits.LineSeconds, cancellationToken);
            return true;
        }
        catch (SbcFailureException)
        {
            return false;
        }
    }

    /// <summary>Sends a show command.</summary>
    /// <returns>The answer without echo and prompt, lines ended by LF.</returns>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        CliLine.Check([command]);
        var answer = await ExchangeAsync(command, dialect.Limits.ShowSeconds, cancellationToken);
        StopIfRefused(command, answer);
        return answer;
    }

    /// <summary>Moves between modes without changing anything.</summary>
    public Task MoveAsync(IReadOnlyList<string> lines, CancellationToken cancellationToken) => SendAsync(lines, static _ => { }, changes: false, cancellationToken);

    /// <summary>Sends lines one at a time, each after the prompt that follows the one before. None is sent when one of them is unsafe.</summary>
    /// <param name="accepted">Told of each line that the device took.</param>
    /// <returns>The <c>!</c> notes that the device gave.</returns>
    public Task<IReadOnlyList<string>> ConfigureAsync(IReadOnlyList<string> lines, Action<string> accepted, CancellationToken cancellationToken) =>
        SendAsync(lines, accepted, changes: true, cancellationToken);

    public void Dispose()
    {
        Usable = false;
        shell.Dispose();
        client.Dispose();
    }

    private async Task<IReadOnlyList<string>> SendAsync(IReadOnlyList<string> lines, Action<string> accepted, bool changes, CancellationToken cancellationToken)
    {
        CliLine.Check(lines);
        var notes = new List<string>();
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            SentConfiguration |= changes && line != dialect.Words.Enter;
            var answer = await ExchangeAsync(line, dialect.Limits.LineSeconds, cancellationToken);
            StopIfRefused(line, answer);
            var said = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            notes.AddRange(said.Where(text => text[0] == '!'));
            if (dialect.Errors.Count == 0 && said.FirstOrDefault(text => text[0] != '!') is { } unexpected)
            {
                throw LineRefused(line, unexpected);
            }

            _modes.Follow(line);
            CheckMode(line);
            accepted(line);
        }

        return notes;
    }

    private async Task<string> ExchangeAsync(string line, int seconds, CancellationToken cancellationToken)
    {
        var deadline = new Deadline(seconds, time);
        var finished = false;
        var shown = "";
        try
        {
            Forward(line, "");
            await PromptAsync(line, deadline, cancellationToken);
            finished = true;
        }
        catch (TimeoutException e)
        {
            throw new SbcFailureException(
                "sbc-prompt-not-seen",
                $"{element} did not show its prompt within {seconds} s after \"{line}\"; it may or may not have taken the line.",
                "Look at the device, then retry: the step is read back before anything is sent again.",
                e) { LineInDoubt = true };
        }
        finally
        {
            Usable &= finished;
            _lastPrompt = _screen.LastLine;
            shown = WithoutEcho(Redact(_screen.Take()), line);
            if (shown.Length > 0)
            {
                _tap(false, shown);
            }
        }

        return shown[..(shown.LastIndexOf('\n') + 1)];
    }

    private async Task PromptAsync(string line, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var seen = 0; ;)
        {
            await deadline.WaitAsync(_screen.NewsAsync(seen), cancellationToken);

            // The length is taken before the line is looked at: what arrives in between must wake the next wait.
            seen = _screen.Length;
            var last = _screen.LastLine;
            if (_prompt.Matches(last))
            {
                return;
            }

            if (_screen.Closed)
            {
                throw new SbcFailureException(
                    "sbc-connection-lost",
                    $"The connection to {element} was lost after \"{line}\" was sent; the device may or may not have taken the line.",
                    "Retry: the step is read back before anything is sent again.") { LineInDoubt = true };
            }

            if (dialect.Pager.More?.IsMatch(last) == true)
            {
                _screen.DropLastLine();
                seen = _screen.Length;
                Write(dialect.Pager.Key);
            }
        }
    }

    /// <summary>The unfinished line on which the device has stopped writing.</summary>
    private async Task<string> QuietLineAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            while (!_screen.Closed)
            {
                var seen = _screen.Length;
                var quiet = Task.Delay(TimeSpan.FromMilliseconds(dialect.Limits.QuietMilliseconds), time, cancellationToken);
                await deadline.WaitAsync(Task.WhenAny(_screen.NewsAsync(seen), quiet), cancellationToken);
                if (_screen.Length == seen && _screen.LastLine is { } line && !string.IsNullOrWhiteSpace(line))
                {
                    return line;
                }
            }
        }
        catch (TimeoutException e)
        {
            var last = _screen.Take().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
            throw new SbcFailureException(
                "sbc-prompt-not-seen",
                $"{element} did not show a prompt of its command line within {dialect.Limits.LoginSeconds} s after login; the last line was \"{Redact(last)}\".",
                "Set the prompt and menu patterns in the site's dialect file.",
                e);
        }

        throw new SbcFailureException("sbc-connection-lost", $"{element} closed the connection during login.", "Check that the account may use the command line.");
    }

    private void CheckMode(string line)
    {
        var shown = _prompt.ModeIn(_lastPrompt);
        var expected = line == dialect.Words.Leave ? "" : dialect.Modes.GetValueOrDefault(_modes.Current.Name);
        if (dialect.Modes.Count > 0 && expected is not null && shown != expected)
        {
            Usable = false;
            throw new SbcFailureException(
                "sbc-mode-unexpected",
                $"After \"{line}\" {element} shows the prompt \"{_lastPrompt.Trim()}\" where the mode \"{expected}\" was expected. Nothing more was sent.",
                "Look at the device and compare the step's journal: the line may have landed in another mode.") { LineInDoubt = true };
        }
    }

    private void StopIfRefused(string line, string answer)
    {
        if (answer.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(text => dialect.Errors.Any(error => error.IsMatch(text))) is { } words)
        {
            throw LineRefused(line, words);
        }
    }

    private SbcFailureException LineRefused(string line, string words) => new(
        "sbc-line-refused",
        $"{element} refused the line \"{line}\": {words}",
        "Correct what the device names, then make a new plan.");

    /// <summary>Records what was shown before, then sends a line.</summary>
    private void Forward(string line, string shown)
    {
        if (shown.Length > 0)
        {
            _tap(false, Redact(shown));
        }

        _screen.Take();
        _tap(true, Redact(line));
        Write(line + "\r");
    }

    private string Redact(string text)
    {
        var plain = TerminalText.Plain(text);
        return string.IsNullOrEmpty(secret) ? plain : plain.Replace(secret, "***", StringComparison.Ordinal);
    }

    private static string WithoutEcho(string text, string line)
    {
        var end = text.IndexOf('\n');
        return end >= 0 && text.AsSpan(0, end).Trim().SequenceEqual(line.AsSpan().Trim()) ? text[(end + 1)..] : text;
    }

    private void Write(string text)
    {
        try
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            shell.Write(bytes, 0, bytes.Length);
            shell.Flush();
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or InvalidOperationException or Renci.SshNet.Common.SshException or System.Net.Sockets.SocketException)
        {
            Usable = false;
            throw new SbcFailureException(
                "sbc-connection-lost",
                $"The connection to {element} was lost.",
                "Retry: the step is read back before anything is sent again.",
                e) { LineInDoubt = true };
        }
    }
}
