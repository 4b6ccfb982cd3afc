using System.Net;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>What the DNS says of termination names now: <see cref="EdgeNames"/>, unless a condition of the world has it otherwise.</summary>
/// <param name="conditions">The text of a lasting disturbance (<see cref="Conditions"/>); null when it is off.</param>
internal sealed class EdgeDns(Func<string, string?> conditions)
{
    /// <returns>None for a name that is not found.</returns>
    public IReadOnlyList<IPAddress> Resolve(string name)
    {
        var known = EdgeNames.Resolve(name);
        if (EdgeNames.EdgeOf(name) is not { } edge)
        {
            return known;
        }

        if (conditions(Conditions.DnsFails) == edge)
        {
            return [];
        }

        return conditions(Conditions.DnsAdds)?.Split(' ') is [var widened, var address] && widened == edge ? [.. known, IPAddress.Parse(address)] : known;
    }
}
