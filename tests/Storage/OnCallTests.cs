using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>Alerts, notices, places and silences, many at once and after a restart.</summary>
public class OnCallTests : Folder
{
    private static readonly ConversationReference Where = new("webchat", "http://localhost:3978/", "on-call", "bot", true);
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private IAlertStore Alerts => Get<IAlertStore>();

    [Fact]
    public async Task Of_many_deliveries_of_one_message_at_once_one_is_news_and_a_restart_changes_nothing()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => TakeAsync("e1"), Ct)));
        Assert.Equal("ALR-1", Assert.Single(taken, t => t is not null)!.Id);

        await RestartAsync();

        Assert.Null(await TakeAsync("e1"));
        Assert.Equal(["ALR-1"], await Alerts.BehindAsync(Ct));
    }

    [Fact]
    public async Task Of_many_different_messages_of_one_alert_at_once_none_is_lost_and_there_is_one_alert()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => TakeAsync($"e{i}"), Ct)));

        var stored = (await Alerts.FindAsync("alr-1", Ct))!;
        Assert.Equal((12, 12), (stored.Record.Count, stored.Version));
        Assert.Null(await Alerts.FindAsync("ALR-2", Ct));
    }

    [Fact]
    public async Task A_card_that_shows_the_newest_version_is_not_behind_until_something_changes()
    {
        await TakeAsync("e1");
        await Alerts.ShownAsync("ALR-1", 1, Ct);
        Assert.Empty(await Alerts.BehindAsync(Ct));

        await Alerts.ChangeAsync("ALR-1", r => r with { Acknowledged = new("webchat:ben", "Ben", Noon), Where = Where, MessageId = "m1" }, Ct);
        await RestartAsync();

        Assert.Equal(["ALR-1"], await Alerts.BehindAsync(Ct));
        var record = (await Alerts.FindAsync("ALR-1", Ct))!.Record;
        Assert.Equal(("Ben", Where, "m1", "acme-east"), (record.Acknowledged!.Name, record.Where, record.MessageId, record.Alert.Labels["trunk"]));
    }

    [Fact]
    public async Task Events_are_forgotten_by_age_and_alerts_are_not()
    {
        await TakeAsync("e1");

        await Alerts.ForgetEventsAsync(Noon.AddSeconds(1), Ct);

        Assert.NotNull(await TakeAsync("e1"));
        Assert.NotNull(await Alerts.FindAsync("ALR-1", Ct));
    }

    [Fact]
    public async Task Of_many_who_see_one_change_of_state_one_tells_it()
    {
        var notices = Get<INoticeStore>();

        var moved = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => notices.MoveMarkAsync("health:ACME", "Failed", Noon, m => m?.Value != "Failed", Ct), Ct)));

        Assert.Single(moved, m => m.IsMoved);
    }

    [Fact]
    public async Task Places_followers_quiet_hours_notices_and_silences_outlive_a_restart()
    {
        var place = new Place(PlacePurpose.Alerts, "denver", null, Where, "webchat:ben", Noon);
        var follow = new Follow("acme-east", Where, null, "webchat:ben", Noon);
        var quiet = new QuietHours("webchat:ana", new TimeOnly(22, 0), new TimeOnly(7, 0), "America/Denver");
        var silence = new Silence("acme-east", true, Noon.AddHours(1), "ALR-1", "webchat:ben", "Ben", Noon);
        await Get<IPlaceStore>().SaveAsync(place, Ct);
        await Get<IPlaceStore>().SaveAsync(follow, Ct);
        await Get<IPlaceStore>().SaveAsync(quiet, Ct);
        await Get<ISilenceStore>().SaveAsync(silence, Ct);
        await Get<INoticeStore>().AddAsync([new Notice(0, "acme-east", Where, "webchat:ana", "news", false, Noon)], Ct);

        await RestartAsync();

        Assert.Equal([place], await Get<IPlaceStore>().PlacesAsync(Ct));
        Assert.Equal([follow], await Get<IPlaceStore>().FollowsAsync(Ct));
        Assert.Equal([quiet], await Get<IPlaceStore>().QuietAsync(Ct));
        Assert.Equal([silence], await Get<ISilenceStore>().ListAsync(Noon, Ct));
        Assert.Empty(await Get<ISilenceStore>().ListAsync(Noon.AddHours(1), Ct));
        var notice = Assert.Single(await Get<INoticeStore>().ListAsync(Ct));
        Assert.Equal("news", notice.Text);
        await Get<INoticeStore>().RemoveAsync([notice], Ct);
        Assert.Empty(await Get<INoticeStore>().ListAsync(Ct));
    }

    private Task<AlertRecord?> TakeAsync(string happened)
    {
        var alert = new Alert
        {
            Source = "alertmanager",
            Id = "f1",
            Event = happened,
            Status = AlertStatus.Firing,
            Title = "ASR low",
            Labels = new Dictionary<string, string> { ["trunk"] = "acme-east" },
        };
        return Alerts.TakeAsync(
            alert, Noon, known => known is null ? new AlertRecord { Alert = alert, Why = "by label trunk", Count = 1, First = Noon, Last = Noon } : known with { Count = known.Count + 1 }, Ct);
    }
}
