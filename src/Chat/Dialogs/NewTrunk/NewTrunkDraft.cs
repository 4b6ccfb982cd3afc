using TrunkBot.Changes.Life;
using TrunkBot.Chat.Ports;
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
        var begun = answers.Where(a => !string.IsNullOrWhiteSpace(a.Value)).ToDictionary(a => a.Key, a => a.Value.Trim(), StringComparer.OrdinalIgnoreCase);
        if (sites.All is [var only])
        {
            begun.TryAdd("site", only.Name);
        }

        return new NewTrunkDraft(FormStep.WhoAndWhere, null, begun).At(FormStep.WhoAndWhere);
    }

    /// <summary>The draft that was kept between two turns.</summary>
    public static NewTrunkDraft Of(DialogState state)
    {
        var slash = state.Step.IndexOf('/', StringComparison.Ordinal);
        var next = state.Step[(slash + 1)..];
        return new NewTrunkDraft((FormStep)int.Parse(state.Step[..slash]), next.Length == 0 ? null : next, state.Answers);
    }

    /// <summary>Step and next question as they are kept.</summary>
    public string Place => $"{(int)Step}/{Next}";

    /// <summary>Parameters of a step in the order in which they are asked for.</summary>
    public static IReadOnlyList<TrunkParameter> QuestionsOf(FormStep step) => [.. TrunkParameters.All.Where(p => p.Step == step)];

    public SiteProfile? SiteOf(ISites sites) => Answers.TryGetValue("site", out var name) ? sites.Find(name) : null;

    /// <summary>The draft at the beginning of a step; asks first for what has not been typed.</summary>
    public NewTrunkDraft At(FormStep step) =>
        this with { Step = step, Next = QuestionsOf(step).FirstOrDefault(p => !p.OfChange && !Answers.ContainsKey(p.Key))?.Key };

    /// <summary>The draft with one more answer, or with one taken back when the text is blank; the next question is the next one of the step that has not been typed.</summary>
    public NewTrunkDraft With(string key, string text)
    {
        var answers = new Dictionary<string, string>(Answers, StringComparer.OrdinalIgnoreCase);
        answers.Remove(key);
        if (!string.IsNullOrWhiteSpace(text))
        {
            answers[key] = text.Trim();
        }

        return (this with { Answers = answers }).After(key);
    }

    /// <summary>The draft after a question that was answered or left at its default.</summary>
    public NewTrunkDraft After(string key)
    {
        var questions = QuestionsOf(Step);
        var place = questions.ToList().FindIndex(p => p.Key == key);
        return this with { Next = questions.Skip(place + 1).FirstOrDefault(p => !p.OfChange && !Answers.ContainsKey(p.Key))?.Key };
    }

    /// <summary>
    /// The draft with what a form sent. A field that still shows its default has not been typed, so the default keeps its origin and follows the
    /// values it was worked out from. Every field of the step was on the form and clients leave out those that are empty: one that is not there
    /// was emptied.
    /// </summary>
    public NewTrunkDraft WithForm(FormStep step, IReadOnlyDictionary<string, string> inputs, ISites sites)
    {
        var site = SiteOf(sites);
        var answers = new Dictionary<string, string>(Answers, StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in QuestionsOf(step).Where(p => p.IsAskedAt(site)))
        {
            var text = inputs.GetValueOrDefault(parameter.Key, "").Trim();
            var shown = ShownDefault(parameter, sites);
            answers.Remove(parameter.Key);
            if (text.Length == 0 || (parameter.Optional && parameter.IsNone(text)))
            {
                if ((parameter.Optional && shown is not null) || NewTrunkForm.IsTicked(parameter, site))
                {
                    answers[parameter.Key] = TrunkParameter.None;
                }
            }
            else if (ParameterSpelling.Of(parameter, text, site) != shown)
            {
                answers[parameter.Key] = ParameterSpelling.Of(parameter, text, site);
            }
        }

        return (this with { Answers = answers }).At(step);
    }

    /// <summary>The default as a field shows it; null where none is shown because it follows from other values.</summary>
    public string? ShownDefault(TrunkParameter parameter, ISites sites) => parameter.DefaultIsDerived
        ? null
        : IntentReader.DefaultOf(parameter, Answers, SiteOf(sites));

    /// <summary>What was not typed in this step and is otherwise than <paramref name="shown"/> showed it, because another site was chosen; each with its default.</summary>
    public IReadOnlyList<(TrunkParameter Parameter, string Default)> NewDefaults(NewTrunkDraft shown, ISites sites) =>
    [
        .. from parameter in QuestionsOf(Step)
           where !Answers.ContainsKey(parameter.Key)
           let now = ShownDefault(parameter, sites)
           where now is not null && now != shown.ShownDefault(parameter, sites)
           select (parameter, now),
    ];

    /// <summary>How a text is typed that would be taken for a command, as the answer to the next question; null when it could not be the answer.</summary>
    public string? AsAssignment(string text) =>
        Next is { } key && TrunkParameters.Find(key) is { Input: ParameterInput.Text } parameter && parameter.Check(text.Trim()) is null ? $"{key}={text.Trim()}" : null;

    /// <summary>What is wrong with the parameters of a step, in their order.</summary>
    public IReadOnlyList<ParameterError> ErrorsOf(FormStep step, ISites sites)
    {
        var keys = QuestionsOf(step).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        return [.. Read(sites).Errors.Where(e => keys.Contains(e.Key))];
    }

    public IntentReading Read(ISites sites)
    {
        var reading = IntentReader.Read(Answers, sites.Find, [.. sites.All.Select(s => s.Name)]);

        // A trunk needs no ticket number; a change of a site that wants one does.
        return TrunkParameters.TicketOf(reading.Values) is null && SiteOf(sites)?.Ticket?.Wrong(null) is { } wrong
            ? reading with { Intent = null, Errors = [.. reading.Errors, new(TrunkParameters.Ticket, wrong)] }
            : reading;
    }
}
