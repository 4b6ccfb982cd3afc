using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Bot.Tests.Alerts;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.Health;

/// <summary>The bot as it ships watches three trunks behind one SBC, whose answers a test decides. The looks are the clock here.</summary>
public sealed class WatchTests
{
    /// <summary>By the third look at a trunk its state of the first two is settled.</summary>
    private const int Settled = 3;

    private static readonly StatusLine Active = new(HealthState.Ok, "adjacency", "active");
    private static readonly StatusLine Away = new(HealthState.Failed, "LAB-SBC-01", "no answer", "sbc-unreachable", "look") { IsOfSystem = true };

    private readonly Sbc sbc = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_SBC_that_dies_is_one_alert_for_all_trunks_behind_it_and_stands_behind_each_of_them_in_the_store()
    {
        await using var app = await StartAsync();
        await sbc.ReadAsync(Settled);

        sbc.Says = Away;
        var card = await app.Channel.SeeAsync("Perimeta LAB-SBC-01 can", "t be read; 3 trunks are behind it", "ALR-1. Firing");
        await StoredAsync(app, trunk => trunk is { Behind: "Perimeta LAB-SBC-01", State: HealthState.Ok });

        sbc.Says = Active;
        Assert.Equal(card.Id, (await app.Channel.SeeAsync("Perimeta LAB-SBC-01 can be read; 3 trunks are behind it", "ALR-1. Resolved")).Id);
        await StoredAsync(app, trunk => trunk is { Behind: null, State: HealthState.Ok });
        Assert.Null(await app.Get<IAlertStore>().FindAsync("ALR-2", Ct));
    }

    [Fact]
    public async Task What_is_wrong_with_the_trunk_itself_is_an_alert_of_the_trunk()
    {
        await using var app = await StartAsync();
        await sbc.ReadAsync(Settled);

        sbc.WrongFor = "acme-west";

        await app.Channel.SeeAsync("Trunk acme-west is Failed", "ALR-1. Firing", "by label trunk");
        await StoredAsync(app, trunk => trunk.State == (trunk.Trunk == "acme-west" ? HealthState.Failed : HealthState.Ok));
        Assert.Null(await app.Get<IAlertStore>().FindAsync("ALR-2", Ct));
    }

    [Fact]
    public async Task An_SBC_that_came_back_while_the_bot_was_down_is_told_by_the_next_process()
    {
        await using var app = await StartAsync();
        sbc.Says = Away;
        var card = await app.Channel.SeeAsync("Perimeta LAB-SBC-01 can", "ALR-1. Firing");
        await UntilAsync(() => app.Get<HealthDesk>().IsToldDownAsync(new("Perimeta", "LAB-SBC-01"), Ct));

        await app.RestartAsync(meanwhile: () => sbc.Says = Active);

        Assert.Equal(card.Id, (await app.Channel.SeeAsync("Perimeta LAB-SBC-01 can be read; 3 trunks are behind it", "ALR-1. Resolved")).Id);
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

    /// <summary>When the store says so of all three.</summary>
    private static Task StoredAsync(OnCallApp app, Func<TrunkNow, bool> isSo) => UntilAsync(async () =>
    {
        var all = await app.Get<IHealthHistory>().ListAsync(10, Ct);
        return all.Count == 3 && all.All(isSo);
    });

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
        }
    }

    private sealed class Sbc : IStatusReader
    {
        private readonly ConcurrentDictionary<string, int> reads = [];

        public StatusLine Says { get; set; } = Active;

        public string? WrongFor { get; set; }

        public string System => "Perimeta";

        public string ElementOf(SiteProfile site) => site.Perimeta.Element;

        /// <summary>When it was read so often for each of the three.</summary>
        public Task ReadAsync(int times) => UntilAsync(() => Task.FromResult(reads.Count == 3 && reads.Values.All(r => r >= times)));

        public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
        {
            reads.AddOrUpdate(intent.Name, 1, (_, before) => before + 1);
            return Task.FromResult<IReadOnlyList<StatusLine>>(
                [intent.Name == WrongFor ? new(HealthState.Failed, "adjacency", "inactive", "adjacency-inactive", "Activate it.") : Says]);
        }
    }

    private sealed class Edges : ITrunkProbe
    {
        public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<EdgeProbe>>([.. intent.Edges.Select(e => new EdgeProbe(e.Name, intent.PeerHost(e), ProbeState.Up, 200, 5, "OK"))]);

        public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EdgeAddresses>>([]);

        public Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
