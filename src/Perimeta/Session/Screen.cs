using System.Net.Sockets;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace TrunkBot.Perimeta.Session;

/// <summary>
/// What a device has shown since the last question. Whoever waits here is told when it has stopped at an unfinished line: a prompt is
/// one, an echo is none, and each waking costs a change of threads.
/// </summary>
internal sealed class Screen
{
    /// <summary>A longer line is no prompt, no menu and no pager: it need not be looked at whenever it grows.</summary>
    private const int LongestPrompt = 4000;

    private readonly long _longest;
    private readonly bool _tellsAll;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly byte[] _bytes = new byte[16384];
    private readonly char[] _letters = new char[16384];
    private readonly Lock _reading = new();
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private int _lastLine;
    private bool _closed;
    private bool _overflowed;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="longest">Letters that are held; a device that shows more is not listened to any more.</param>
    /// <param name="tellsAll">Whether each arrival is told, finished lines too: where a device may cover its prompt with a message of its own.</param>
    public Screen(Stream stream, long longest, bool tellsAll)
    {
        (_longest, _tellsAll) = (longest, tellsAll);
        if (stream is ShellStream shell)
        {
            // The thread that takes in the packets hands the text over itself; one that waits for it would be one change of threads more.
            shell.DataReceived += (_, _) => Drain(shell);
            Drain(shell);
        }
        else
        {
            new Thread(() => Read(stream)) { IsBackground = true, Name = "sbc-session" }.Start();
        }
    }

    /// <summary>The line that is not finished yet, without escape sequences; empty when it is too long for a prompt.</summary>
    public string LastLine
    {
        get
        {
            lock (_gate)
            {
                return _text.Length - _lastLine is > 0 and <= LongestPrompt and var length ? TerminalText.Plain(_text.ToString(_lastLine, length)) : "";
            }
        }
    }

    /// <summary>Everything that was shown since it was last taken, without escape sequences.</summary>
    public string Shown
    {
        get
        {
            lock (_gate)
            {
                return TerminalText.Plain(_text.ToString());
            }
        }
    }

    /// <summary>The end of what was shown, without escape sequences.</summary>
    public string Tail(int letters)
    {
        lock (_gate)
        {
            var length = Math.Min(letters, _text.Length);
            return TerminalText.Plain(_text.ToString(_text.Length - length, length));
        }
    }

    /// <summary>Whether the device showed more than is taken.</summary>
    public bool Overflowed
    {
        get
        {
            lock (_gate)
            {
                return _overflowed;
            }
        }
    }

    public bool Closed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>
    /// Completes when an arrival ends in an unfinished line, or at once when something arrived since <paramref name="seen"/> or the
    /// stream ended.
    /// </summary>
    /// <param name="seen">Length that the caller has seen.</param>
    public Task NewsAsync(int seen)
    {
        lock (_gate)
        {
            return _closed || _text.Length != seen ? Task.CompletedTask : _news.Task;
        }
    }

    public int Length
    {
        get
        {
            lock (_gate)
            {
                return _text.Length;
            }
        }
    }

    /// <summary>Takes everything that was shown.</summary>
    public string Take()
    {
        lock (_gate)
        {
            var text = _text.ToString();
            _text.Clear();
            _lastLine = 0;
            return text;
        }
    }

    /// <summary>Takes the unfinished line away (a pager's).</summary>
    public void DropLastLine()
    {
        lock (_gate)
        {
            _text.Length = _lastLine;
        }
    }

    /// <summary>Says that nothing more will come. A stream whose connection broke may not say so by itself.</summary>
    public void Close()
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            _closed = true;
            news = _news;
        }

        news.TrySetResult();
    }

    private void Read(Stream stream)
    {
        try
        {
            while (!Overflowed && TakeIn(stream) > 0)
            {
                // Until it ends.
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The connection is gone: whoever waits sees that the screen is closed.
        }

        Close();
    }

    private void Drain(ShellStream shell)
    {
        try
        {
            lock (_reading)
            {
                while (shell.DataAvailable && TakeIn(shell) > 0)
                {
                    // It never waits: there is something.
                }
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            Close();
        }
    }

    private int TakeIn(Stream stream)
    {
        var count = stream.Read(_bytes, 0, _bytes.Length);
        if (!Overflowed)
        {
            Show(_letters.AsSpan(0, _decoder.GetChars(_bytes, 0, count, _letters, 0)));
        }

        return count;
    }

    private static bool IsEnd(Exception e) => e is IOException or ObjectDisposedException or SshException or SocketException;

    private void Show(ReadOnlySpan<char> letters)
    {
        TaskCompletionSource? news = null;
        lock (_gate)
        {
            var newline = letters.LastIndexOf('\n');
            if (newline >= 0)
            {
                _lastLine = _text.Length + newline + 1;
            }

            _text.Append(letters);
            _overflowed = _text.Length > _longest;
            if (_tellsAll || _overflowed || _text.Length - _lastLine is > 0 and <= LongestPrompt)
            {
                (news, _news) = (_news, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        news?.TrySetResult();
    }
}

/// <summary>Text as a person sees it on a terminal.</summary>
internal static class TerminalText
{
    /// <summary>Removes escape sequences (ECMA-48 CSI), carriage returns and other control characters but line ends and tabs.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\u001b' && at + 1 < text.Length && text[at + 1] == '[')
            {
                for (at += 2; at < text.Length && text[at] is < '@' or > '~'; at++)
                {
                    // Parameters of the sequence.
                }
            }
            else if (text[at] is '\n' or '\t' || !char.IsControl(text[at]))
            {
                plain.Append(text[at]);
            }
        }

        return plain.ToString();
    }
}
