using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TrunkBot.Sip.Media.Srtp;

/// <summary>The keys of the packets of one direction, and what is done with them. Not thread-safe, never printed.</summary>
internal sealed class SessionKeys(byte[] cipher, byte[] salt, byte[] authentication) : IDisposable
{
    private readonly CounterMode _mode = new(cipher);
    private readonly IncrementalHash _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, authentication);

    /// <summary>Encrypts or decrypts: counting begins with the salt, SSRC and packet index, each at its place (RFC 3711 4.1.1).</summary>
    public void Crypt(Span<byte> data, uint ssrc, ulong index)
    {
        Span<byte> counter = stackalloc byte[CounterMode.BlockBytes];
        counter.Clear();
        salt.CopyTo(counter);
        BinaryPrimitives.WriteUInt32BigEndian(counter[4..], BinaryPrimitives.ReadUInt32BigEndian(counter[4..]) ^ ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(counter[6..], BinaryPrimitives.ReadUInt64BigEndian(counter[6..]) ^ index);
        _mode.Apply(counter, data);
    }

    /// <summary>HMAC-SHA1 cut to the length of <paramref name="tag"/> (RFC 3711 4.2).</summary>
    /// <param name="rollover">Of RTP, which is signed without being sent; null for RTCP.</param>
    public void Tag(ReadOnlySpan<byte> packet, uint? rollover, Span<byte> tag)
    {
        _mac.AppendData(packet);
        if (rollover is { } round)
        {
            Span<byte> counted = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(counted, round);
            _mac.AppendData(counted);
        }

        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        _mac.GetHashAndReset(hash);
        hash[..tag.Length].CopyTo(tag);
    }

    public void Dispose()
    {
        _mode.Dispose();
        _mac.Dispose();
    }
}
