using System.Net;
using TrunkBot.Diagnostics.Alarms;

namespace TrunkBot.Alarms;

/// <summary>Which senders are listened to, and how much of each. An address over UDP can be forged: this keeps out accidents, and a firewall keeps out the rest.</summary>
internal sealed class SenderGate(AlarmOptions options, TimeProvider time)
{
    private readonly IReadOnlyList<IPNetwork> networks = [.. options.From.Select(IPNetwork.Parse)];
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> taken = [];
    private long second;

    /// <summary>An IPv4 sender at a socket for both kinds is an IPv4 sender.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <param name="from">As <see cref="Plain"/> has it.</param>
    public bool IsKnown(IPAddress from) => networks.Any(n => n.Contains(from));

    /// <summary>Counts one message; false when there were enough in this second.</summary>
    public bool MayOneMore(IPAddress from)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        lock (gate)
        {
            if (now != second)
            {
                taken.Clear();
                second = now;
            }

            var count = taken.GetValueOrDefault(from);
            taken[from] = count + 1;
            return count < options.MostPerSecond;
        }
    }
}
