using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>The bot's small talk: welcome and help, waiting, and a refusal or failure that takes the place of a card.</summary>
internal static class TalkCards
{
    public static CardContent Help(string greeting, IReadOnlyList<(string Usage, string Purpose)> commands, bool simulated) => CardData.Content("help", new HelpView(
        simulated, greeting, [.. commands.Select(c => new CommandView(c.Usage, c.Purpose))]));

    public static CardContent Reading(string title, string sentence, SiteProfile site) => CardData.Content("reading", new ReadingView(site.Simulated, site.Title, title, sentence));

    /// <param name="code">Stable code; empty for a plain note.</param>
    /// <param name="fix">What to do; empty when there is nothing to do.</param>
    public static CardContent Note(string title, string sentence, string code = "", string fix = "", bool simulated = false) => CardData.Content("message", new NoteView(
        simulated, title, ShownText.Cut(sentence, 1500), code, ShownText.Cut(fix, 800)));

    private sealed record HelpView(bool Simulated, string Greeting, IReadOnlyList<CommandView> Commands);

    private sealed record CommandView(string Usage, string Purpose);

    private sealed record ReadingView(bool Simulated, string Site, string Title, string Sentence);

    private sealed record NoteView(bool Simulated, string Title, string Sentence, string Code, string Fix);
}
