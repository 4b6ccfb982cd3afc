namespace TrunkBot.Lab.Script;

/// <summary>
/// The conversation of the demo: Ana mistypes, looks around and asks for a trunk in one line, which Ben rejects with his reason. She asks for a
/// better one by form and may not approve it herself; Ben approves, Dana comes second; the switch engineer does the manual steps; Ana looks
/// at the result in every way there is; and the same asked for once more changes nothing.
/// </summary>
internal sealed class Play(ChatClient chat, SwitchEngineer engineer, Transcript transcript)
{
    private const string Trunk = "acme-east";
    private const string AnasChat = "personal-ana";
    private const string Approvals = "approvals";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Provisioning with its test call.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    private readonly HashSet<string> _seenHandWork = [];

    /// <exception cref="ScriptException">Somebody was not answered as the bot must answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Reading a conversation for the first time lets the bot know that it exists.
        await chat.ReadAsync("ana", AnasChat, cancellationToken);
        await chat.ReadAsync("ben", Approvals, cancellationToken);

        await LookAroundAsync(cancellationToken);
        await BeRejectedAsync(cancellationToken);
        await FillFormAsync(cancellationToken);
        var change = await SubmitAsync(cancellationToken);
        await ApproveAsync(change, cancellationToken);
        await SeeThroughAsync(change, cancellationToken);
        await LookAtTheTrunkAsync(cancellationToken);
        await AskAgainAsync(cancellationToken);
    }

    private async Task LookAroundAsync(CancellationToken cancellationToken)
    {
        await AskAsync("help", "the help", m => m.Says("new trunk") && m.Says("diagnose"), cancellationToken);
        await AskAsync("new trnk", "a suggestion for what was mistyped", m => m.Says("Did you mean new trunk?"), cancellationToken);
        await AskAsync("status", "that there is nothing yet", m => m.Says("no trunk under management"), cancellationToken);
        await AskAsync("new trunk", "the form", m => m.Button("form-next") is not null, cancellationToken);
        await AskAsync("cancel", "that the form is closed", m => m.Says("Cancelled."), cancellationToken);
    }

    /// <summary>A trunk over one edge, asked for in one line; Ben says no and why, and Ana is told.</summary>
    private async Task BeRejectedAsync(CancellationToken cancellationToken)
    {
        const string Reason = "One edge is no redundancy: take all of them.";
        var plan = await AskAsync($"new trunk name={Trunk} site=denver edges=dublin", "the plan", m => m.Button("submit") is not null, cancellationToken);
        var change = plan.Button("submit")!.Data["change"]!.ToString();
        transcript.Does("Ana", $"presses \"{plan.Button("submit")!.Title}\"");
        await ToldAsync("Ana", AnasChat, plan, "submit", null, null, cancellationToken);

        var request = await RequestAsync(change, cancellationToken);
        transcript.Does("Ben", $"presses \"Reject\" with the reason \"{Reason}\"");
        await ToldAsync("Ben", Approvals, request, "reject", new Dictionary<string, string> { ["reason"] = Reason }, null, cancellationToken);
        await HearTheDecisionAsync($"Ben Okafor rejected {change}", request, cancellationToken);
        Show(await chat.WaitAsync("ana", AnasChat, "why Ben rejected it", m => m.Card is null && m.Says($"Ben Okafor rejected {change}") && m.Says(Reason), Soon, cancellationToken));
    }

    /// <summary>The form's three steps: the name is typed, all else is the site's default.</summary>
    private async Task FillFormAsync(CancellationToken cancellationToken)
    {
        var form = await AskAsync("new trunk", "the form", m => m.Button("form-next") is not null, cancellationToken);
        var typed = new Dictionary<string, string> { ["name"] = Trunk, ["site"] = "denver" };
        while (form.Button("form-next") is { } next)
        {
            transcript.Does("Ana", $"presses \"{next.Title}\"{(typed.Count > 0 ? $" with {string.Join(", ", typed.Select(t => $"{t.Key}={t.Value}"))}" : "")}");
            var revision = form.Revision;
            await chat.PressAsync("ana", AnasChat, form, "form-next", typed, cancellationToken);
            form = await chat.WaitAsync("ana", AnasChat, "the next step of the form", m => m.Id == form.Id && m.Revision > revision || m.Button("submit") is not null, Soon, cancellationToken);
            typed = [];
            if (form.Button("form-next") is not null)
            {
                Show(form);
            }
        }

        Show(await chat.WaitAsync("ana", AnasChat, "the line that does the same", m => m.Says($"The same in one line: new trunk name={Trunk} site=denver") && !m.Says("dublin"), Soon, cancellationToken));
    }

    /// <returns>The change's id, such as CHG-1.</returns>
    private async Task<string> SubmitAsync(CancellationToken cancellationToken)
    {
        var plan = await chat.WaitAsync("ana", AnasChat, "the plan", m => m.Button("submit") is not null, Soon, cancellationToken);
        Show(plan);
        var change = plan.Button("submit")!.Data["change"]!.ToString();
        transcript.Does("Ana", $"presses \"{plan.Button("submit")!.Title}\"");
        await ToldAsync("Ana", AnasChat, plan, "submit", null, null, cancellationToken);
        return change;
    }

    private async Task ApproveAsync(string change, CancellationToken cancellationToken)
    {
        var request = await RequestAsync(change, cancellationToken);
        transcript.Bot("the approvals channel", request.Lines);

        transcript.Does("Ana", "presses \"Approve\" on her own request");
        await ToldAsync("Ana", Approvals, request, "approve", null, "approver-is-requester", cancellationToken);
        if ((await RequestAsync(change, cancellationToken)).Id != request.Id)
        {
            throw new ScriptException("the requester's own press on Approve took the request away");
        }

        transcript.Does("Ben", "presses \"Approve\"");
        await ToldAsync("Ben", Approvals, request, "approve", null, null, cancellationToken);
        await HearTheDecisionAsync($"Ben Okafor approved {change}", request, cancellationToken);

        transcript.Does("Dana", "presses \"Approve\" too, a moment later, on the card as she still sees it");
        var told = await ToldAsync("Dana", Approvals, request, "approve", null, "already-decided", cancellationToken);
        if (!told.Contains("Ben Okafor", StringComparison.Ordinal))
        {
            throw new ScriptException($"Dana came second and was not told who was first, but: {told}");
        }
    }

    /// <summary>Watches the one card until the change ends, and has the manual steps done on the way.</summary>
    private async Task SeeThroughAsync(string change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var card = await chat.WaitAsync(
                "ana",
                AnasChat,
                "the change to go on",
                m => m.Says($"{change}:") && (HandWork(m) is { } step && !_seenHandWork.Contains(step) || Ended(m)),
                Long,
                cancellationToken);
            Show(card);
            if (Ended(card))
            {
                if (!card.Lines.Any(l => l.StartsWith("Done.", StringComparison.Ordinal)))
                {
                    throw new ScriptException($"{change} did not end as Done: {string.Join(" | ", card.Lines)}");
                }

                return;
            }

            _seenHandWork.Add(HandWork(card)!);
            transcript.Does("The switch engineer", await engineer.WorkAsync(card.Lines, cancellationToken));
            transcript.Does("Ana", "presses \"Done\"");
            await ToldAsync("Ana", AnasChat, card, "done-step", null, null, cancellationToken);
        }
    }

    private async Task LookAtTheTrunkAsync(CancellationToken cancellationToken)
    {
        await AskAsync("list", "the list", m => m.Says("1 trunk under management") && m.Says(Trunk), cancellationToken);
        await AskAsync($"status {Trunk}", "the status", m => m.Says($"{Trunk} at ") && m.Says("Edges (OPTIONS)"), cancellationToken);
        await AskAsync($"diagnose {Trunk}", "the diagnosis", m => m.Says($"{Trunk} at ") && m.Says("ruled out") && m.Says("Finished."), cancellationToken);
        var call = await AskAsync($"test {Trunk}", "the test call", m => m.Says("Own signal heard back"), cancellationToken);
        if (!call.Lines.Any(l => l.StartsWith("Passed.", StringComparison.Ordinal)))
        {
            throw new ScriptException("the test call that was asked for did not pass");
        }
    }

    private async Task AskAgainAsync(CancellationToken cancellationToken)
    {
        await AskAsync($"new trunk name={Trunk} site=denver", "that nothing is to be done", m => m.Says("nothing would be changed"), cancellationToken);
        await AskAsync("status", "the status of all", m => m.Says("Status of all trunks") && m.Says($"{Trunk}:"), cancellationToken);
    }

    private Task<SeenMessage> RequestAsync(string change, CancellationToken cancellationToken) =>
        chat.WaitAsync("ben", Approvals, $"the request for approval of {change}", m => m.Button("approve")?.Data["change"]?.ToString() == change, Soon, cancellationToken);

    /// <summary>The approvals channel's own card tells it, and has no button left that decides.</summary>
    private async Task HearTheDecisionAsync(string sentence, SeenMessage request, CancellationToken cancellationToken)
    {
        var card = await chat.WaitAsync("ben", Approvals, $"the card to say: {sentence}", m => m.Id == request.Id && m.Says(sentence) && m.Button("approve") is null, Soon, cancellationToken);
        transcript.Bot("the approvals channel, in the place of the request", card.Lines.Where(l => l.Contains(sentence, StringComparison.Ordinal)).Take(1).ToList());
    }

    /// <summary>Somebody presses a button and is told what came of it.</summary>
    /// <param name="code">The refusal that must come; null when the press must have its effect.</param>
    private async Task<string> ToldAsync(
        string person, string conversation, SeenMessage message, string verb, IReadOnlyDictionary<string, string>? typed, string? code, CancellationToken cancellationToken)
    {
        var user = person.ToLowerInvariant();
        var before = await NewestRevisionAsync(user, conversation, cancellationToken);
        var told = await chat.PressAsync(user, conversation, message, verb, typed, cancellationToken) ?? "";
        var refusals = (await chat.ReadAsync(user, conversation, cancellationToken)).Where(m => m.IsPrivate && m.Revision > before && m.Code is not null).ToList();
        var seen = refusals.LastOrDefault(m => m.Text == told)?.Code;
        transcript.Bot($"{person} alone", [seen is null ? told : $"{told} ({seen})"]);
        return seen == code ? told
            : throw new ScriptException($"{person}'s press on \"{verb}\" {(code is null ? "was to have its effect" : $"was to be refused as {code}")}, and {(seen is null ? "was not refused" : $"was refused as {seen}")}: {told}");
    }

    private static string? HandWork(SeenMessage message) => message.Button("done-step")?.Data["step"]?.ToString();

    /// <summary>The plan's card tells the end too, and may do so first; the result is on the card that shows the progress.</summary>
    private static bool Ended(SeenMessage message) =>
        message.Lines.Contains("Progress") && message.Lines.Any(l => l.StartsWith("Done.", StringComparison.Ordinal)
            || l.StartsWith("Failed.", StringComparison.Ordinal)
            || l.StartsWith("Stuck", StringComparison.Ordinal)
            || l.StartsWith("Undone.", StringComparison.Ordinal));

    /// <summary>Ana writes something and waits for what comes after it.</summary>
    private async Task<SeenMessage> AskAsync(string text, string what, Func<SeenMessage, bool> wanted, CancellationToken cancellationToken)
    {
        var before = await NewestRevisionAsync("ana", AnasChat, cancellationToken);
        transcript.Says("Ana", text);
        await chat.SayAsync("ana", AnasChat, text, cancellationToken);
        var heard = await chat.WaitAsync("ana", AnasChat, what, m => m.Revision > before && wanted(m), Soon, cancellationToken);
        Show(heard);
        return heard;
    }

    private async Task<long> NewestRevisionAsync(string user, string conversation, CancellationToken cancellationToken) =>
        (await chat.ReadAsync(user, conversation, cancellationToken)).Select(m => m.Revision).DefaultIfEmpty().Max();

    private void Show(SeenMessage message) => transcript.Bot("Ana", message.Lines);
}
