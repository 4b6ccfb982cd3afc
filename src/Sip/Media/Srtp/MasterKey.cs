using System.Security.Cryptography;

namespace TrunkBot.Sip.Media.Srtp;

/// <summary>Master key and master salt of one direction, from which all keys of its packets come (RFC 3711 4.3). Never printed.</summary>
internal sealed class MasterKey
{
    /// <summary>16 of key and 14 of salt.</summary>
    public const int Bytes = KeyBytes + SaltBytes;
    private const int KeyBytes = 16;
    private const int SaltBytes = 14;
    private const int AuthenticationBytes = 20;

    private readonly byte[] _bytes;

    /// <exception cref="ArgumentException">Not 30 bytes.</exception>
    public MasterKey(byte[] bytes) => _bytes = bytes.Length == Bytes ? bytes : throw new ArgumentException("16 bytes of key and 14 of salt.", nameof(bytes));

    public static MasterKey Draw() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>For <c>a=crypto</c>, and for nothing else.</summary>
    public string Reveal() => Convert.ToBase64String(_bytes);

    public bool Is(MasterKey other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <summary>The keys of RTP (labels 0 to 2) or of RTCP (labels 3 to 5). With a key derivation rate of 0 they never change.</summary>
    public SessionKeys Derive(bool rtcp)
    {
        var label = (byte)(rtcp ? 3 : 0);
        return new SessionKeys(Derive(label, KeyBytes), Derive((byte)(label + 2), SaltBytes), Derive((byte)(label + 1), AuthenticationBytes));
    }

    internal byte[] Derive(byte label, int bytes)
    {
        Span<byte> counter = stackalloc byte[CounterMode.BlockBytes];
        counter.Clear();
        _bytes.AsSpan(KeyBytes).CopyTo(counter);
        counter[7] ^= label;
        var key = new byte[bytes];
        using var mode = new CounterMode(_bytes[..KeyBytes]);
        mode.Apply(counter, key);
        return key;
    }

    public override string ToString() => "***";
}
