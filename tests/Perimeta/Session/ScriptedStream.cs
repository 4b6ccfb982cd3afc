using System.Collections.Concurrent;
using System.Text;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>A device in memory: a test says what it writes, and when.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly BlockingCollection<byte[]> _written = [];
    private int _shown;
    private int _pushed;

    /// <summary>Told of each line that arrives, without its line end.</summary>
    public Action<string> Received { get; set; } = static _ => { };

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Push(string text)
    {
        Interlocked.Increment(ref _pushed);
        _written.Add(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Waits until the reader has taken in everything that was pushed: it then asks for more.</summary>
    public void WaitUntilShown() => SpinWait.SpinUntil(() => Volatile.Read(ref _shown) > Volatile.Read(ref _pushed));

    public override int Read(byte[] buffer, int offset, int count)
    {
        Interlocked.Increment(ref _shown);
        if (!_written.TryTake(out var bytes, Timeout.Infinite))
        {
            return 0;
        }

        bytes.CopyTo(buffer, offset);
        return bytes.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Received(Encoding.ASCII.GetString(buffer, offset, count).TrimEnd('\r'));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _written.CompleteAdding();
        base.Dispose(disposing);
    }
}
