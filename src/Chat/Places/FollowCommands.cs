using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Places;

/// <summary>Following trunks, and quiet hours. In a personal chat the person follows; in a group, the group does.</summary>
internal sealed class FollowCommands(IPlaceStore store, ITrunkStore trunks, Speech speech, TimeProvider time)
{
    private static string Passes => Localized.Text("Alerts of severity critical, and trunks that go to Failed, come at once all the same.");

    public IEnumerable<Command> All =>
    [
        new() { Name = "follow", Needs = Roles.Viewer, Acts = true, Example = "follow acme-east", Arguments = "NAME", Least = 1, Most = 1, Purpose = "hear of a trunk's changes of state, changes and alerts, here", Run = FollowAsync },
        new() { Name = "unfollow", Needs = Roles.Viewer, Acts = true, Example = "unfollow acme-east", Arguments = "NAME", Least = 1, Most = 1, Purpose = "hear of a trunk no more", Run = UnfollowAsync },
        new() { Name = "following", Needs = Roles.Viewer, Purpose = "the trunks that are followed here", Run = ListAsync },
        new() { Name = "quiet", Needs = Roles.Viewer, Acts = true, Example = "quiet 22:00-07:00", Arguments = "[HH:MM-HH:MM|off] [ZONE]", Most = 2, Purpose = "hours in which your notices wait", Run = QuietAsync },
    ];

    private async Task FollowAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await trunks.FindAsync(call.Arguments[0], cancellationToken) is not { } trunk)
        {
            var nearest = await TrunkLookup.NearestAsync(trunks, call.Arguments[0], [], cancellationToken);
            await speech.SayAsync(
                call.Turn.Where,
                Localized.Text($"There is no trunk \"{ShownText.Cut(call.Arguments[0], 40)}\" (trunk-unknown). {(nearest is null ? Localized.Text("Say list for those there are.") : Localized.Text($"Did you mean {nearest}?"))}"),
                cancellationToken);
            return;
        }

        var where = speech.WithoutThread(call.Turn.Where);
        await store.SaveAsync(new Follow(trunk.Intent.Name, where, where.IsGroup ? null : call.Turn.Who.Id, call.Turn.Who.Id, time.GetUtcNow()), cancellationToken);
        await speech.SayAsync(call.Turn.Where, where.IsGroup ? Localized.Text($"This conversation follows trunk {trunk.Intent.Name}.") : Localized.Text($"You follow trunk {trunk.Intent.Name}."), cancellationToken);
    }

    private async Task UnfollowAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var follow = (await HereAsync(call, cancellationToken)).FirstOrDefault(f => string.Equals(f.Trunk, call.Arguments[0], StringComparison.OrdinalIgnoreCase));
        if (follow is not null)
        {
            await store.RemoveAsync(follow, cancellationToken);
        }

        await speech.SayAsync(
            call.Turn.Where,
            follow is null ? Localized.Text($"Trunk \"{ShownText.Cut(call.Arguments[0], 40)}\" is not followed here. Say following for those that are.") : Localized.Text($"Trunk {follow.Trunk} is not followed here any more."),
            cancellationToken);
    }

    private async Task ListAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var here = await HereAsync(call, cancellationToken);
        await speech.SayAsync(
            call.Turn.Where,
            here.Count == 0 ? Localized.Text("No trunk is followed here. Say follow NAME.") : Localized.Text($"Followed here: {string.Join(", ", here.Select(f => f.Trunk).Order(StringComparer.Ordinal))}."),
            cancellationToken);
    }

    private async Task QuietAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var person = call.Turn.Who.Id;
        var said = call.Arguments switch
        {
            [] => (await store.QuietAsync(cancellationToken)).FirstOrDefault(q => q.Person == person) is { } stands
                ? Localized.Text($"Your quiet hours are {stands.Words}. {Passes}")
                : Localized.Text("You have no quiet hours. Say quiet 22:00-07:00 America/Denver, for example."),
            [var off] when string.Equals(off, "off", StringComparison.OrdinalIgnoreCase) => await OffAsync(person, cancellationToken),
            { Count: 1 or 2 } words when QuietHours.Read(words[0]) is { } read => await SetAsync(person, read, words.ElementAtOrDefault(1) ?? "UTC", cancellationToken),
            _ => Localized.Text("Say it like this: quiet 22:00-07:00 [ZONE], or quiet off"),
        };
        await speech.SayAsync(call.Turn.Where, said, cancellationToken);
    }

    private async Task<string> SetAsync(string person, (TimeOnly From, TimeOnly To) hours, string zone, CancellationToken cancellationToken)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            return Localized.Text($"I don't know the time zone \"{ShownText.Cut(zone, 40)}\" (zone-unknown). Use an IANA name, such as America/Denver or Europe/Berlin.");
        }

        var quiet = new QuietHours(person, hours.From, hours.To, zone);
        await store.SaveAsync(quiet, cancellationToken);
        return Localized.Text($"From {quiet.Words} your notices wait and then come as one message. {Passes}");
    }

    private async Task<string> OffAsync(string person, CancellationToken cancellationToken)
    {
        await store.RemoveQuietAsync(person, cancellationToken);
        return Localized.Text("You have no quiet hours any more. What waited comes within a minute.");
    }

    private async Task<List<Follow>> HereAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var here = speech.WithoutThread(call.Turn.Where).Key;
        return [.. (await store.FollowsAsync(cancellationToken)).Where(f => f.Where.Key == here)];
    }
}
