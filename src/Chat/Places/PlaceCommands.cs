using TrunkBot.Changes;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Places;

/// <summary>Says what a conversation is for. Only admins may; each change is confirmed with what was before, and audited.</summary>
internal sealed class PlaceCommands(IPlaceStore store, IConversationStore conversations, ISites sites, IAuditTrail audit, Speech speech, TimeProvider time)
{
    private static string Usage => Localized.Text("Say it like this: here is approvals for site SITE, here is alerts [for site SITE] [for customer CUSTOMER], or here is nothing");

    public IEnumerable<Command> All =>
    [
        new()
        {
            Name = "here is",
            Needs = Roles.Admin,
            Acts = true,
            Example = "here is alerts for site denver",
            Arguments = "approvals|alerts|nothing [for site SITE] [for customer CUSTOMER]",
            Least = 1,
            Most = 7,
            Purpose = "what this conversation is for: approvals of a site, alerts of a site or customer, or nothing (admins)",
            Run = HereIsAsync,
        },
        new() { Name = "places", Needs = Roles.Viewer, Purpose = "which conversation is for what", Run = ListAsync },
    ];

    private async Task HereIsAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var where = speech.WithoutThread(call.Turn.Where);
        await conversations.SaveAsync(where, cancellationToken);
        if (call.Arguments is [var word] && Is(word, "nothing"))
        {
            await ClearAsync(call, where.Key, cancellationToken);
            return;
        }

        if (Read(call) is not { } said)
        {
            await speech.SayAsync(call.Turn.Where, Usage, cancellationToken);
            return;
        }

        if (said.Site is { } name && sites.Find(name) is null)
        {
            await speech.SayAsync(
                call.Turn.Where, Localized.Text($"There is no site \"{ShownText.Cut(name, 40)}\" (site-unknown). There are: {string.Join(", ", sites.All.Select(s => s.Name))}."), cancellationToken);
            return;
        }

        var place = new Place(said.Purpose, said.Site, said.Customer, where, call.Turn.Who.Id, time.GetUtcNow());
        var before = (await store.PlacesAsync(cancellationToken)).FirstOrDefault(p => p.Key == place.Key);
        await store.SaveAsync(place, cancellationToken);
        var was = before is null ? Default(place) : before.Where.Key == where.Key ? "the same conversation" : Of(before);
        await AuditAsync(call.Turn.Who, "place-set", $"{place.Words}: {where.Key}; before: {was}", cancellationToken);
        await speech.SayAsync(call.Turn.Where, Localized.Text($"This conversation is now for {place.Words}. Before: {was}."), cancellationToken);
    }

    private async Task ClearAsync(CommandCall call, string key, CancellationToken cancellationToken)
    {
        var here = (await store.PlacesAsync(cancellationToken)).Where(p => p.Where.Key == key).ToList();
        foreach (var place in here)
        {
            await store.RemoveAsync(place, cancellationToken);
            await AuditAsync(call.Turn.Who, "place-cleared", $"{place.Words}: {key}", cancellationToken);
        }

        var was = string.Join("; ", here.Select(p => p.Words));
        await speech.SayAsync(
            call.Turn.Where, here.Count == 0 ? Localized.Text("This conversation was for nothing already.") : Localized.Text($"This conversation is for nothing now. Before: {was}."), cancellationToken);
    }

    private async Task ListAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var places = await store.PlacesAsync(cancellationToken);
        var here = speech.WithoutThread(call.Turn.Where).Key;
        var lines = places.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => Localized.Text($"{p.Words}: {(p.Where.Key == here ? "here" : ShownText.Cut(p.Where.Key, 120))}, set by {ShownText.Cut(p.By, 60)} at {CardData.Time(p.At)}"))
            .Concat(sites.All.Where(s => !places.Any(p => p.Purpose == PlacePurpose.Approvals && Is(p.Site, s.Name)))
                .Select(s => Localized.Text($"approvals of site {s.Name}: {s.Approval.Channel}, from the site's profile")))
            .ToList();
        if (places.All(p => p.Purpose != PlacePurpose.Alerts))
        {
            lines.Add(Localized.Text("alerts: no conversation yet (alerts-no-place); an admin says here is alerts in the one they shall come to"));
        }

        await speech.SayAsync(call.Turn.Where, string.Join('\n', lines), cancellationToken);
    }

    private static (PlacePurpose Purpose, string? Site, string? Customer)? Read(CommandCall call)
    {
        PlacePurpose? purpose = Is(call.Arguments[0], "approvals") ? PlacePurpose.Approvals : Is(call.Arguments[0], "alerts") ? PlacePurpose.Alerts : null;
        string? site = null;
        string? customer = null;
        var rest = call.Arguments.Skip(1).ToList();
        while (rest is [var word, var kind, var name, ..] && Is(word, "for"))
        {
            if (Is(kind, "site") && site is null)
            {
                site = name;
            }
            else if (Is(kind, "customer") && customer is null)
            {
                customer = ShownText.Cut(name, 60);
            }
            else
            {
                return null;
            }

            rest.RemoveRange(0, 3);
        }

        // Approvals belong to a site: its policy says who decides.
        var fits = purpose is not null && rest.Count == 0 && (purpose == PlacePurpose.Alerts || (site is not null && customer is null));
        return fits ? (purpose!.Value, site?.ToLowerInvariant(), customer) : null;
    }

    private string Default(Place place) => place.Purpose == PlacePurpose.Approvals && sites.Find(place.Site!) is { } site
        ? Localized.Text($"{site.Approval.Channel}, from the site's profile")
        : "none";

    private static string Of(Place place) => Localized.Text($"{ShownText.Cut(place.Where.Key, 120)}, set by {ShownText.Cut(place.By, 60)} at {CardData.Time(place.At)}");

    private static bool Is(string? typed, string word) => string.Equals(typed, word, StringComparison.OrdinalIgnoreCase);

    private Task AuditAsync(Actor who, string what, string detail, CancellationToken cancellationToken) =>
        audit.AppendAsync(AuditEntry.Of(who, what, detail, time.GetUtcNow()), cancellationToken);
}
