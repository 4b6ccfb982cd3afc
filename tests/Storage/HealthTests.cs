using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>How trunks were, from the last look to the mean of an hour a year ago.</summary>
public class HealthTests : Folder
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private IHealthHistory History => Get<IHealthHistory>();

    [Fact]
    public async Task The_last_look_of_a_trunk_is_found_by_its_name_in_any_case_and_outlives_a_restart()
    {
        await AddAsync(Now("acme-east", HealthState.Ok, 0));
        await AddAsync(Now("acme-east", HealthState.Failed, 1) with { Parts = [new PartNow("umatilla", true, HealthState.Failed, "No answer.", Noon, Noon, null)] });

        await RestartAsync();

        var now = (await History.FindAsync("ACME-East", Ct))!;
        Assert.Equal((HealthState.Failed, Noon.AddMinutes(1), "No answer."), (now.State, now.At, now.Part("umatilla", isEdge: true)!.Detail.ToString()));
        Assert.Null(await History.FindAsync("acme-west", Ct));
    }

    [Fact]
    public async Task All_trunks_stand_with_the_worst_first_and_what_is_down_is_counted_once()
    {
        foreach (var name in (string[])["a-fine", "b-failed", "c-odd", "d-behind", "e-behind", "f-unseen", "g-unread"])
        {
            await ManageAsync(name);
        }

        await AddAsync(
            Now("a-fine", HealthState.Ok, 5), Now("b-failed", HealthState.Failed, 5), Now("c-odd", HealthState.Attention, 3), Now("d-behind", HealthState.Failed, 5) with { Behind = "Perimeta sbc-1" },
            Now("e-behind", HealthState.Ok, 5) with { Behind = "Perimeta sbc-1" }, Now("g-unread", HealthState.NotAvailable, 5), Now("removed-since", HealthState.Failed, 0));

        var overview = await History.OverviewAsync(3, Ct);

        Assert.Equal(["b-failed", "c-odd", "g-unread"], overview.Worst.Select(t => t.Trunk));
        Assert.Equal([("Perimeta sbc-1", 2)], overview.Down);
        Assert.Equal(
            (2, 2, 1, 1, 1),
            (overview.Counts[HealthState.Ok], overview.Counts[HealthState.Failed], overview.Counts[HealthState.Attention], overview.Counts[HealthState.NotAvailable], overview.Unseen));
        Assert.Equal(Noon.AddMinutes(3), overview.Oldest);
        Assert.Equal(["a-fine", "b-failed"], (await History.ListAsync(2, Ct)).Select(t => t.Trunk));
    }

    [Fact]
    public async Task What_became_known_of_a_call_later_is_kept_with_it_and_with_no_other()
    {
        await History.AddAsync(new([], [], [new("acme-east", Call(1)), new("acme-east", Call(2)), new("acme-west", Call(1))]), Ct);

        await History.AmendCallAsync("ACME-EAST", Noon.AddMinutes(1), c => c with { Carrier = new(InsightsState.Partial, "partial") { Figures = new() { CallId = "CA1", ToUs = new("PCMU", 500, null, 0.4) } } }, Ct);
        await History.AmendCallAsync("acme-east", Noon.AddMinutes(7), c => c with { To = "x" }, Ct);
        await RestartAsync();

        var calls = await History.CallsAsync("acme-east", 10, Ct);
        Assert.Equal([null, "CA1"], calls.Select(c => c.Carrier?.Figures?.CallId));
        Assert.Equal(new CarrierFlow("PCMU", 500, null, 0.4), calls[1].Carrier!.Figures!.ToUs);
        Assert.Equal(new CallOrigin("ana", IsScheduled: true), calls[1].Origin);
        Assert.Null(Assert.Single(await History.CallsAsync("acme-west", 10, Ct)).Carrier);

        static TestCall Call(int minute) => new()
        {
            To = "16504894546", StartedAt = Noon.AddMinutes(minute), Outcome = CallOutcome.Answered, Audio = AudioVerdict.TwoWay, Sentence = "Heard.", Origin = new("ana", IsScheduled: true),
        };
    }

    [Fact]
    public async Task Without_any_look_the_overview_is_of_unseen_trunks()
    {
        await ManageAsync("acme-east");

        var overview = await History.OverviewAsync(20, Ct);

        Assert.Equal((1, 0, null), (overview.Unseen, overview.Worst.Count, overview.Oldest));
    }

    [Fact]
    public async Task Single_values_become_pieces_of_five_minutes_then_of_an_hour_and_then_nothing_and_none_is_counted_twice()
    {
        await SampleAsync((0, 10), (60, 20), (299, 60), (300, 5), (3600, 7));
        Assert.Equal([(0, 0, 1, 10), (60, 0, 1, 20), (299, 0, 1, 60), (300, 0, 1, 5), (3600, 0, 1, 7)], await PiecesAsync());

        await ThinAsync(singles: 3600, fiveMinutes: -1, hours: -1);
        Assert.Equal([(0, 300, 3, 30), (300, 300, 1, 5), (3600, 0, 1, 7)], await PiecesAsync());

        await ThinAsync(singles: 3600, fiveMinutes: 3600, hours: -1);
        Assert.Equal([(0, 3600, 4, 23.75), (3600, 0, 1, 7)], await PiecesAsync());
        var hour = (await History.ReadAsync("acme", Noon, Ct))[0];
        Assert.Equal((5, 95, 60), (hour.Least, hour.Sum, hour.Most));

        await ThinAsync(singles: 3600, fiveMinutes: 3600, hours: 3600);
        Assert.Equal([(3600, 0, 1, 7)], await PiecesAsync());
    }

    [Fact]
    public async Task A_piece_is_made_when_all_of_it_is_old_enough()
    {
        await SampleAsync((0, 10), (299, 20));

        await ThinAsync(singles: 299, fiveMinutes: -1, hours: -1);
        Assert.Equal(2, (await PiecesAsync()).Count);

        await ThinAsync(singles: 300, fiveMinutes: -1, hours: -1);
        Assert.Equal([(0, 300, 2, 15)], await PiecesAsync());
    }

    [Fact]
    public async Task The_same_second_of_a_series_is_one_value()
    {
        await SampleAsync((0, 10), (0, 20));

        Assert.Equal([(0, 0, 1, 10)], await PiecesAsync());
    }

    [Fact]
    public async Task Values_of_another_trunk_and_from_before_are_not_read()
    {
        await History.AddAsync(new([], [new("acme", "state", Noon.AddSeconds(-1), 1), new("other", "state", Noon, 1), new("ACME", "state", Noon, 2)], []), Ct);

        Assert.Equal(2, Assert.Single(await History.ReadAsync("acme", Noon, Ct)).Mean);
    }

    [Fact]
    public async Task Test_calls_are_kept_whole_the_newest_first_until_they_are_old()
    {
        await CallAsync(0, 120);
        await CallAsync(10, 130.5);
        await CallAsync(5, null);

        Assert.Equal([130.5, null], (await History.CallsAsync("ACME", 2, Ct)).Select(c => c.PostDialDelayMilliseconds));

        await ThinAsync(singles: 0, fiveMinutes: 0, hours: 6);
        var left = Assert.Single(await History.CallsAsync("acme", 5, Ct));
        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay, Noon.AddSeconds(10), (double?)null), (left.Outcome, left.Audio, left.StartedAt, left.JitterMilliseconds));
    }

    [Fact]
    public async Task The_last_call_of_each_trunk_is_found_if_it_is_not_too_old()
    {
        await CallAsync(0, 120);
        await CallAsync(10, 130);
        await History.AddAsync(new([], [], [new("other", Call(-1, 140)), new("third", Call(5, null))]), Ct);

        Assert.Equal([("ACME", 130.0), ("THIRD", (double?)null)], (await History.LastCallsAsync(Noon, Ct)).Select(c => (c.Trunk, c.Call.PostDialDelayMilliseconds)));
    }

    [Fact]
    public async Task What_a_removed_trunk_was_like_is_forgotten()
    {
        await AddAsync(Now("removed", HealthState.Ok, 0));

        await ThinAsync(singles: -1, fiveMinutes: -1, hours: -1);

        Assert.Null(await History.FindAsync("removed", Ct));
    }

    private static TrunkNow Now(string trunk, HealthState state, int minute) => new()
    {
        Trunk = trunk,
        Site = "denver",
        At = Noon.AddMinutes(minute),
        State = state,
        Since = Noon,
        Sentence = "As it was.",
    };

    private Task AddAsync(params TrunkNow[] now) => History.AddAsync(new(now, [], []), Ct);

    private Task ManageAsync(string name) => Get<ITrunkStore>().SaveAsync(new ManagedTrunk(Sample.Intent(name), [], "CHG-1", Noon), Ct);

    private Task SampleAsync(params (int Second, double Value)[] values) =>
        History.AddAsync(new([], [.. values.Select(v => new HealthSample("acme", "rtt:umatilla", Noon.AddSeconds(v.Second), v.Value))], []), Ct);

    private Task CallAsync(int second, double? pdd) => History.AddAsync(
        new([], [], [new("acme", Call(second, pdd))]), Ct);

    private static TestCall Call(int second, double? pdd) => new()
    {
        To = "1",
        StartedAt = Noon.AddSeconds(second),
        Outcome = CallOutcome.Answered,
        Audio = AudioVerdict.TwoWay,
        Sentence = "Heard.",
        PostDialDelayMilliseconds = pdd,
    };

    private Task ThinAsync(int singles, int fiveMinutes, int hours) =>
        History.ThinAsync(new(Noon.AddSeconds(singles), Noon.AddSeconds(fiveMinutes), Noon.AddSeconds(hours)), Ct);

    private async Task<List<(int Second, int Width, long Count, double Mean)>> PiecesAsync() =>
        [.. (await History.ReadAsync("acme", Noon, Ct)).Select(p => ((int)(p.Start - Noon).TotalSeconds, (int)p.Width.TotalSeconds, p.Count, p.Mean))];
}
