using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TrunkBot.Sip.Media.Srtp;

/// <summary>AES in counter mode (RFC 3711 4.1.1). The same does it and undoes it. Not thread-safe.</summary>
internal sealed class CounterMode : IDisposable
{
    public const int BlockBytes = 16;
    private readonly Aes _aes = Aes.Create();
    private byte[] _blocks = new byte[16 * BlockBytes];

    public CounterMode(byte[] key) => _aes.Key = key;

    /// <summary>Adds the key stream to the data.</summary>
    /// <param name="counter">First block; its last 16 bits count.</param>
    public void Apply(ReadOnlySpan<byte> counter, Span<byte> data)
    {
        var length = (data.Length + BlockBytes - 1) / BlockBytes * BlockBytes;
        if (_blocks.Length < length)
        {
            _blocks = new byte[length];
        }

        var stream = _blocks.AsSpan(0, length);
        var first = BinaryPrimitives.ReadUInt16BigEndian(counter[14..]);
        for (var at = 0; at < length; at += BlockBytes)
        {
            counter.CopyTo(stream[at..]);
            BinaryPrimitives.WriteUInt16BigEndian(stream[(at + 14)..], (ushort)(first + (at / BlockBytes)));
        }

        _aes.EncryptEcb(stream, stream, PaddingMode.None);
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= stream[i];
        }
    }

    public void Dispose() => _aes.Dispose();
}
