using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Carriers.Tests;

/// <summary>A trunk, a site and the services as the host builds them, with defaults that pass every check. The tests of both carriers link this file.</summary>
internal static partial class Given
{
    public const string Secret = "s3cr3t/+word";

    public static TrunkIntent Intent { get; } = new()
    {
        Name = "acme-east",
        Site = "denver",
        Edges = EdgeCatalogue.Shipped.Edges,
        Transport = SipTransport.Udp,
        TerminationName = "acme",
        PublicAddresses = [IPNetwork.Parse("203.0.113.16/28")],
        ServiceNetwork = 2,
        ServiceAddress = "TwilioAddress",
        Realm = "Twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.20.0.5"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "TwilioBinding",
        PollingIntervalSeconds = 30,
        SipTrunkName = "TwilioTrunk",
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };

    public static IReadOnlyList<TwilioEdge> Umatilla { get; } = [EdgeCatalogue.Shipped.Find("umatilla")!];

    public static SiteProfile Site(Uri? url = null) => new()
    {
        Name = "denver",
        Title = "Denver",
        Perimeta = new() { Element = "sbc-den", Host = "192.0.2.1", KnownHosts = "known_hosts", CoreAddresses = ["10.20.0.5"] },
        Metaswitch = new()
        {
            Element = "cfs-den",
            MetaSwitchName = "CFS-1",
            Url = url is null ? new("http://127.0.0.1:8087/mvweb/services/ShService") : new Uri(url, "/mvweb/services/ShService"),
            User = "trunkbot",
            Password = new("denver-metaview"),
            StatusGroupProven = true,
            AlarmsGroupProven = true,
        },
        Twilio = new()
        {
            Element = "twilio-den",
            AccountSid = "AC0123456789abcdef0123456789abcdef",
            ApiKeySid = "SK0123456789abcdef0123456789abcdef",
            Secret = new("denver-twilio"),
            ApiBaseUrl = url ?? new("https://api.twilio.com"),
            TrunkingBaseUrl = url ?? new("https://trunking.twilio.com"),
        },
        Tests = new(),
        Approval = new() { Approvers = ["ben"], Channel = "approvals" },
    };

    /// <summary>The room as the host composes it, without pauses between requests.</summary>
    public static ServiceProvider Services(string secret = Secret, params (string Key, string Value)[] settings) => Services(new OneSecret(secret), settings);

    /// <summary>The same with a value for each secret.</summary>
    public static ServiceProvider Services(IReadOnlyDictionary<string, string> secrets) => Services(new NamedSecrets(secrets), []);

    private static ServiceProvider Services(ISecrets secrets, (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] quick =
        [
            ("Metaswitch:RequestPauseMilliseconds", "0"),
            ("Twilio:RetryDelayMilliseconds", "0"),
            ("Twilio:AuthTypePollMilliseconds", "0"),
        ];
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(quick.Concat(settings).Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
            .Build());
        services.AddSingleton(secrets);
        Add(services);
        return services.BuildServiceProvider();
    }

    /// <summary>Adds the room under test, and what it needs of other rooms.</summary>
    static partial void Add(IServiceCollection services);

    private sealed class NamedSecrets(IReadOnlyDictionary<string, string> values) : ISecrets
    {
        public string Reveal(SecretReference reference) => values.GetValueOrDefault(reference.Name) is { Length: > 0 } value ? value : throw new SecretNotFoundException(reference);
    }

    private sealed class OneSecret(string value) : ISecrets
    {
        public string Reveal(SecretReference reference) => value.Length > 0 ? value : throw new SecretNotFoundException(reference);
    }
}
