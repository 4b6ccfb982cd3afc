namespace TrunkBot.Diagnostics.Alarms;

/// <summary>
/// Cuts what comes over a connection into syslog messages (RFC 6587; RFC 5425 for TLS has the first form only): "LENGTH SP MESSAGE", or a message up to a line feed.
/// Which of the two it is shows each frame's first byte: a digit that is not 0 begins a length. One connection's bytes in their order.
/// </summary>
/// <param name="largest">Bytes of a message; a longer one is passed over and counted.</param>
public sealed class SyslogFraming(int largest)
{
    /// <summary>Digits of a length: more are no length but text.</summary>
    private const int MostDigits = 8;

    private readonly List<byte> frame = [];
    private long left;
    private Part part = Part.Start;

    private enum Part
    {
        Start,
        Length,
        Counted,
        Line,
    }

    /// <summary>Messages that were too large, so far.</summary>
    public int TooLarge { get; private set; }

    /// <summary>The messages that are complete with these bytes. Empty lines are none.</summary>
    public IReadOnlyList<byte[]> Push(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<byte[]>();
        foreach (var b in bytes)
        {
            Push(b, frames);
        }

        return frames;
    }

    /// <summary>The connection ended: a line without its line feed is a message all the same; a counted one that is not whole is none.</summary>
    public IReadOnlyList<byte[]> End()
    {
        var frames = new List<byte[]>();
        if (part == Part.Line)
        {
            Finish(frames);
        }

        return frames;
    }

    private void Push(byte b, List<byte[]> frames)
    {
        switch (part)
        {
            case Part.Start when b is (byte)'\n' or (byte)'\r' or 0:
                break;
            case Part.Start:
                part = b is >= (byte)'1' and <= (byte)'9' ? Part.Length : Part.Line;
                Take(b);
                break;
            case Part.Length when b == ' ':
                left = Length();
                part = Part.Counted;
                frame.Clear();
                break;
            case Part.Length when b is >= (byte)'0' and <= (byte)'9' && frame.Count < MostDigits:
                Take(b);
                break;
            case Part.Counted:
                Take(b);
                if (--left == 0)
                {
                    Finish(frames);
                }

                break;
            case var _ when b == '\n':
                Finish(frames);
                break;
            default:
                part = Part.Line;
                Take(b);
                break;
        }
    }

    private long Length()
    {
        long length = 0;
        foreach (var digit in frame)
        {
            length = (length * 10) + (digit - '0');
        }

        return length;
    }

    // One byte more than may be shows that it is too large; the rest is not kept.
    private void Take(byte b)
    {
        if (frame.Count <= largest)
        {
            frame.Add(b);
        }
    }

    private void Finish(List<byte[]> frames)
    {
        if (frame.Count > largest)
        {
            TooLarge++;
        }
        else
        {
            frames.Add([.. frame]);
        }

        frame.Clear();
        part = Part.Start;
    }
}
