using TrunkBot.Changes.Fleets;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class FleetTests : Folder
{
    private static readonly Fleet Draft = new()
    {
        Id = "",
        State = FleetState.Planned,
        Selector = "acme-*",
        Edits = "transport=tls",
        Requester = Sample.Ana,
        Created = Sample.Start,
        Members = [new FleetMember("CHG-1", "ab", "acme-east", "denver", ["den-sbc-1"], 0)],
        Rest = [new FleetRest("acme-west", "denver", FleetRestKind.LeftOut, "CHG-9 is at work on it.")],
    };

    [Fact]
    public async Task A_fleet_is_numbered_and_survives_a_restart()
    {
        Assert.Equal("FLT-1", (await Get<IFleetStore>().AddAsync(Draft, Ct)).Id);
        Assert.Equal("FLT-2", (await Get<IFleetStore>().AddAsync(Draft, Ct)).Id);
        await RestartAsync();

        var (fleet, _) = (await Get<IFleetStore>().FindAsync("flt-1", Ct))!.Value;
        Assert.Equal(("FLT-1", "acme-*", Draft.Hash), (fleet.Id, fleet.Selector, fleet.Hash));
        Assert.Equal("CHG-9 is at work on it.", fleet.Rest[0].Sentence);
        Assert.Null(await Get<IFleetStore>().FindAsync("FLT-3", Ct));
        Assert.Null(await Get<IFleetStore>().FindAsync("CHG-1", Ct));
    }

    [Fact]
    public async Task Of_two_writers_one_loses_and_what_ended_is_not_open()
    {
        await Get<IFleetStore>().AddAsync(Draft, Ct);
        var (fleet, version) = (await Get<IFleetStore>().FindAsync("FLT-1", Ct))!.Value;

        Assert.True(await Get<IFleetStore>().UpdateAsync(fleet with { State = FleetState.Cancelled }, version, Ct));
        Assert.False(await Get<IFleetStore>().UpdateAsync(fleet with { State = FleetState.Running }, version, Ct));

        Assert.Empty(await Get<IFleetStore>().ListAsync(onlyOpen: true, Ct));
        Assert.Equal(FleetState.Cancelled, Assert.Single(await Get<IFleetStore>().ListAsync(onlyOpen: false, Ct)).State);
    }
}
