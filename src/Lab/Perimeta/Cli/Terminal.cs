using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TrunkBot.Lab.Perimeta.Cli;

/// <summary>
/// The two ends of the login: bytes in, bytes out. The console class is not used because it echoes by itself when its input is a
/// terminal; here the terminal's own line discipline echoes, if the client asked for one, and nothing does otherwise.
/// </summary>
internal sealed class Terminal(Stream input, Stream output) : IDisposable
{
    /// <summary>Longer lines are refused whole: half a line must never take effect.</summary>
    public const int LongestLine = 1000;

    private readonly byte[] _buffer = new byte[4096];
    private int _at;
    private int _end;
    private bool _afterReturn;

    public static Terminal OfThisProcess() => new(
        new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, 0),
        new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0));

    /// <summary>Reads up to LF, CR or CRLF.</summary>
    /// <returns>The line without its end; null when the client is gone.</returns>
    public string? ReadLine()
    {
        var line = new List<byte>();
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, input.Read(_buffer));
                if (_end == 0)
                {
                    return null;
                }
            }

            var next = _buffer[_at++];
            if (next == '\n' && _afterReturn)
            {
                _afterReturn = false;
                continue;
            }

            _afterReturn = next == '\r';
            if (next is (byte)'\n' or (byte)'\r')
            {
                return Encoding.UTF8.GetString([.. line]);
            }

            if (line.Count <= LongestLine)
            {
                line.Add(next);
            }
        }
    }

    public void Write(string text)
    {
        output.Write(Encoding.UTF8.GetBytes(text));
        output.Flush();
    }

    public void Dispose()
    {
        input.Dispose();
        output.Dispose();
    }
}
