using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Cards;

/// <summary>Cards of fleet changes.</summary>
public interface IFleetCards
{
    /// <summary>Has the cards of a fleet drawn here, whoever asks how often. Returns at once.</summary>
    void Draw(string fleetId);
}

/// <summary>Keeps the cards of a fleet change as it is: one where it was asked for, and one in the approvals channel of every site in it.</summary>
internal sealed partial class FleetCards : IFleetObserver, IFleetCards
{
    private const string HomeView = "fleet";
    private const string ApprovalView = "approval";

    private readonly IServiceProvider _services;
    private readonly ICardStore _cards;
    private readonly CardPlaces _places;
    private readonly ISites _sites;
    private readonly PeopleBook _people;
    private readonly Speech _speech;
    private readonly TimeProvider _time;
    private readonly ILogger<FleetCards> _logger;
    private readonly CardLanes _lanes;

    public FleetCards(
        IServiceProvider services, ICardStore cards, CardPlaces places, ISites sites, PeopleBook people, Speech speech, IBackgroundWork background,
        TimeProvider time, ILogger<FleetCards> logger, ICardBell? bell = null)
    {
        (_services, _cards, _places, _sites, _people, _speech, _time, _logger) = (services, cards, places, sites, people, speech, time, logger);
        _lanes = new CardLanes(fleetId => $"cards of {fleetId}", DrawAsync, background, time, bell);
    }

    public static string SubjectOf(string fleetId) => $"fleet:{fleetId}";

    /// <summary>The card where the fleet was asked for.</summary>
    public static PostedCard HomeOf(Fleet fleet, ConversationReference where, string messageId) => new(SubjectOf(fleet.Id), HomeView, where, messageId, Shows: null);

    public static bool IsHome(PostedCard card) => card.View == HomeView;

    /// <inheritdoc/>
    public Task ChangedAsync(string fleetId, CancellationToken cancellationToken)
    {
        _lanes.Wake(fleetId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Draw(string fleetId) => _lanes.Draw(fleetId);

    private async Task<DateTimeOffset?> DrawAsync(string fleetId, CardLane lane, CancellationToken cancellationToken)
    {
        // Fleets tell their observers, of which this is one: they can't be had at construction.
        var fleets = (Fleets)_services.GetService(typeof(Fleets))!;
        var store = lane.Of("store");
        try
        {
            if (await fleets.FindAsync(fleetId, cancellationToken) is { } fleet)
            {
                await DrawAsync(fleet, await fleets.MembersAsync(fleet, cancellationToken), lane, cancellationToken);
            }

            store.Succeeded();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            store.Failed(_time.GetUtcNow());
            Log.NotDrawn(_logger, fleetId, "all", e);
        }

        return lane.NextTry();
    }

    private async Task DrawAsync(Fleet fleet, IReadOnlyList<Change> members, CardLane lane, CancellationToken cancellationToken)
    {
        var posted = await _cards.BySubjectAsync(SubjectOf(fleet.Id), cancellationToken);
        if (fleet.State == FleetState.WaitingForApproval)
        {
            foreach (var site in fleet.Members.Select(m => m.Site).Distinct(StringComparer.Ordinal))
            {
                if (await _places.ApproversAsync(site, cancellationToken) is { } where && posted.All(p => p.View != ApprovalView || p.Conversation.Key != where.Key))
                {
                    await TryAsync(fleet, lane, $"request in {where.Key}", async () =>
                    {
                        var message = MessageFor(fleet, members, where, decides: true);
                        var id = await _speech.SayAsync(where, message, cancellationToken);
                        await _cards.AddAsync(new PostedCard(SubjectOf(fleet.Id), ApprovalView, where, id, Shows: null), cancellationToken);
                        lane.Of(KeyOf(ApprovalView, where)).Drawn(message);
                    }, cancellationToken);
                }
            }
        }

        foreach (var card in posted)
        {
            var where = await _places.NewestAsync(card.Conversation, cancellationToken);
            if (where.IsClosed)
            {
                continue;
            }

            var message = MessageFor(fleet, members, where, card.View == ApprovalView);
            var memory = lane.Of(KeyOf(card.View, card.Conversation));
            if (!memory.Shows(message))
            {
                await TryAsync(fleet, lane, KeyOf(card.View, card.Conversation), async () =>
                {
                    await _speech.EditAsync(where, card.MessageId, message, cancellationToken);
                    memory.Drawn(message);
                }, cancellationToken);
            }
        }
    }

    private Message MessageFor(Fleet fleet, IReadOnlyList<Change> members, ConversationReference where, bool decides)
    {
        Audience.Enter(_people.CommonLanguage, where.IsGroup ? _sites.Find(fleet.Members.Select(m => m.Site).FirstOrDefault() ?? "")?.TimeZone : null);
        return Message.OfCard(FleetCard.Of(fleet, members, _sites, decides), Localized.Text($"Fleet change {fleet.Id}: {Words.Of(fleet.State)}"));
    }

    private Task<bool> TryAsync(Fleet fleet, CardLane lane, string card, Func<Task> send, CancellationToken cancellationToken) =>
        lane.Of(card).TryAsync(send, _time, e => Log.NotDrawn(_logger, fleet.Id, card, e), cancellationToken);

    private static string KeyOf(string view, ConversationReference where) => $"{view} in {where.Key}";

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Warning, "The card {Card} of {FleetId} could not be shown; it is tried again")]
        public static partial void NotDrawn(ILogger logger, string fleetId, string card, Exception error);
    }
}
