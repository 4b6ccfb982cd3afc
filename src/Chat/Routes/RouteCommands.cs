using System.Text.RegularExpressions;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics.Routes;

namespace TrunkBot.Chat.Routes;

/// <summary>Which way a dialled number would take through the switch, as far as that is known. Only looks.</summary>
internal sealed partial class RouteCommands(IRoutePreview routes, ISites sites, Speech speech, SlowAnswer slow)
{
    public IEnumerable<Command> All =>
    [
        new() { Name = "route", Needs = Roles.Viewer, Example = "route +13035550100", Arguments = "NUMBER [SITE]", Least = 1, Most = 8, Purpose = "where a dialled number would go through the switch: what is read, recorded, or not known", Run = RunAsync },
    ];

    private async Task RunAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var words = call.Arguments;
        var named = words.Count > 1 && !Number().IsMatch(words[^1]) ? words[^1] : null;
        var typed = string.Concat(named is null ? words : words.SkipLast(1));
        var digits = string.Concat(typed.Where(char.IsAsciiDigit));
        if (!Number().IsMatch(typed) || digits.Length is < 2 or > 15)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"\"{ShownText.Cut(typed, 40)}\" is no number to dial (number-wrong). Write it like +13035550100, with 2 to 15 digits."), cancellationToken);
            return;
        }

        var site = named is not null ? sites.Find(named) : sites.All is [var only] ? only : null;
        if (site is null)
        {
            await speech.SayAsync(
                call.Turn.Where,
                named is null
                    ? Localized.Text($"There are several sites: say route {typed} and one of {string.Join(", ", sites.All.Select(s => s.Name))}.")
                    : Localized.Text($"There is no site \"{ShownText.Cut(named, 40)}\" (site-unknown). There is {string.Join(", ", sites.All.Select(s => s.Name))}."),
                cancellationToken);
            return;
        }

        await slow.RunAsync(
            call.Turn.Where,
            Localized.Text($"route of {digits}"),
            Message.OfCard(TalkCards.Reading(Localized.Text($"Route of {digits}"), Localized.Text("Asking the switch."), site), Localized.Text($"Reading the route of {digits}")),
            async (_, token) =>
            {
                var lines = await routes.LookAsync(digits, site, token);
                return Message.OfCard(
                    CardData.Content("route", new RouteView(digits, site.Title, site.Simulated, [.. lines.Select(l => new RouteRow(Word(l.Source), ShownText.Cut(l.What, 80), ShownText.Cut(l.Says, 300)))])),
                    Localized.Text($"Route of {digits} at {site.Title}"));
            },
            cancellationToken);
    }

    private static string Word(RouteSource source) => source switch
    {
        RouteSource.ReadNow => Localized.Text("Read now"),
        RouteSource.ReadFromCopy => Localized.Text("Read from the copy, which may lag"),
        RouteSource.Recorded => Localized.Text("Recorded"),
        RouteSource.SiteProfile => Localized.Text("Site profile"),
        _ => Localized.Text("Not known"),
    };

    private sealed record RouteView(string Number, string Site, bool Simulated, IReadOnlyList<RouteRow> Lines);

    private sealed record RouteRow(string Source, string What, string Says);

    [GeneratedRegex(@"^\+?[0-9().\-/]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
