using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>The words in which the dialog asks for typed answers.</summary>
internal static class NewTrunkQuestions
{
    private const int MostShown = 100;

    public static string Question(NewTrunkDraft draft, ISites sites)
    {
        if (draft.Next is not { } key)
        {
            return Localized.Text("Say next to go on.");
        }

        var parameter = TrunkParameters.Find(key)!;
        var site = draft.SiteOf(sites);
        var allowed = key == "site" ? [.. sites.All.Select(s => s.Name)] : parameter.AllowedAt(site);
        var choices = allowed.Count == 0 ? Localized.Text(parameter.Restriction) : ShownText.Cut(string.Join(", ", allowed), 2 * MostShown);
        var unsaid = IntentReader.DefaultOf(parameter, draft.Answers, site) switch
        {
            { } fallback => Localized.Text($" Say default for {ShownText.Cut(fallback, MostShown)}{(parameter.Optional ? Localized.Text(", or none to leave it empty") : "")}."),
            null => parameter.Optional ? Localized.Text(" Say default to leave it empty.") : "",
        };
        return Localized.Text($"Next question: {Localized.Text(parameter.Label)}? ({choices}){unsaid}");
    }

    public static string Help(NewTrunkDraft draft, ISites sites) =>
        (draft.Next is { } key ? $"{Localized.Text(TrunkParameters.Find(key)!.Label)}: {Localized.Text(TrunkParameters.Find(key)!.Hint)} " : "")
        + Localized.Text("Type the answer, default, next (keeps the defaults of the rest of this step), back, cancel, or key=value for any field; help new trunk lists them. ")
        + Question(draft, sites);

    /// <summary>Instead of taking a mistyped command for the name of a trunk.</summary>
    public static string NotTheName(NewTrunkDraft draft, string text, string command, ISites sites) =>
        Localized.Text($"I did not take \"{ShownText.Cut(text, 60)}\" as the name: did you mean the command {command}?")
        + (draft.AsAssignment(text) is { } assignment ? Localized.Text($" If it is the name, say {assignment}.") : "")
        + $" {Question(draft, sites)}";

    /// <summary>Above the form, when the site that was chosen on it changes what it showed; empty when it does not.</summary>
    public static string NoteOf(NewTrunkDraft draft, IReadOnlyList<(TrunkParameter Parameter, string Default)> changed, ISites sites) => changed.Count == 0
        ? ""
        : Localized.Text($"{draft.SiteOf(sites)?.Title} has other defaults: {string.Join(", ", changed.Select(c => $"{Localized.Text(c.Parameter.Label)}: {ShownText.Cut(c.Default, MostShown)}"))}. Look at them, then press Next.");

    public static string Values(IEnumerable<KeyValuePair<string, string>> values) => string.Join(
        ", ", values.Select(v => $"{Localized.Text(TrunkParameters.Find(v.Key)!.Label)}: {(string.IsNullOrWhiteSpace(v.Value) ? Localized.Text("not given") : ShownText.Cut(v.Value.Trim(), MostShown))}"));

    public static string Errors(IEnumerable<ParameterError> errors) =>
        ShownText.Cut(string.Join("; ", errors.Select(e => TrunkParameters.Find(e.Key) is { } parameter ? $"{Localized.Text(parameter.Label)}: {e.Message}" : e.Message)), 600);

    public static bool IsAssignment(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && text[..equals].All(c => char.IsAsciiLetter(c) || c == '-');
    }
}
