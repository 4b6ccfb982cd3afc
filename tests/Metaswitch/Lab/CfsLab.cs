using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Routes;
using TrunkBot.Lab;
using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Switch;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>The lab's MetaView Server and the person who does its manual work; each test has its own.</summary>
internal sealed class CfsLab : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trunkbot-cfs-");
    private readonly HttpClient _person = new();
    private LabHost _host = null!;
    private ServiceProvider _services = null!;

    public SiteProfile Site { get; private set; } = null!;

    public INetworkSystem System => _services.GetRequiredService<INetworkSystem>();

    public IRoutePreview Routes => _services.GetRequiredService<IRoutePreview>();

    public CfsBindings Bindings => _services.GetRequiredService<CfsBindings>();

    public ITrunkInventory Inventory => _services.GetRequiredService<ITrunkInventory>();

    public Journey Journey { get; private set; } = null!;

    public static async Task<CfsLab> StartAsync(Func<MetaswitchSite, MetaswitchSite>? change = null, string? shadowPassword = null)
    {
        var lab = new CfsLab();
        var sbc = new LabPart("no-sbc", (context, _) =>
        {
            context.Sbc = new NoSbc();
            return Task.FromResult<IAsyncDisposable>(new NoSbc());
        });
        lab._host = await LabHost.StartAsync(
            LabOptions.OnFreePorts(lab._folder.FullName), [sbc, MetaViewServer.Part, ControlServer.Part], TestContext.Current.CancellationToken);
        lab._services = Given.Services(new Dictionary<string, string>
        {
            ["denver-metaview"] = lab._host.Context.Secrets[LabSecrets.MetaView],
            ["denver-shadow"] = shadowPassword ?? "",
        });
        var site = Given.Site(new Uri($"http://127.0.0.1:{lab._host.MetaViewPort}"));
        lab.Site = site with { Metaswitch = change?.Invoke(site.Metaswitch) ?? site.Metaswitch };
        lab.Journey = new(lab.System, Given.Intent, lab.Site);
        return lab;
    }

    /// <summary>As the engine does when a change is done.</summary>
    public Task ManageAsync(TrunkIntent? intent = null, IReadOnlyDictionary<string, string>? facts = null) => _services.GetRequiredService<ITrunkStore>()
        .SaveAsync(new(intent ?? Given.Intent, [], "C-1", DateTimeOffset.UnixEpoch) { Facts = facts }, TestContext.Current.CancellationToken);

    /// <summary>A run that knows nothing of the facts of an earlier one, as after a crash.</summary>
    public Journey NewJourney(TrunkIntent? intent = null) => new(System, intent ?? Given.Intent, Site);

    /// <summary>Somebody else writes over Sh: creates the binding as planned, or sends one update of it.</summary>
    public async Task<string> UpdateAsync(int sequence, string action, string fields, string name = "TwilioBinding")
    {
        var body = $"""
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sh="http://www.metaswitch.com/ems/soap/sh"
              xmlns:u="http://www.metaswitch.com/ems/soap/sh/userdata" xmlns:s="http://www.metaswitch.com/ems/soap/sh/servicedata"><e:Body><sh:ShUpdate>
            <sh:UserIdentity>CFS-1/{name}</sh:UserIdentity><sh:DataReference>0</sh:DataReference><sh:UserData><u:Sh-Data><u:RepositoryData>
            <u:ServiceIndication>Meta_ConfiguredSIPBinding_BaseInformation</u:ServiceIndication><u:SequenceNumber>{sequence}</u:SequenceNumber><u:ServiceData>
            <s:MetaSwitchData IgnoreSequenceNumber="False" MetaSwitchVersion="9.3"><s:Meta_ConfiguredSIPBinding_BaseInformation Action="{action}">{fields}</s:Meta_ConfiguredSIPBinding_BaseInformation>
            </s:MetaSwitchData></u:ServiceData></u:RepositoryData></u:Sh-Data></sh:UserData><sh:OriginHost>person?clientVersion=9.3</sh:OriginHost></sh:ShUpdate></e:Body></e:Envelope>
            """;
        using var content = new StringContent(body, Encoding.UTF8, "text/xml");
        using var response = await _person.PostAsync($"http://127.0.0.1:{_host.MetaViewPort}/services/ShService", content, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Every field of a binding as it is read over Sh.</summary>
    public async Task<IReadOnlyList<ShField>> FieldsAsync(string name = "TwilioBinding") =>
        (await _services.GetRequiredService<ShClient>().PullAsync(
            Site.Metaswitch, $"CFS-1/{name}", BindingFields.ServiceIndication, null, TestContext.Current.CancellationToken)).Data!.Fields;

    /// <summary>The steps on a binding, as a plan makes them.</summary>
    public BindingSteps Steps(string name = "TwilioBinding", BindingMapping? mapping = null) => new(Site.Metaswitch, mapping ?? new(), name);

    public Task TrunkAsync(string name, string binding) => WorkAsync("/api/sip-trunks", new { name, configuredSipBinding = binding, enabled = true });

    /// <summary>A binding that a person built years ago: in service, with a field that the bot does not know.</summary>
    public async Task BuildByHandAsync(params (string Element, string Value)[] otherwise)
    {
        await CreateModelAsync();
        var fields = BindingFields.Intended(Given.Intent, Site.Metaswitch, new())
            .Select(f => otherwise.FirstOrDefault(o => o.Element == f.Name) is { Element: not null } other ? f with { Value = other.Value } : f);
        await UpdateAsync(0, "apply", string.Concat(fields.Select(f => $"<s:{f.Name}>{f.Value}</s:{f.Name}>")));
        await NewJourney().ApplyAsync(Steps().Enable());
        await FaultAsync("extra-fields", "NATStatus");
    }

    public Task CreateModelAsync() => WorkAsync("/api/rmgm", new { name = "Twilio", useE164Numbers = true });

    public Task FaultAsync(string kind, string text = "") => WorkAsync("/api/faults", new { kind, text });

    public Task<IReadOnlyList<StatusLine>> StatusAsync() =>
        _services.GetRequiredService<IStatusReader>().ReadAsync(Given.Intent, Site, TestContext.Current.CancellationToken);

    public CfsBinding? Binding(string name = "TwilioBinding") => _host.Context.Cfs!.Read().Bindings.FirstOrDefault(b => b.Name == name);

    public async ValueTask DisposeAsync()
    {
        _person.Dispose();
        await _services.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task WorkAsync(string path, object work)
    {
        using var response = await _person.PostAsJsonAsync($"http://127.0.0.1:{_host.ControlPort}{path}", work, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private sealed class NoSbc : ISbcView, IAsyncDisposable
    {
        public SbcState Read() => new([], [], [], []);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
