using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Lab;
using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Lab.Script;
using TrunkBot.Metaswitch;
using TrunkBot.Perimeta;
using TrunkBot.Sip;
using TrunkBot.Storage;
using TrunkBot.Tests.Support;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio;

namespace TrunkBot.Faults.Tests.World;

/// <summary>
/// The real change engine on the real store, with the real drivers at the lab's sshd, SOAP and REST servers, in one process and without chat. A person does the
/// manual steps on the lab's page. The test call is left out: it always passes.
/// </summary>
internal sealed class Bed : IAsyncDisposable, ISites, ISecrets, ITrunkAcceptance
{
    private static readonly Actor Ana = new("webchat:ana", "Ana");
    private static readonly Actor Ben = new("webchat:ben", "Ben");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trunkbot-faults-");
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private ServiceProvider drivers = null!;
    private ServiceProvider services = null!;
    private ChangeEngine engine = null!;
    private SwitchEngineer person = null!;

    private Bed()
    {
    }

    public LabHost Lab { get; private set; } = null!;

    public SiteProfile Site { get; private set; } = null!;

    /// <summary>Makes a step fail, once.</summary>
    public Trap Trap { get; } = new();

    public IReadOnlyList<SiteProfile> All => [Site];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string LabData => Path.Combine(folder.FullName, "lab");

    /// <param name="edit">Changes the lab's site profile: leads a system through a proxy, for one.</param>
    /// <param name="settings">Of the drivers, beside those that only spare time.</param>
    /// <param name="withCalls">Whether the lab's SIP switch and DNS run too.</param>
    public static async Task<Bed> StartAsync(Action<JsonObject, LabHost>? edit = null, IReadOnlyDictionary<string, string?>? settings = null, bool withCalls = false)
    {
        var bed = new Bed();
        bed.Lab = await LabHost.StartAsync(
            LabOptions.OnFreePorts(bed.LabData), withCalls ? LabHost.AllParts : [PerimetaServer.Part, MetaViewServer.Part, TwilioPart.Part, ControlServer.Part], Ct);
        bed.Site = bed.ReadSite(edit);
        bed.person = new SwitchEngineer(bed.http, new Uri($"http://127.0.0.1:{bed.Lab.ControlPort}"));
        bed.Compose(settings ?? new Dictionary<string, string?>());
        await bed.services.MigrateAsync(Ct);
        return bed;
    }

    /// <summary>A bed where one system is spoken to over a wire that can break.</summary>
    /// <param name="system"><c>twilio</c>, <c>metaswitch</c> or <c>perimeta</c>.</param>
    public static async Task<(Bed Bed, FaultProxy Wire)> BehindAsync(string system, IReadOnlyDictionary<string, string?>? settings = null)
    {
        FaultProxy? wire = null;
        var bed = await StartAsync((site, lab) =>
        {
            wire = new FaultProxy(system switch { "twilio" => lab.TwilioPort, "metaswitch" => lab.MetaViewPort, _ => lab.SshPort });
            switch (system)
            {
                case "twilio":
                    site["twilio"]!["apiBaseUrl"] = $"http://127.0.0.1:{wire.Port}";
                    site["twilio"]!["trunkingBaseUrl"] = $"http://127.0.0.1:{wire.Port}";
                    break;
                case "metaswitch":
                    site["metaswitch"]!["url"] = $"http://127.0.0.1:{wire.Port}/services/ShService";
                    break;
                default:
                    site["perimeta"]!["port"] = wire.Port;
                    var hosts = site["perimeta"]!["knownHosts"]!.ToString();
                    File.WriteAllText(hosts + ".wire", File.ReadAllText(hosts).Replace($"]:{lab.SshPort}", $"]:{wire.Port}", StringComparison.Ordinal));
                    site["perimeta"]!["knownHosts"] = hosts + ".wire";
                    break;
            }
        }, settings);
        return (bed, wire!);
    }

    /// <summary>All that the three systems hold.</summary>
    public string World() => LabWorld.Read(Lab, LabData);

    /// <summary>What arrived at the systems to change something.</summary>
    public Ledger Ledger() => TrunkBot.Tests.Support.Ledger.Read(Lab, LabData);

    /// <summary>Breaks the lab by a cause of trouble (src/Lab/Causes).</summary>
    public Task BreakAsync(string cause) => PostAsync(Lab.ControlPort, "/api/causes", new { name = cause });

    /// <summary>Everything as before the first break.</summary>
    public async Task HealAsync()
    {
        using var answer = await http.DeleteAsync(new Uri($"http://127.0.0.1:{Lab.ControlPort}/api/causes"), Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>The drivers, status readers and the SIP probe anew, as a program that has just started has them.</summary>
    public ServiceProvider Afresh(IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = Configuration(settings);
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<ISites>(this).AddSingleton<ISecrets>(this)
            .AddTwilio().AddPerimeta().AddMetaswitch().AddSingleton<ITrunkProbe, TrunkProbe>().AddDiagnostics(configuration).BuildServiceProvider();
    }

    /// <summary>Switches on a disturbance of the SBC or the switch (the lab's README).</summary>
    public Task DisturbAsync(string kind, string text) => PostAsync(Lab.ControlPort, "/api/faults", new { kind, text });

    /// <summary>Switches on a disturbance of Twilio.</summary>
    public Task DisturbTwilioAsync(string kind, string match = "", int count = 1, string? method = null) =>
        PostAsync(Lab.TwilioPort, "/lab/faults", new { kind, count, match, method });

    /// <summary>Switches all of them off.</summary>
    public async Task CalmAsync()
    {
        using var answer = await http.DeleteAsync(new Uri($"http://127.0.0.1:{Lab.ControlPort}/api/faults"), Ct);
        answer.EnsureSuccessStatusCode();
        ((Lab.Twilio.TwilioServer)Lab.Context.Twilio!).Faults.Clear();
    }

    /// <summary>Somebody edits the SBC's configuration behind the bot's back.</summary>
    public void EditSbc(Func<string, string> edit)
    {
        var file = Path.Combine(LabData, "perimeta", "running.config");
        var before = File.ReadAllText(file);
        var after = edit(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(file, after);
    }

    /// <summary>Somebody else changes a binding over Sh, or makes one.</summary>
    /// <param name="sequence">0 makes it.</param>
    /// <param name="action"><c>apply</c> or <c>delete</c>.</param>
    public async Task EditBindingAsync(string name, int sequence, string action, string fields)
    {
        var body = $"""
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sh="http://www.metaswitch.com/ems/soap/sh"
              xmlns:u="http://www.metaswitch.com/ems/soap/sh/userdata" xmlns:s="http://www.metaswitch.com/ems/soap/sh/servicedata"><e:Body><sh:ShUpdate>
            <sh:UserIdentity>CFS-1/{name}</sh:UserIdentity><sh:DataReference>0</sh:DataReference><sh:UserData><u:Sh-Data><u:RepositoryData>
            <u:ServiceIndication>Meta_ConfiguredSIPBinding_BaseInformation</u:ServiceIndication><u:SequenceNumber>{sequence}</u:SequenceNumber><u:ServiceData>
            <s:MetaSwitchData IgnoreSequenceNumber="False" MetaSwitchVersion="9.3"><s:Meta_ConfiguredSIPBinding_BaseInformation Action="{action}">{fields}</s:Meta_ConfiguredSIPBinding_BaseInformation>
            </s:MetaSwitchData></u:ServiceData></u:RepositoryData></u:Sh-Data></sh:UserData><sh:OriginHost>person?clientVersion=9.3</sh:OriginHost></sh:ShUpdate></e:Body></e:Envelope>
            """;
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "text/xml");
        using var answer = await http.PostAsync(new Uri($"http://127.0.0.1:{Lab.MetaViewPort}/services/ShService"), content, Ct);
        Assert.Contains(">2001<", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    /// <summary>Somebody else works in Twilio's Console.</summary>
    public async Task<JsonNode?> EditTwilioAsync(HttpMethod method, string path, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{Lab.TwilioPort}{path}"));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{TwilioPart.ApiKeySid}:{Lab.Context.Secrets[LabSecrets.Twilio]}")));
        if (form.Length > 0)
        {
            request.Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        }

        using var answer = await http.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return await answer.Content.ReadAsStringAsync(Ct) is { Length: > 0 } text ? JsonNode.Parse(text) : null;
    }

    /// <summary>Plans a trunk that is set up.</summary>
    /// <param name="line">Parameters as people type them.</param>
    public Task<Change> PlanNewAsync(string line)
    {
        var reading = IntentReader.Read(Typed($"site=denver {line}"), Find);
        return PlanAsync(new TrunkGoal(Intent(reading)), reading.Values);
    }

    /// <summary>Plans what a trunk shall be from now on.</summary>
    public async Task<Change> PlanChangeAsync(string name, string line)
    {
        var trunk = await TrunkAsync(name);
        var reading = ChangeReader.Read(trunk!.Values, Typed(line), Find);
        return await PlanAsync(new TrunkGoal(Intent(reading)) { Owned = trunk.Owned }, reading.Values);
    }

    public async Task<Change> PlanRemovalAsync(string name)
    {
        var trunk = await TrunkAsync(name);
        return await PlanAsync(new TrunkGoal(trunk!.Intent) { Owned = trunk.Owned, Removes = true }, trunk.Values);
    }

    public Task<ManagedTrunk?> TrunkAsync(string name) => services.GetRequiredService<ITrunkStore>().FindAsync(name, Ct);

    /// <summary>Ana submits, Ben approves, and the engine works until the change rests.</summary>
    public async Task<Change> BeginAsync(Change planned)
    {
        await AskAsync(planned.Id, new Submit(), Ana);
        await AskAsync(planned.Id, new Approve(planned.Plan.Hash), Ben);
        return await RunAsync(planned.Id);
    }

    /// <summary>The same, and people do what is theirs, until the change is at its end or failed.</summary>
    /// <param name="stopAt">A manual step at which it is left waiting.</param>
    public async Task<Change> ThroughAsync(Change planned, string? stopAt = null) => await GoOnAsync(await BeginAsync(planned), stopAt);

    /// <summary>From where it rests: people do what they are asked for.</summary>
    public async Task<Change> GoOnAsync(Change change, string? stopAt = null)
    {
        while (change.State is ChangeState.Paused or ChangeState.UndoPaused)
        {
            var step = change.Plan.Steps.Single(s => s.Id == change.Steps.Single(p => p.State == StepProgressState.WaitingForPerson).StepId);
            if (step.Id == stopAt)
            {
                return change;
            }

            await WorkAsync(step, change.State == ChangeState.UndoPaused);
            await AskAsync(change.Id, new ConfirmManualStep(step.Id), Ana);
            change = await RunAsync(change.Id);
        }

        return change;
    }

    public async Task<Change> UndoAsync(Change change, string? stopAt = null)
    {
        await AskAsync(change.Id, new Undo(), Ana);
        return await GoOnAsync(await RunAsync(change.Id), stopAt);
    }

    public async Task<Change> RetryAsync(Change change)
    {
        await AskAsync(change.Id, new Retry(), Ana);
        return await GoOnAsync(await RunAsync(change.Id));
    }

    public Task<ChangeReply> TryAsync(Change change, ChangeRequest request) => engine.AskAsync(change.Id, request, Ana, Ct);

    /// <summary>Does what the worksheet says, or takes it back.</summary>
    public async Task WorkAsync(PlannedStep step, bool back)
    {
        IEnumerable<string> lines = step.Worksheet!.Rows.Select(r => $"{r.Label}: {r.Value}");
        try
        {
            await person.WorkAsync([.. back ? lines.Prepend($"Take back: {step.Title}") : lines, step.Worksheet.Verification, step.Worksheet.Undo], Ct);
        }
        catch (ScriptException e) when (back && e.Message.Contains("lab-no-such-object", StringComparison.Ordinal))
        {
            // It was never done: the person sees that there is nothing to take back.
        }
    }

    public Task<IReadOnlyList<JournalLine>> JournalAsync(Change change) => engine.JournalAsync(change.Id, Ct);

    /// <summary>Nothing holds a lock.</summary>
    public async Task<int> LocksAsync() => (await services.GetRequiredService<TrunkBot.Changes.Locks.IElementLocks>().ListAsync(Ct)).Count;

    public SiteProfile? Find(string name) => name == Site.Name ? Site : null;

    string ISecrets.Reveal(SecretReference reference) => Lab.Context.Secrets[reference.Name];

    Task<AcceptanceReport> ITrunkAcceptance.RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken) =>
        Task.FromResult(new AcceptanceReport(true, "Not called: the test leaves the call out.", []));

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await drivers.DisposeAsync();
        await Lab.DisposeAsync();
        http.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private async Task<Change> PlanAsync(TrunkGoal goal, IReadOnlyList<ParameterValue> values)
    {
        var change = await engine.PlanAsync(goal, values, Ana, Ct);
        Assert.DoesNotContain(change.Plan.Findings, f => f.Severity == Trunks.Findings.FindingSeverity.Error);
        return change;
    }

    private async Task<Change> RunAsync(string changeId)
    {
        await engine.RunAsync(changeId, Ct);
        return (await engine.FindAsync(changeId, Ct))!;
    }

    private async Task AskAsync(string changeId, ChangeRequest request, Actor actor)
    {
        var reply = await engine.AskAsync(changeId, request, actor, Ct);
        Assert.True(reply.Accepted, $"{request}: {reply.Sentence} {string.Join(' ', reply.Refusals.Select(r => r.Sentence))}");
    }

    private void Compose(IReadOnlyDictionary<string, string?> settings)
    {
        var configuration = Configuration(settings);
        var store = Path.Combine(folder.FullName, "data");
        drivers = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<ISites>(this).AddSingleton<ISecrets>(this)
            .AddStorage(store).AddTwilio().AddPerimeta().AddMetaswitch().BuildServiceProvider();
        var engineServices = new ServiceCollection().AddLogging().AddSingleton<ISites>(this).AddSingleton<ISecrets>(this).AddSingleton<ITrunkAcceptance>(this).AddStorage(store);
        foreach (var driver in drivers.GetServices<INetworkSystem>())
        {
            engineServices.AddSingleton<INetworkSystem>(new FaultySystem(driver, Trap));
        }

        services = engineServices.AddChanges().BuildServiceProvider();
        engine = services.GetRequiredService<ChangeEngine>();
    }

    // The pauses are politeness towards real systems.
    private static IConfiguration Configuration(IReadOnlyDictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Metaswitch:RequestPauseMilliseconds"] = "0",
        ["Twilio:RetryDelayMilliseconds"] = "1",
        ["Twilio:LongestRetryDelayMilliseconds"] = "5",
    }).AddInMemoryCollection(settings).Build();

    private SiteProfile ReadSite(Action<JsonObject, LabHost>? edit)
    {
        var shipped = File.ReadAllText(Path.Combine(Tables.Root, "src", "Lab", "Site", "denver.json"));
        var site = JsonNode.Parse(shipped, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject();
        site["perimeta"]!["port"] = Lab.SshPort;
        site["perimeta"]!["knownHosts"] = Path.Combine(LabData, "known_hosts");
        site["metaswitch"]!["url"] = $"http://127.0.0.1:{Lab.MetaViewPort}/services/ShService";
        site["twilio"]!["apiBaseUrl"] = $"http://127.0.0.1:{Lab.TwilioPort}";
        site["twilio"]!["trunkingBaseUrl"] = $"http://127.0.0.1:{Lab.TwilioPort}";
        if (Lab.Context.Ports.ContainsKey(SwitchPart.Name))
        {
            site["tests"]!["registrar"] = $"127.0.0.1:{Lab.SipPort}";
            site["tests"]!["optionsProxy"] = $"127.0.0.1:{Lab.SipPort}";
            site["tests"]!["dnsServer"] = $"127.0.0.1:{Lab.DnsPort}";

            // Long enough to hear the signal both ways, and no longer.
            site["tests"]!["talkSeconds"] = 3;
        }

        edit?.Invoke(site, Lab);
        var profile = SiteProfileReader.Read(site.ToJsonString(), "denver.json");
        return profile with { Approval = profile.Approval with { Approvers = [Ben.Id], OnCall = [] } };
    }

    private async Task PostAsync(int port, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(new Uri($"http://127.0.0.1:{port}{path}"), body, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static TrunkIntent Intent(IntentReading reading)
    {
        Assert.Empty(reading.Errors);
        return reading.Intent!;
    }

    private static Dictionary<string, string> Typed(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
}
