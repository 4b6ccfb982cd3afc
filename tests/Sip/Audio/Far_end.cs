using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Audio;

/// <summary>Builds what would have been heard from a far end, packet by packet, without any clock.</summary>
internal sealed class Far_end(ulong seed = 1, AudioCodec codec = AudioCodec.Pcmu, int sentFrames = 500)
{
    private readonly short[] _line = new short[8_000 * 30];
    private readonly Random _random = new(7);
    private readonly HashSet<int> _lost = [];
    private int _from = int.MaxValue;
    private int _to;

    public TonePairSignal Signal { get; } = new(new TestSignal(TestTones.A, seed));

    /// <summary>What a far end of ours would send.</summary>
    public static TonePairSignal Other { get; } = new(new TestSignal(TestTones.B, 99));

    /// <summary>What the far end's RTCP says of our packets.</summary>
    public FarEndReport Reports { get; init; } = new();

    /// <summary>Plays our signal back: frames from..to as they were sent, <paramref name="delay"/> samples later.</summary>
    public Far_end PlayBack(int delay, int fromFrame, int toFrame, double gain = 1, TonePairSignal? of = null)
    {
        for (var frame = fromFrame; frame < toFrame; frame++)
        {
            Put((frame * 160) + delay, [.. (of ?? Signal).Frame(frame).Select(s => (short)(s * gain))]);
        }

        return this;
    }

    /// <summary>Something like a voice: gliding harmonics with a beat.</summary>
    public Far_end Announce(int from, int samples)
    {
        var voice = new short[samples];
        double phase = 0;
        for (var n = 0; n < samples; n++)
        {
            phase += 2 * Math.PI * (140 + (40 * Math.Sin(n / 1_900.0))) / 8_000;
            var envelope = 0.6 + (0.4 * Math.Sin(n / 800.0));
            voice[n] = (short)(4_000 * envelope * Enumerable.Range(1, 18).Sum(h => Math.Sin(h * phase) / h));
        }

        return Put(from, voice);
    }

    public Far_end Tone(int from, int samples, double hertz) =>
        Put(from, [.. Enumerable.Range(0, samples).Select(n => (short)(8_000 * Math.Sin(2 * Math.PI * hertz * n / 8_000)))]);

    public Far_end Noise(int from, int samples, int peak) => Put(from, [.. Enumerable.Range(0, samples).Select(_ => (short)_random.Next(-peak, peak))]);

    /// <summary>Frames that we did not send.</summary>
    public HashSet<int> Withheld { get; init; } = [];

    /// <summary>Sound from elsewhere, 16-bit at 8 kHz.</summary>
    public Far_end Play(int from, short[] samples) => Put(from, samples);

    /// <summary>A far end's own signal, whose first frame it sent <paramref name="before"/> frames before we listened.</summary>
    public Far_end Speak(int from, int before, int frames) => PlayBack(from - (before * 160), before, before + frames, of: Other);

    public Far_end Silence(int from, int samples) => Put(from, new short[samples]);

    /// <summary>Loses this share of the packets.</summary>
    public Far_end Lose(double share)
    {
        for (var packet = 0; packet < 1_500; packet++)
        {
            if (_random.NextDouble() < share)
            {
                _lost.Add(packet);
            }
        }

        return this;
    }

    public AudioProof Judge(bool expectEcho = true, TimeSpan? hairpinWithin = null, int? endSamples = null, TonePairSignal? far = null)
    {
        var audio = new ReceivedAudio(8_000 * 40);
        var received = 0;
        for (var at = _from; at < _to; at += 160)
        {
            if (!_lost.Contains((at - _from) / 160))
            {
                var payload = _line.AsSpan(at, 160).ToArray().Select(s => G711.Encode(codec, s)).ToArray();
                audio.Add(
                    new RtpPacket(false, (int)codec, (ushort)((at - _from) / 160), (uint)(at + 77_000), 9, 12, 160), TimeSpan.FromSeconds(at / 8_000.0), payload, codec);
                received++;
            }
        }

        return AudioJudge.Judge(
            Signal,
            new MediaReport { FramesSent = sentFrames, PacketsSent = sentFrames, SendStart = sentFrames == 0 ? null : 0, End = endSamples ?? sentFrames * 160, Audio = audio, Received = received, FarEnd = Reports, Withheld = Withheld },
            expectEcho,
            hairpinWithin,
            far);
    }

    private Far_end Put(int from, short[] samples)
    {
        for (var i = 0; i < samples.Length && from + i < _line.Length; i++)
        {
            _line[from + i] = (short)Math.Clamp(_line[from + i] + samples[i], short.MinValue, short.MaxValue);
        }

        _from = Math.Min(_from, from);
        _to = Math.Max(_to, from + samples.Length - 159);
        return this;
    }
}
