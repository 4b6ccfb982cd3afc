using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Dialogs.NewTrunk;

/// <summary>
/// What has been typed for a new trunk so far, and what is wrong with it. Pure: the dialog moves from draft to draft.
/// </summary>
/// <param name="Step">The step of the form at which the draft stands.</param>
/// <param name="Next">Key of the next question for typed answers; null when the step has been asked through.</param>
internal sealed record NewTrunkDraft(FormStep Step, string? Next, IReadOnlyDictionary<string, string> Answers)
{
    public static FormStep LastStep => FormStep.RoutingAndNumbers;

    /// <summary>A draft with what was given. Where there is one site, it is chosen: the form shows it so, and the line that is printed names it.</summary>
    public static NewTrunkDraft Begin(IReadOnlyDictionary<string, string> answers, ISites sites)
    {
        var begun = new Dictionary<string, string>(answers, StringComparer.OrdinalIgnoreCase);
        if (sites.All is [var only])
        {
            begun.TryAdd("site", only.Name);
        }

        return new NewTrunkDraft(FormStep.WhoAndWhere, null, begun).At(FormStep.WhoAndWhere);
    }

    /// <summary>Parameters of a step in the order in which they are asked for.</summary>
    public static IReadOnlyList<TrunkParameter> QuestionsOf(FormStep step) => [.. TrunkParameters.All.Where(p => p.Step == step)];

    public SiteProfile? SiteOf(ISites sites) => Answers.TryGetValue("site", out var name) ? sites.Find(name.Trim()) : null;

    /// <summary>The draft at the beginning of a step; asks first for what has not been typed.</summary>
    public NewTrunkDraft At(FormStep step) =>
        this with { Step = step, Next = QuestionsOf(step).FirstOrDefault(p => !Answers.ContainsKey(p.Key))?.Key };

    /// <summary>The draft with one more answer; the next question is the next one of the step that has not been typed.</summary>
    public NewTrunkDraft With(string key, string text)
    {
        var answers = new Dictionary<string, string>(Answers, StringComparer.OrdinalIgnoreCase) { [key] = text };
        return (this with { Answers = answers }).After(key);
    }

    /// <summary>The draft after a question that was answered or left at its default.</summary>
    public NewTrunkDraft After(string key)
    {
        var questions = QuestionsOf(Step);
        var place = questions.ToList().FindIndex(p => p.Key == key);
        return this with { Next = questions.Skip(place + 1).FirstOrDefault(p => !Answers.ContainsKey(p.Key))?.Key };
    }

    /// <summary>
    /// The draft with what a form sent. A field that still shows its default has not been typed, so the default keeps its origin and follows the values
    /// it was worked out from.
    /// </summary>
    public NewTrunkDraft WithForm(FormStep step, IReadOnlyDictionary<string, string> inputs, ISites sites)
    {
        var answers = new Dictionary<string, string>(Answers, StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in QuestionsOf(step))
        {
            if (!inputs.TryGetValue(parameter.Key, out var raw))
            {
                continue;
            }

            var text = parameter.Key == "edges" ? Edges(raw) : raw.Trim();
            if (text.Length == 0 || text == ShownDefault(parameter, sites))
            {
                answers.Remove(parameter.Key);
            }
            else
            {
                answers[parameter.Key] = text;
            }
        }

        return (this with { Answers = answers }).At(step);
    }

    /// <summary>The default as a field shows it; null where none is shown because it follows from other values.</summary>
    public string? ShownDefault(TrunkParameter parameter, ISites sites) => parameter.DefaultIsDerived
        ? null
        : IntentReader.DefaultOf(parameter, Answers, SiteOf(sites));

    /// <summary>What is wrong with the parameters of a step, in their order.</summary>
    public IReadOnlyList<ParameterError> ErrorsOf(FormStep step, ISites sites)
    {
        var keys = QuestionsOf(step).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        return [.. Read(sites).Errors.Where(e => keys.Contains(e.Key))];
    }

    public IntentReading Read(ISites sites) => IntentReader.Read(Answers, sites.Find);

    /// <summary>All edges chosen one by one are the same choice as "all".</summary>
    private static string Edges(string raw)
    {
        var chosen = raw.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return EdgeCatalogue.Shipped.Edges.All(e => chosen.Contains(e.Name, StringComparer.OrdinalIgnoreCase)) ? "all" : string.Join(", ", chosen);
    }
}
