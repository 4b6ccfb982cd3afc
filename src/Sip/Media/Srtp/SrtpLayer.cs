namespace TrunkBot.Sip.Media.Srtp;

/// <summary>SRTP of one session: protects what goes out, opens what comes in, from the moment the keys are known. Not thread-safe.</summary>
internal sealed class SrtpLayer : IDisposable
{
    private SrtpKeys? _keys;
    private SrtpSender? _out;
    private SrtpReceiver? _in;

    /// <summary>Null as long as no keys are known.</summary>
    public SrtpSuite? Suite => _keys?.Suite;

    /// <summary>Packets that were not genuine, or came twice.</summary>
    public long Refused { get; private set; }

    /// <summary>Packets that came before their key: media may be quicker than the answer that holds it.</summary>
    public long Early { get; private set; }

    public void Take(SrtpKeys keys)
    {
        // A key that stays keeps its counters: with them begun anew the same key stream would be used twice.
        if (_keys is null || _keys.Suite != keys.Suite || !_keys.Ours.Is(keys.Ours))
        {
            _out?.Dispose();
            _out = new SrtpSender(keys.Ours, keys.Suite);
        }

        if (_keys is null || _keys.Suite != keys.Suite || !_keys.Theirs.Is(keys.Theirs))
        {
            _in?.Dispose();
            _in = new SrtpReceiver(keys.Theirs, keys.Suite);
        }

        _keys = keys;
    }

    /// <exception cref="InvalidOperationException">No keys are known: nothing may go out.</exception>
    public byte[] Protect(ReadOnlySpan<byte> packet, bool rtcp)
    {
        var keyed = _out ?? throw new InvalidOperationException("Nothing goes out before the keys are known.");
        return rtcp ? keyed.ProtectRtcp(packet) : keyed.ProtectRtp(packet);
    }

    /// <summary>Opens a packet in place.</summary>
    /// <returns>The plain packet; false for one that is to be dropped.</returns>
    public bool TryOpen(ref Span<byte> packet, bool rtcp)
    {
        if (_in is null)
        {
            Early++;
            return false;
        }

        if ((rtcp ? _in.UnprotectRtcp(packet) : _in.UnprotectRtp(packet)) is not { } length)
        {
            Refused++;
            return false;
        }

        packet = packet[..length];
        return true;
    }

    public void Dispose()
    {
        _out?.Dispose();
        _in?.Dispose();
    }
}
