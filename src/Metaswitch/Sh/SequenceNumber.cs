namespace TrunkBot.Metaswitch.Sh;

/// <summary>Sequence numbers of the Sh interface: each service indication of an object has its own.</summary>
public static class SequenceNumber
{
    /// <summary>Sent to create an object.</summary>
    public const int Create = 0;

    private const int Last = 65535;

    /// <summary>The number to send after <paramref name="pulled"/> was read. After 65535 comes 1: 0 would mean "create" (published: Sh clients).</summary>
    public static int After(int pulled) => pulled >= Last ? 1 : pulled + 1;
}
