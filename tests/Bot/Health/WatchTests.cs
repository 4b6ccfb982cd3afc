using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Bot.Tests.Alerts;
using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.Health;

/// <summary>The bot as it ships watches three trunks behind one SBC, whose answers a test decides.</summary>
public sealed class WatchTests
{
    private readonly Sbc sbc = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_SBC_that_dies_is_one_alert_for_all_trunks_behind_it_and_stands_behind_each_of_them_in_the_store()
    {
        await using var app = await StartAsync();
        await SettledAsync(app, trunk => trunk is { State: HealthState.Ok });

        sbc.Says = [new(HealthState.Failed, "LAB-SBC-01", "no answer", "sbc-unreachable", "look") { IsOfSystem = true }];
        var card = await app.Channel.SeeAsync("Perimeta LAB-SBC-01 can", "t be read; 3 trunks are behind it", "ALR-1. Firing");
        await SettledAsync(app, trunk => trunk is { Behind: "Perimeta LAB-SBC-01", State: HealthState.Ok });

        sbc.Says = [new(HealthState.Ok, "adjacency", "active")];
        Assert.Equal(card.Id, (await app.Channel.SeeAsync("Perimeta LAB-SBC-01 can be read; 3 trunks are behind it", "ALR-1. Resolved")).Id);
        Assert.Null(await app.Get<Chat.Alerts.IAlertStore>().FindAsync("ALR-2", Ct));
    }

    [Fact]
    public async Task What_is_wrong_with_the_trunk_itself_is_an_alert_of_the_trunk()
    {
        await using var app = await StartAsync();
        await SettledAsync(app, trunk => trunk is { State: HealthState.Ok });

        sbc.WrongFor = "acme-west";

        await app.Channel.SeeAsync("Trunk acme-west is Failed", "ALR-1. Firing", "by label trunk");
        await SettledAsync(app, trunk => trunk!.State == (trunk.Trunk == "acme-west" ? HealthState.Failed : HealthState.Ok));
    }

    private async Task<OnCallApp> StartAsync()
    {
        var app = await OnCallApp.StartAsync(
            builder =>
            {
                builder.Services.RemoveAll<IStatusReader>();
                builder.Services.AddSingleton<IStatusReader>(sbc);
                builder.Services.RemoveAll<ITrunkProbe>();
                builder.Services.AddSingleton<ITrunkProbe>(new Edges());
            },
            "--Health:IntervalSeconds=1",
            "--Health:SharedFor=00:00:00",
            "--Cluster:DutySeconds=1");
        foreach (var name in (string[])["acme-north", "acme-west"])
        {
            var reading = IntentReader.Read(ParameterLine.Read($"name={name} site=denver edges=umatilla").Values, app.Get<ISites>().Find);
            await app.Get<ITrunkStore>().SaveAsync(new ManagedTrunk(reading.Intent!, reading.Values, "CHG-1", DateTimeOffset.UnixEpoch), Ct);
        }

        return app;
    }

    /// <summary>When the store says so of all three: the looks are the clock here.</summary>
    private static async Task SettledAsync(OnCallApp app, Func<TrunkNow?, bool> isSo)
    {
        while (true)
        {
            var all = await app.Get<IHealthHistory>().ListAsync(10, Ct);
            if (all.Count == 3 && all.All(isSo))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
        }
    }

    private sealed class Sbc : IStatusReader
    {
        public IReadOnlyList<StatusLine> Says { get; set; } = [new(HealthState.Ok, "adjacency", "active")];

        public string? WrongFor { get; set; }

        public string System => "Perimeta";

        public string ElementOf(SiteProfile site) => site.Perimeta.Element;

        public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult(
            intent.Name == WrongFor ? [new(HealthState.Failed, "adjacency", "inactive", "adjacency-inactive", "Activate it.")] : Says);
    }

    private sealed class Edges : ITrunkProbe
    {
        public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<EdgeProbe>>([.. intent.Edges.Select(e => new EdgeProbe(e.Name, intent.PeerHost(e), ProbeState.Up, 200, 5, "OK"))]);

        public Task<TestCall> CallAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
