using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace TrunkBot.Sip.Location;

/// <summary>What DNS says of a SIP domain: NAPTR, SRV, and A or AAAA.</summary>
public sealed class SipNameLookup
{
    private readonly LookupClient? _client;
    private readonly bool _ownServers;
    private readonly Random _random;

    /// <summary>Asks these servers for everything; hosts files and search lists of the machine do not count.</summary>
    /// <param name="random">Chooses among SRV records of one priority by weight; null draws anew each time.</param>
    public SipNameLookup(IReadOnlyList<IPEndPoint> servers, Random? random = null)
    {
        _ownServers = true;
        _random = random ?? Random.Shared;
        _client = Client([.. servers.Select(s => new NameServer(s))]);
    }

    private SipNameLookup()
    {
        _random = Random.Shared;

        // Without a public server as a way out: the names of a site are nobody's business.
        _client = NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false) is { Count: > 0 } servers ? Client([.. servers]) : null;
    }

    /// <summary>The machine's own servers, read once; addresses by its resolver, with hosts file and all.</summary>
    public static SipNameLookup Machine { get; } = new();

    /// <summary>The NAPTR record that is to be used first of those for some services such as <c>SIP+D2U</c> (RFC 3263 4.1); null when there is none.</summary>
    internal async Task<(string Service, string Replacement)?> NaptrAsync(string domain, IReadOnlyList<string> services, CancellationToken ct) =>
        (await QueryAsync(domain, QueryType.NAPTR, ct).ConfigureAwait(false)).OfType<NAPtrRecord>()
            .Where(r => r.Flags.Equals("s", StringComparison.OrdinalIgnoreCase) && services.Contains(r.Services, StringComparer.OrdinalIgnoreCase))
            .OrderBy(r => r.Order).ThenBy(r => r.Preference)
            .Select(r => ((string, string)?)(r.Services.ToUpperInvariant(), r.Replacement.Value))
            .FirstOrDefault();

    /// <summary>The servers of a service in the order in which they are to be tried: by priority, then drawn by weight (RFC 2782).</summary>
    internal async Task<IReadOnlyList<(string Host, int Port)>> SrvAsync(string name, CancellationToken ct)
    {
        var records = (await QueryAsync(name, QueryType.SRV, ct).ConfigureAwait(false)).OfType<SrvRecord>();
        var ordered = new List<(string, int)>();
        foreach (var group in records.GroupBy(r => r.Priority).OrderBy(g => g.Key))
        {
            // Those of weight 0 first, so that they have a small chance at all.
            var left = group.OrderBy(r => r.Weight).ToList();
            while (left.Count > 0)
            {
                var drawn = _random.Next(left.Sum(r => r.Weight) + 1);
                var sum = 0;
                var chosen = left.First(r => (sum += r.Weight) >= drawn);
                left.Remove(chosen);
                ordered.Add((chosen.Target.Value.TrimEnd('.'), chosen.Port));
            }
        }

        return ordered;
    }

    /// <summary>A or AAAA; empty when the name has none.</summary>
    internal async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken ct)
    {
        if (_ownServers)
        {
            var type = family == AddressFamily.InterNetworkV6 ? QueryType.AAAA : QueryType.A;
            return [.. (await QueryAsync(host, type, ct).ConfigureAwait(false)).OfType<AddressRecord>().Select(r => r.Address)];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host, family, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private async Task<IEnumerable<DnsResourceRecord>> QueryAsync(string name, QueryType type, CancellationToken ct)
    {
        try
        {
            return _client is null ? [] : (await _client.QueryAsync(name, type, cancellationToken: ct).ConfigureAwait(false)).Answers;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            // A server that does not answer, one that answers with nonsense (for which the library has many exceptions), or a name that none could
            // have: the same as no record. Addresses are asked for apart.
            return [];
        }
    }

    private static LookupClient Client(NameServer[] servers) => new(new LookupClientOptions(servers)
    {
        Timeout = TimeSpan.FromSeconds(1),
        Retries = 1,
        CacheFailedResults = true,
        FailedResultsCacheDuration = TimeSpan.FromSeconds(30),
    });
}
