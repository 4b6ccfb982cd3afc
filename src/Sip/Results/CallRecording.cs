using TrunkBot.Sip.Media;
using TrunkBot.Sip.Results;

namespace TrunkBot.Sip;

/// <summary>What was heard in a call and every packet of its media, as files.</summary>
public sealed class CallRecording
{
    private readonly ReceivedAudio _heard;

    internal CallRecording(ReceivedAudio heard, IReadOnlyList<MediaPacket> packets)
    {
        _heard = heard;
        Packets = packets;
    }

    internal IReadOnlyList<MediaPacket> Packets { get; }

    /// <summary>What was heard, as a WAV file: 16-bit PCM, mono, 8 kHz. Sound lies where its RTP timestamps put it; where packets are missing is silence.</summary>
    public byte[] ToWav() => WavFile.Write(_heard.Samples, ReceivedAudio.SampleRate);
}
