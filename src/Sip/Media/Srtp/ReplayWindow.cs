namespace TrunkBot.Sip.Media.Srtp;

/// <summary>Which of the last 64 packet indices were seen (RFC 3711 3.3.2). Not thread-safe.</summary>
internal sealed class ReplayWindow
{
    private const int Width = 64;
    private ulong _seen;

    /// <summary>The highest index that was taken; null before the first.</summary>
    public ulong? Highest { get; private set; }

    /// <summary>True when a packet of that index may be taken: it is ahead, or within the window and was not seen.</summary>
    public bool Allows(ulong index) =>
        Highest is not { } highest || index > highest || (highest - index < Width && (_seen & (1ul << (int)(highest - index))) == 0);

    /// <summary>Notes a packet that proved genuine.</summary>
    public void Take(ulong index)
    {
        if (Highest is not { } highest || index > highest)
        {
            var step = index - (Highest ?? index);
            _seen = (step >= Width ? 0 : _seen << (int)step) | 1;
            Highest = index;
        }
        else
        {
            _seen |= 1ul << (int)(highest - index);
        }
    }
}
