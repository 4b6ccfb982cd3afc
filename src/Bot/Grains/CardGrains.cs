using TrunkBot.Changes.Fleets;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Grains;

/// <summary>The cards of one change or fleet, drawn by one silo as long as it lives. Key: its id.</summary>
public interface IChangeCardsGrain : IGrainWithStringKey
{
    /// <summary>Returns at once.</summary>
    Task DrawAsync();
}

/// <inheritdoc cref="IChangeCardsGrain"/>
public sealed class ChangeCardsGrain(IChangeCards cards, IFleetCards fleets) : Grain, IChangeCardsGrain
{
    public Task DrawAsync()
    {
        // What was drawn last is remembered by the silo: as long as cards move, they move there.
        DelayDeactivation(TimeSpan.FromHours(1));
        var id = this.GetPrimaryKeyString();
        if (id.StartsWith(Fleet.IdPrefix, StringComparison.Ordinal))
        {
            fleets.Draw(id);
        }
        else
        {
            cards.Draw(id);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Rings by a call to the grain of the change's cards, beside whoever rings. What fails is drawn with the next round of duties.</summary>
public sealed class GrainCardBell(IGrainFactory grains, IBackgroundWork background) : ICardBell
{
    public void Ring(string changeId) => background.Run($"cards of {changeId}", _ => grains.GetGrain<IChangeCardsGrain>(changeId).DrawAsync());
}

/// <summary>Notices that wait, said by one silo at a time.</summary>
public interface INoticesGrain : IGrainWithIntegerKey
{
    [ResponseTimeout("00:10:00")]
    Task SayAsync();
}

/// <inheritdoc cref="INoticesGrain"/>
public sealed class NoticesGrain(Followers followers) : Grain, INoticesGrain
{
    public Task SayAsync() => followers.DeliverAsync(CancellationToken.None);
}

/// <inheritdoc cref="INoticeBell"/>
public sealed class GrainNoticeBell(IGrainFactory grains) : INoticeBell
{
    public Task RingAsync() => grains.GetGrain<INoticesGrain>(0).SayAsync();
}
