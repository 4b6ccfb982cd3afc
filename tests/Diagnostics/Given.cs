using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Tests;

/// <summary>A trunk, a site and systems that all do as they should; each test spoils one thing. Time stands still unless moved.</summary>
internal sealed class Given
{
    public FakeTimeProvider Time { get; } = new();

    public FakeProbe Probe { get; } = new();

    public List<IStatusReader> Readers { get; } = [];

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static SiteProfile Site { get; } = new()
    {
        Name = "lab",
        Title = "Lab",
        Perimeta = new PerimetaSite { Element = "sbc", Host = "h", KnownHosts = "k" },
        Metaswitch = new MetaswitchSite { Element = "cfs", MetaSwitchName = "m", Url = new Uri("http://h") },
        Twilio = new TwilioSite { Element = "t", AccountSid = "AC", Secret = new SecretReference("t") },
        Tests = new SipTestSite(),
        Approval = new ApprovalPolicy { Approvers = [], Channel = "c" },
    };

    public EdgeProbes Edges => field ??= new EdgeProbes(Probe, Time, Options.Create(new DiagnosticsOptions()), new HealthOptions());

    public TrunkHealth Health => new(InOrder, Edges, Time, new HealthOptions());

    public TrunkDiagnosis Diagnosis => new(InOrder, Edges, Probe, Time, Options.Create(new DiagnosticsOptions()));

    private StatusReaders InOrder => new(Readers, Time, Options.Create(new DiagnosticsOptions()));

    public Given With(string system, params StatusLine[] lines)
    {
        Readers.Add(new FakeReader(system, _ => Task.FromResult<IReadOnlyList<StatusLine>>(lines)));
        return this;
    }

    public static TrunkIntent Intent(string name = "acme", params string[] edges) => new()
    {
        Name = name,
        Site = "lab",
        Edges = [.. (edges.Length == 0 ? ["umatilla"] : edges).Select(e => EdgeCatalogue.Shipped.Find(e)!)],
        Transport = SipTransport.Udp,
        TerminationName = name,
        PublicAddresses = [IPNetwork.Parse("203.0.113.0/29")],
        ServiceNetwork = 3,
        ServiceAddress = "TwilioSA",
        Realm = "Twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.20.0.10"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = name,
        SipTrunkName = name,
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };

    public static EdgeProbe Up(string edge = "umatilla", int status = 200, string detail = "OK") =>
        new(edge, Intent(edges: edge).PeerHost(EdgeCatalogue.Shipped.Find(edge)!), ProbeState.Up, status, 23, detail);

    public static EdgeProbe Silent(string edge = "umatilla", string detail = "No answer.") =>
        Up(edge) with { State = ProbeState.Unreachable, Status = null, RoundTripMilliseconds = null, Detail = detail };

    public static TestCall Call(CallOutcome outcome = CallOutcome.Answered, AudioVerdict audio = AudioVerdict.TwoWay, int? status = 200, string? reason = null, string? failure = null) => new()
    {
        To = "16504894546",
        StartedAt = DateTimeOffset.UnixEpoch,
        Outcome = outcome,
        FinalStatus = status,
        Reason = reason,
        FailureCode = failure,
        Audio = audio,
        Sentence = "As it was.",
    };
}

/// <summary>Answers as a test says, and counts.</summary>
internal sealed class FakeProbe : ITrunkProbe
{
    public List<string> Asked { get; } = [];

    public int Calls { get; private set; }

    public Func<TrunkIntent, CancellationToken, Task<IReadOnlyList<EdgeProbe>>> OnOptions { get; set; } = (intent, _) => Task.FromResult<IReadOnlyList<EdgeProbe>>(
        [.. intent.Edges.Select(e => new EdgeProbe(e.Name, intent.PeerHost(e), ProbeState.Up, 200, 23, "OK"))]);

    public Func<CancellationToken, Task<TestCall>> OnCall { get; set; } = _ => Task.FromResult(Given.Call());

    public void Answer(params EdgeProbe[] edges) => OnOptions = (_, _) => Task.FromResult<IReadOnlyList<EdgeProbe>>(edges);

    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        Asked.AddRange(intent.Edges.Select(e => e.Name));
        return OnOptions(intent, cancellationToken);
    }

    public Func<TrunkIntent, Task<IReadOnlyList<EdgeAddresses>>> OnNames { get; set; } = _ => Task.FromResult<IReadOnlyList<EdgeAddresses>>([]);

    public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => OnNames(intent);

    public Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        Calls++;
        return OnCall(cancellationToken);
    }
}

internal sealed class FakeReader(string system, Func<CancellationToken, Task<IReadOnlyList<StatusLine>>> read) : IStatusReader
{
    public string System => system;

    public IReadOnlyList<StatusLine> Deeper { get; init; } = [];

    public Task<IReadOnlyList<StatusLine>> ReadDeeperAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult(Deeper);

    public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => read(cancellationToken);
}
