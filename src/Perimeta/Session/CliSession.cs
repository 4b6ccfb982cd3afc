using System.Text;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Templates;

namespace TrunkBot.Perimeta.Session;

/// <summary>Told of each line that goes out (<paramref name="sent"/>) and of each answer, redacted.</summary>
internal delegate void WireTap(bool sent, string text);

/// <summary>
/// A command line session: sends one line, waits for the prompt, gives back the answer, and stops at the first sign that the device
/// did not take a line. For one caller at a time.
/// </summary>
/// <param name="connection">Goes with the session; null when the stream is all there is.</param>
internal sealed class CliSession(Stream stream, Dialect dialect, string? secret, string element, TimeProvider time, IDisposable? connection = null) : IDisposable
{
    /// <summary>An answer that begins so far from its line's echo has none.</summary>
    private const int FarthestEcho = 65536;

    private readonly Screen _screen = new(stream, dialect.Limits.AnswerMebibytes * 1024L * 1024, tellsAll: dialect.Notices.Count > 0);
    private readonly CliPrompt _prompt = new(dialect);
    private readonly ModePath _modes = new(KeywordTable.Published);
    private Notices? _notices;
    private WireTap _tap = static (_, _) => { };
    private string _lastPrompt = "";
    private string _lastLine = "";
    private bool _echoes;

    /// <summary>False once an answer did not come: what the device still sends can't be told apart from later answers.</summary>
    public bool Usable { get; private set; } = true;

    /// <summary>Whether a line that may change the configuration went out since the session was leased.</summary>
    public bool SentConfiguration { get; private set; }

    /// <summary>Begins a new use of the session.</summary>
    public void Begin(WireTap tap) => (_tap, SentConfiguration) = (tap, false);

    /// <summary>The session must not be used again: where it stands is not known.</summary>
    public void Abandon() => Usable = false;

    /// <summary>Nothing more will come. A stream whose connection broke may not say so by itself.</summary>
    public void ConnectionLost() => _screen.Close();

    /// <summary>From the login screen to the CLI's prompt.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var guessed = await new CliEntry(_screen, _prompt, dialect, element, time).FindPromptAsync(Forward, cancellationToken);
        _tap(false, Redact(_screen.Take()));
        if (guessed && dialect.Show.Whole is null && dialect.Words.Enter.Length > 0)
        {
            await ProveAsync(cancellationToken);
        }

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
    /// <param name="excerpt">What of a whole answer is recorded; null for all of it.</param>
    /// <returns>The answer without echo and prompt, lines ended by LF.</returns>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken, Func<string, string>? excerpt = null)
    {
        CliLine.Check([command]);
        var answer = await ExchangeAsync(command, dialect.Limits.ShowSeconds, cancellationToken, excerpt);
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

    /// <summary>What to throw when an answer has text and nothing that was asked for: it must not be taken for an absence.</summary>
    public SbcFailureException NotUnderstood(string command, string words) => new(
        "sbc-answer-not-understood",
        $"{element} answered \"{command}\" with \"{CliLine.Printable(words)}\", which is no line of its configuration; what is there is not known.",
        "Look at the device. An error text belongs into errors in the site's dialect file; where the device is still at its menu, set menu.pattern there.");

    public void Dispose()
    {
        Usable = false;
        stream.Dispose();
        connection?.Dispose();
    }

    // A menu whose last line ends like a prompt looks like one; it does not take the word that enters configuration.
    private async Task ProveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MoveAsync([dialect.Words.Enter, dialect.Words.Leave], cancellationToken);
        }
        catch (SbcFailureException e) when (e.Code == "sbc-line-refused")
        {
            throw new SbcFailureException(
                "sbc-cli-not-proven",
                $"{element} shows \"{_lastPrompt.Trim()}\" after login, and does not take \"{dialect.Words.Enter}\" there: it may be a menu, or the account may not configure. {e.Message}",
                "If it is a menu, set menu.pattern in the site's dialect file; otherwise check the account.",
                e);
        }
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
            var said = Lines(answer);
            notes.AddRange(said.Where(text => text[0] == '!'));
            if (dialect.Errors.Count == 0 && said.FirstOrDefault(text => text[0] != '!') is { } unexpected)
            {
                throw LineRefused(line, unexpected);
            }

            CheckMode(line, _modes.Follow(line, dialect.Words.Enter, dialect.Words.Leave));
            accepted(line);
        }

        return notes;
    }

    private async Task<string> ExchangeAsync(string line, int seconds, CancellationToken cancellationToken, Func<string, string>? excerpt = null)
    {
        // What came after the last prompt belongs to the line before.
        var pending = Redact(_screen.Take());
        Tap(pending);
        if (LateRefusal(Notices.Without(pending)) is { } late)
        {
            throw late;
        }

        var deadline = new Deadline(seconds, time);
        var finished = false;
        string before;
        string answer;
        try
        {
            _tap(true, Redact(line));
            Write(line + "\r");
            _lastPrompt = await PromptAsync(line, deadline, cancellationToken);
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
            var shown = Redact(_screen.Take()).Split('\n');
            var echo = _prompt.EchoIn(shown, line);
            _echoes |= echo is not null;
            before = string.Join('\n', shown[..(echo ?? 0)]);
            answer = string.Join('\n', shown[(echo + 1 ?? 0)..]);
            Tap(before);
            var end = EndOfAnswer(answer);
            Tap(finished && excerpt is not null ? excerpt(answer[..end]) + answer[end..] : answer);
        }

        if (LateRefusal(Notices.Without(before)) is { } refusal)
        {
            throw refusal.InDoubt();
        }

        _lastLine = line.Length > 0 ? line : _lastLine;
        return Notices.Without(answer[..EndOfAnswer(answer)]);
    }

    /// <summary>Where the prompt begins that ends an answer; behind it only notices stand.</summary>
    private int EndOfAnswer(string answer)
    {
        var last = answer.LastIndexOf('\n') + 1;
        return string.IsNullOrWhiteSpace(answer[last..]) && answer.LastIndexOf("\n" + _lastPrompt, StringComparison.Ordinal) is >= 0 and var prompt ? prompt + 1
            : string.IsNullOrWhiteSpace(answer[last..]) && answer.StartsWith(_lastPrompt, StringComparison.Ordinal) ? 0
            : last;
    }

    /// <returns>The prompt that ended the wait.</returns>
    private async Task<string> PromptAsync(string line, Deadline deadline, CancellationToken cancellationToken)
    {
        // A prompt that comes before the echo is one that was late: it answers the line before.
        var echoed = !_echoes || line.Length == 0;
        for (var seen = 0; ;)
        {
            await deadline.WaitAsync(_screen.NewsAsync(seen), cancellationToken);

            // The length is taken before the line is looked at: what arrives in between must wake the next wait.
            seen = _screen.Length;
            var last = _screen.LastLine;
            echoed = echoed || seen > FarthestEcho || _prompt.EchoIn(_screen.Shown.Split('\n'), line) is not null;
            if (echoed && (_prompt.Matches(last) ? last : string.IsNullOrWhiteSpace(last) ? Notices.CoveredPrompt(_screen.Tail(Notices.Tail)) : null) is { } prompt)
            {
                return prompt;
            }

            if (_screen.Overflowed)
            {
                throw new SbcFailureException(
                    "sbc-answer-too-long",
                    $"{element} answered \"{line}\" with more than {dialect.Limits.AnswerMebibytes} MiB, which is as much as is taken.",
                    "Find out what it shows; a configuration that is really so large needs a higher limits.answerMebibytes in the site's dialect file.") { LineInDoubt = true };
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

    private Notices Notices => _notices ??= new Notices(dialect.Notices, _prompt);

    /// <param name="isKnown">Whether the line's word is known. One of a site's template may open a mode that only the device knows; the next known word shows whether it was left.</param>
    private void CheckMode(string line, bool isKnown)
    {
        var shown = _prompt.ModeIn(_lastPrompt);
        var left = line == dialect.Words.Leave || line == dialect.Words.Save;
        var expected = left && dialect.Words.Enter.Length > 0 ? "" : dialect.Modes.GetValueOrDefault(_modes.Current.Name);
        if (dialect.Modes.Count == 0 || expected is null || shown == expected)
        {
            return;
        }

        if (line == TemplateLine.Exit && _modes.Depth > 1 && shown == dialect.Modes.GetValueOrDefault(_modes.Open[^2].Name))
        {
            _modes.PopTo(_modes.Depth - 1);
        }
        else if (isKnown || shown.Length == 0 || dialect.Modes.Values.Contains(shown))
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
        if (Lines(answer).FirstOrDefault(IsError) is { } words)
        {
            throw LineRefused(line, words);
        }
    }

    /// <summary>The failure that a text after a finished exchange means; null when it means none.</summary>
    private SbcFailureException? LateRefusal(string text)
    {
        var said = Lines(text).Where(line => line[0] != '!' && !_prompt.Matches(line)).ToList();
        var words = dialect.Errors.Count > 0 ? said.Find(IsError) : said.FirstOrDefault();
        return words is null || _lastLine.Length == 0 ? null : LineRefused(_lastLine, words);
    }

    private bool IsError(string text) => dialect.Errors.Any(error => error.IsMatch(text));

    private SbcFailureException LineRefused(string line, string words) => new(
        "sbc-line-refused",
        $"{element} refused the line \"{line}\": {words}",
        "Correct what the device names, then make a new plan.");

    /// <summary>Records what was shown before, then sends a line without waiting for its answer.</summary>
    private void Forward(string line)
    {
        Tap(Redact(_screen.Take()));
        _tap(true, Redact(line));
        Write(line + "\r");
    }

    private void Tap(string received)
    {
        if (received.Length > 0)
        {
            _tap(false, received);
        }
    }

    private string Redact(string text)
    {
        var plain = SecretLines.Mask(TerminalText.Plain(text));
        return string.IsNullOrEmpty(secret) ? plain : plain.Replace(secret, "***", StringComparison.Ordinal);
    }

    private void Write(string text)
    {
        try
        {
            stream.Write(Encoding.ASCII.GetBytes(text));
            stream.Flush();
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

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
