using System.Text.Json.Serialization;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>The form card of one step: every field with label, hint, restriction, value and, beside it, what is wrong.</summary>
internal static class NewTrunkForm
{
    private const int MostShown = 200;

    public static CardContent Card(NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, ISites sites)
    {
        var site = draft.SiteOf(sites);
        return CardData.Content("new-trunk-form", new FormView(
            site?.Simulated ?? sites.All.All(s => s.Simulated),
            $"Step {(int)draft.Step} of 3: {Title(draft.Step)}",
            ((int)draft.Step).ToString(),
            [.. NewTrunkDraft.QuestionsOf(draft.Step).Select(p => Field(p, draft, errors, sites))],
            [.. errors.Where(e => TrunkParameters.Find(e.Key) is null).Select(e => ShownText.Cut($"{e.Key}: {e.Message}", MostShown))],
            errors.Count switch { 0 => "", 1 => "1 field needs another look.", var n => $"{n} fields need another look." },
            draft.Step != FormStep.WhoAndWhere,
            draft.Step == NewTrunkDraft.LastStep ? "Make the plan" : "Next"));
    }

    public static string Title(FormStep step) => step switch
    {
        FormStep.WhoAndWhere => "who and where",
        FormStep.Addressing => "addressing",
        _ => "routing and numbers",
    };

    private static FieldView Field(TrunkParameter parameter, NewTrunkDraft draft, IReadOnlyList<ParameterError> errors, ISites sites)
    {
        var choices = Choices(parameter, draft, sites);
        var kind = parameter.Input switch
        {
            ParameterInput.Choices => "choices",
            ParameterInput.Choice or ParameterInput.Toggle when choices.Count > 0 => "choice",
            _ => "text",
        };
        var value = ShownText.Cut(draft.Answers.GetValueOrDefault(parameter.Key) ?? draft.ShownDefault(parameter, sites) ?? "", MostShown);
        var derived = parameter.DefaultIsDerived ? IntentReader.DefaultOf(parameter, draft.Answers, draft.SiteOf(sites)) : null;
        return new FieldView(
            parameter.Key,
            kind,
            parameter.Label + (parameter.Optional ? " (optional)" : ""),
            $"{parameter.Hint} ({parameter.Restriction})",
            kind == "choices" && string.Equals(value, "all", StringComparison.OrdinalIgnoreCase)
                ? string.Join(',', choices.Select(c => c.Value))
                : kind == "choices" ? value.Replace(", ", ",", StringComparison.Ordinal) : value,
            parameter.DefaultIsDerived ? derived is null ? "left empty: as the trunk's name" : $"left empty: {derived}" : "",
            choices,
            errors.FirstOrDefault(e => e.Key == parameter.Key)?.Message is { } message ? $"{parameter.Label}: {message}" : "",
            $"{parameter.Label}: {parameter.Restriction}");
    }

    private static IReadOnlyList<ChoiceView> Choices(TrunkParameter parameter, NewTrunkDraft draft, ISites sites) => parameter switch
    {
        { Key: "site" } => [.. sites.All.Select(s => new ChoiceView($"{s.Title} ({s.Name})", s.Name))],
        { Key: "edges" } => [.. EdgeCatalogue.Shipped.Edges.Select(e => new ChoiceView($"{e.Name} ({e.Location}, {e.Legacy})", e.Name))],
        { Input: ParameterInput.Toggle } => [new("yes", "yes"), new("no", "no")],
        _ => [.. parameter.ChoicesAt(draft.SiteOf(sites)).Select(c => new ChoiceView(c, c))],
    };

    private sealed record FormView(
        bool Simulated, string Title, string Step, IReadOnlyList<FieldView> Fields, IReadOnlyList<string> OtherErrors, string ErrorCount, bool CanGoBack, string NextTitle);

    private sealed record FieldView(
        string Id, string Kind, string Label, string Hint, string Value, string Placeholder, IReadOnlyList<ChoiceView> Choices, string Error, string Rule);

    private sealed record ChoiceView(string Title, [property: JsonPropertyName("value")] string Value);
}
