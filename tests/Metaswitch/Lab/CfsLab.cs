using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Lab;
using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Switch;
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

    public Journey Journey { get; private set; } = null!;

    public static async Task<CfsLab> StartAsync(Func<MetaswitchSite, MetaswitchSite>? change = null)
    {
        var lab = new CfsLab();
        var sbc = new LabPart("no-sbc", (context, _) =>
        {
            context.Sbc = new NoSbc();
            return Task.FromResult<IAsyncDisposable>(new NoSbc());
        });
        lab._host = await LabHost.StartAsync(
            LabOptions.OnFreePorts(lab._folder.FullName), [sbc, MetaViewServer.Part, ControlServer.Part], TestContext.Current.CancellationToken);
        lab._services = Given.Services(lab._host.Context.Secrets[LabSecrets.MetaView]);
        var site = Given.Site(new Uri($"http://127.0.0.1:{lab._host.MetaViewPort}"));
        lab.Site = site with { Metaswitch = change?.Invoke(site.Metaswitch) ?? site.Metaswitch };
        lab.Journey = new(lab.System, Given.Intent, lab.Site);
        return lab;
    }

    public Task CreateModelAsync() => WorkAsync("/api/rmgm", new { name = "Twilio", useE164Numbers = true });

    public Task FaultAsync(string kind, string text = "") => WorkAsync("/api/faults", new { kind, text });

    public Task<IReadOnlyList<StatusLine>> StatusAsync() =>
        _services.GetRequiredService<IStatusReader>().ReadAsync(Given.Intent, Site, TestContext.Current.CancellationToken);

    public CfsBinding? Binding() => _host.Context.Cfs!.Read().Bindings.FirstOrDefault(b => b.Name == "TwilioBinding");

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
