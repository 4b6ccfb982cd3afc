using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Dialogs;

/// <summary>"Diagnose this trunk" on somebody's message, such as an alert: shows which trunk is spoken of, lets another be chosen, and starts the diagnosis.</summary>
internal sealed class DiagnoseDialog(ITrunkStore trunks, ISites sites)
{
    public const string Verb = "diagnose-from";

    private const int MostChoices = 100;

    /// <summary>The turn's data holds the message as <c>text</c>.</summary>
    public async Task<TurnOutcome> AskAsync(Turn turn, CancellationToken cancellationToken)
    {
        var text = turn.Data.GetValueOrDefault("text") ?? "";
        var all = await trunks.ListAsync(cancellationToken);
        if (all.Count == 0)
        {
            return TurnOutcome.Refused("no-trunks", Localized.Text("There is no trunk under management yet."));
        }

        if (!turn.CanShowForm)
        {
            return TurnOutcome.Refused("form-needs-dialog", Localized.Text("Your app can't open the form. Say diagnose NAME instead."));
        }

        var spokenOf = SpokenOf(text, [.. all.Select(t => t.Intent.Name)]);
        var names = spokenOf.Concat(all.Select(t => t.Intent.Name).Except(spokenOf).Order(StringComparer.Ordinal)).Take(MostChoices).ToList();
        var view = new DiagnoseView(
            all.Any(t => sites.Find(t.Intent.Site)?.Simulated ?? false),
            Localized.Text("Diagnose a trunk"),
            spokenOf.Count switch
            {
                0 => Localized.Text("The message names no trunk that I know. Choose one."),
                1 => Localized.Text($"The message speaks of {spokenOf[0]}."),
                _ => Localized.Text($"The message speaks of {string.Join(", ", spokenOf.Take(5))}. Choose one."),
            },
            ShownText.Cut(text, 200),
            spokenOf is [var first, ..] ? first : "",
            [.. names.Select(n => new TrunkChoice(spokenOf.Contains(n) ? Localized.Text($"{n} (in the message)") : n, n))],
            "");
        return new TurnOutcome { Form = new FormContent(view.Title, CardData.Content("diagnose-form", view), new Dictionary<string, string>()) };
    }

    /// <summary>Names that stand in a text as words of their own, the first one first. Case does not matter; <c>acme-east</c> does not stand in <c>acme-east-2</c>.</summary>
    internal static IReadOnlyList<string> SpokenOf(string text, IReadOnlyList<string> names) =>
        [.. names.Select(n => (Name: n, At: PlaceOf(text, n))).Where(n => n.At >= 0).OrderBy(n => n.At).Select(n => n.Name)];

    private static int PlaceOf(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (!IsPartOfName(text, at - 1) && !IsPartOfName(text, at + name.Length))
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsPartOfName(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '_');

    private sealed record DiagnoseView(bool Simulated, string Title, string Sentence, string Excerpt, string Trunk, IReadOnlyList<TrunkChoice> Trunks, string Error);

    private sealed record TrunkChoice(string Title, string Name);
}
