using System.Text.Json.Serialization;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>The form card of one step: every field with label, hint, restriction, value and, beside it, what is wrong.</summary>
internal static class NewTrunkForm
{
    private const int MostShown = 200;

    /// <param name="note">What else to say above the fields; empty for nothing.</param>
    public static CardContent Card(NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, string note, ISites sites)
    {
        var site = draft.SiteOf(sites);
        return CardData.Content("new-trunk-form", new FormView(
            site?.Simulated ?? sites.All.All(s => s.Simulated),
            Localized.Text($"Step {(int)draft.Step} of 3: {Title(draft.Step)}"),
            ((int)draft.Step).ToString(),
            note,
            [.. NewTrunkDraft.QuestionsOf(draft.Step).Where(p => p.IsAskedAt(site)).Select(p => Field(p, draft, errors, sites))],
            [.. errors.Where(e => TrunkParameters.Find(e.Key) is null).Select(e => ShownText.Cut(e.Message, 2 * MostShown))],
            errors.Count switch { 0 => "", 1 => Localized.Text("1 field needs another look."), var n => Localized.Text($"{n} fields need another look.") },
            draft.Step != FormStep.WhoAndWhere,
            draft.Step == NewTrunkDraft.LastStep ? Localized.Text("Make the plan") : Localized.Text("Next")));
    }

    /// <summary>Stands in the conversation for a form that opens beside it; says what is wrong when an answer was typed.</summary>
    public static CardContent Invitation(NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, ISites sites) => CardData.Content("form-open", new InvitationView(
        draft.SiteOf(sites)?.Simulated ?? sites.All.All(s => s.Simulated),
        Localized.Text("New trunk"),
        Localized.Text($"Step {(int)draft.Step} of 3: {Title(draft.Step)}. {(errors.Count == 0 ? "" : $"{NewTrunkQuestions.Errors(errors)}. ")}")
            + Localized.Text("Open the form, or type the answers one by one; say help for the next question, cancel to stop.")));

    /// <summary>What is wrong, by the id of the field that stands on the form of that step.</summary>
    public static IReadOnlyDictionary<string, string> ErrorsByField(FormStep step, IReadOnlyList<ParameterError> errors)
    {
        var fields = NewTrunkDraft.QuestionsOf(step).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        return errors.Where(e => fields.Contains(e.Key)).DistinctBy(e => e.Key).ToDictionary(e => e.Key, e => ShownText.Cut(e.Message, 2 * MostShown), StringComparer.Ordinal);
    }

    public static string Title(FormStep step) => step switch
    {
        FormStep.WhoAndWhere => Localized.Text("who and where"),
        FormStep.Addressing => Localized.Text("addressing"),
        _ => Localized.Text("routing and numbers"),
    };

    /// <summary>Whether a field is a list to tick, so that nothing ticked is a mistake.</summary>
    public static bool IsTicked(TrunkParameter parameter, SiteProfile? site) =>
        parameter.Input == ParameterInput.Choices || (parameter.Many && parameter.AllowedAt(site).Count > 0);

    private static FieldView Field(TrunkParameter parameter, NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, ISites sites)
    {
        var site = draft.SiteOf(sites);
        var choices = Choices(parameter, draft, sites);
        var kind = IsTicked(parameter, site) ? "choices"
            : choices.Count > 0 && (parameter.Input is ParameterInput.Choice or ParameterInput.Toggle || parameter.AllowedAt(site).Count > 0) ? "choice"
            : "text";
        var value = Value(parameter, kind, choices, draft, sites);
        return new FieldView(
            parameter.Key,
            kind,
            Localized.Text(parameter.Label) + (parameter.Optional ? Localized.Text(" (optional)") : ""),
            $"{Localized.Text(parameter.Hint)} ({Localized.Text(parameter.Restriction)})",
            value,
            LeftEmpty(parameter, draft, site),
            parameter.MostCharacters,
            choices,
            [.. choices.Where(c => kind == "choices" ? value.Split(',').Contains(c.Value) : c.Value == value)],
            errors.FirstOrDefault(e => e.Key == parameter.Key)?.Message is { } message ? $"{Localized.Text(parameter.Label)}: {ShownText.Cut(message, 2 * MostShown)}" : "",
            $"{Localized.Text(parameter.Label)}: {Localized.Text(parameter.Restriction)}");
    }

    /// <summary>
    /// What stands in the field, which is what it sends back: never cut. What a field can't hold (a text that is too long, a choice that is not
    /// offered) gives way to the default; the error beside it says why.
    /// </summary>
    private static string Value(TrunkParameter parameter, string kind, IReadOnlyList<ChoiceView> choices, NewTrunkDraft draft, ISites sites)
    {
        var site = draft.SiteOf(sites);
        var fallback = draft.ShownDefault(parameter, sites) ?? "";
        var answer = draft.Answers.GetValueOrDefault(parameter.Key);
        var value = answer is null || answer.Length > parameter.MostCharacters ? fallback : ParameterSpelling.Of(parameter, answer, site);
        var offered = choices.Select(c => c.Value).ToList();
        return kind switch
        {
            "choices" when value == "all" => string.Join(',', offered),
            "choices" => string.Join(',', value.Split([',', ' ']).Select(v => EdgeCatalogue.Current.Find(v)?.Name ?? v).Where(offered.Contains)),
            "choice" when parameter.Optional && value.Length == 0 => TrunkParameter.None,
            "choice" when !offered.Contains(value) => fallback,
            "text" when parameter.Optional && parameter.IsNone(value) => "",
            _ => value,
        };
    }

    /// <summary>What an empty field means, said in it.</summary>
    private static string LeftEmpty(TrunkParameter parameter, NewTrunkDraft draft, SiteProfile? site) => IntentReader.DefaultOf(parameter, draft.Answers, site) switch
    {
        not null when parameter.Optional => Localized.Text("left empty: none"),
        { } fallback => Localized.Text($"left empty: {ShownText.Cut(fallback, MostShown)}"),
        null => parameter.DefaultIsDerived ? Localized.Text("left empty: as the trunk's name") : "",
    };

    private static IReadOnlyList<ChoiceView> Choices(TrunkParameter parameter, NewTrunkDraft draft, ISites sites) => parameter switch
    {
        { Key: "site" } => [.. sites.All.Select(s => new ChoiceView($"{s.Title} ({s.Name})", s.Name))],
        { Key: "edges" } => [.. EdgeCatalogue.Current.Edges.Where(e => parameter.ChoicesAt(draft.SiteOf(sites)).Contains(e.Name)).Select(e => new ChoiceView($"{e.Name} ({e.Location}, {e.Legacy})", e.Name))],
        { Input: ParameterInput.Toggle } when parameter.AllowedAt(draft.SiteOf(sites)).Count == 0 => [new(Localized.Text("yes"), "yes"), new(Localized.Text("no"), "no")],
        { Many: false, Optional: true } when parameter.ChoicesAt(draft.SiteOf(sites)) is { Count: > 0 } choices =>
            [new(Localized.Text("none"), TrunkParameter.None), .. choices.Select(c => new ChoiceView(c, c))],
        _ => [.. parameter.ChoicesAt(draft.SiteOf(sites)).Select(c => new ChoiceView(c, c))],
    };

    private sealed record FormView(
        bool Simulated, string Title, string Step, string Note, IReadOnlyList<FieldView> Fields, IReadOnlyList<string> OtherErrors, string ErrorCount, bool CanGoBack, string NextTitle);

    private sealed record InvitationView(bool Simulated, string Title, string Sentence);

    private sealed record FieldView(
        string Id, string Kind, string Label, string Hint, string Value, string Placeholder, int MaxLength, IReadOnlyList<ChoiceView> Choices, IReadOnlyList<ChoiceView> Chosen, string Error, string Rule);

    private sealed record ChoiceView(string Title, [property: JsonPropertyName("value")] string Value);
}
