namespace TrunkBot.Sip.Audio;

/// <summary>Which tones a test signal is made of. Two ends that are both ours take one each: then a hairpin is never taken for the far end.</summary>
public enum TestTones
{
    /// <summary>What an end that is alone sends.</summary>
    A,

    /// <summary>What the other end sends. No tone of it is one of A.</summary>
    B,
}

/// <summary>A distinctive signal: whose tones, and the seed of their order.</summary>
/// <param name="Seed">Another seed is another signal, even with the same tones.</param>
public sealed record TestSignal(TestTones Tones, ulong Seed)
{
    /// <summary>One that no other call has.</summary>
    public static TestSignal Draw(TestTones tones = TestTones.A) => new(tones, (ulong)Random.Shared.NextInt64());
}
