using System.Net;

namespace TrunkBot.Trunks.Edges;

/// <summary>One Twilio edge: where Elastic SIP Trunking signalling enters and leaves Twilio.</summary>
/// <param name="Name">Edge name, such as <c>umatilla</c>.</param>
/// <param name="Legacy">Legacy region name that stands in older host names, such as <c>us2</c>.</param>
/// <param name="Signaling">Signalling range. Every address in it sends and receives, the first and the last included.</param>
public sealed record TwilioEdge(string Name, string Legacy, string Location, IPNetwork Signaling)
{
    /// <summary>All addresses of the signalling range in order, the first and the last included (seed article).</summary>
    public IReadOnlyList<IPAddress> Addresses
    {
        get
        {
            var bytes = Signaling.BaseAddress.GetAddressBytes();
            var first = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var count = 1u << (32 - Signaling.PrefixLength);
            var addresses = new IPAddress[count];
            for (var i = 0u; i < count; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, first + i);
                addresses[i] = new IPAddress(bytes);
            }

            return addresses;
        }
    }
}
