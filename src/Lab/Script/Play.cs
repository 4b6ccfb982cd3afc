namespace TrunkBot.Lab.Script;

/// <summary>
/// The conversation of the demo: Ana asks for a trunk and may not approve it herself, Ben approves, Chris sees the manual steps
/// through, Ana asks for the status, and the same request again changes nothing.
/// </summary>
internal sealed class Play(ChatClient chat, SwitchEngineer engineer, Transcript transcript)
{
    private const string Trunk = "acme-east";
    private const string AnasChat = "personal-ana";
    private const string Approvals = "approvals";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>Provisioning with its test call.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    private readonly HashSet<string> _seenHandWork = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Reading a conversation for the first time lets the bot know that it exists.
        await chat.ReadAsync("ana", AnasChat, cancellationToken);
        await chat.ReadAsync("ben", Approvals, cancellationToken);

        await SayAsync("help", cancellationToken);
        Show(await chat.WaitAsync("ana", AnasChat, "the help", m => m.Says("new trunk"), Soon, cancellationToken));

        await FillFormAsync(cancellationToken);
        var change = await SubmitAsync(cancellationToken);
        await ApproveAsync(change, cancellationToken);
        await SeeThroughAsync(change, cancellationToken);

        await SayAsync($"status {Trunk}", cancellationToken);
        Show(await chat.WaitAsync("ana", AnasChat, "the status", m => m.Says($"Status of {Trunk}") && !m.Says("Asking every system"), Soon, cancellationToken));

        await SayAsync($"new trunk name={Trunk} site=denver", cancellationToken);
        Show(await chat.WaitAsync("ana", AnasChat, "that nothing is to be done", m => m.Says("nothing would be changed"), Soon, cancellationToken));
    }

    /// <summary>The form's three steps: the name is typed, all else is the site's default.</summary>
    private async Task FillFormAsync(CancellationToken cancellationToken)
    {
        await SayAsync("new trunk", cancellationToken);
        var form = await chat.WaitAsync("ana", AnasChat, "the form", m => m.Button("form-next") is not null, Soon, cancellationToken);
        Show(form);
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
    }

    /// <returns>The change's id, such as CHG-1.</returns>
    private async Task<string> SubmitAsync(CancellationToken cancellationToken)
    {
        var plan = await chat.WaitAsync("ana", AnasChat, "the plan", m => m.Button("submit") is not null, Soon, cancellationToken);
        Show(plan);
        var change = plan.Button("submit")!.Data["change"]!.ToString();
        transcript.Does("Ana", $"presses \"{plan.Button("submit")!.Title}\"");
        transcript.Bot("Ana alone", [await chat.PressAsync("ana", AnasChat, plan, "submit", null, cancellationToken) ?? ""]);
        return change;
    }

    private async Task ApproveAsync(string change, CancellationToken cancellationToken)
    {
        var request = await chat.WaitAsync("ben", Approvals, "the request for approval", m => m.Button("approve")?.Data["change"]?.ToString() == change, Soon, cancellationToken);
        transcript.Bot("the approvals channel", request.Lines);

        transcript.Does("Ana", "presses \"Approve\" on her own request");
        var refusal = await chat.PressAsync("ana", Approvals, request, "approve", null, cancellationToken);
        transcript.Bot("Ana alone", [refusal ?? ""]);
        var after = (await chat.ReadAsync("ben", Approvals, cancellationToken)).Single(m => m.Id == request.Id);
        if (after.Button("approve") is null)
        {
            throw new ScriptException("the requester's own press on Approve closed the request");
        }

        transcript.Does("Ben", "presses \"Approve\"");
        transcript.Bot("Ben alone", [await chat.PressAsync("ben", Approvals, request, "approve", null, cancellationToken) ?? ""]);
        transcript.Does("Dana", "presses \"Approve\" too, a moment later, on the card as she still sees it");
        transcript.Bot("Dana alone", [await chat.PressAsync("dana", Approvals, request, "approve", null, cancellationToken) ?? ""]);
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
            if (Ended(card))
            {
                Show(card);
                return;
            }

            Show(card);
            _seenHandWork.Add(HandWork(card)!);
            transcript.Does("The switch engineer", await engineer.WorkAsync(card.Lines, cancellationToken));
            transcript.Does("Ana", "presses \"Done\"");
            transcript.Bot("Ana alone", [await chat.PressAsync("ana", AnasChat, card, "done-step", null, cancellationToken) ?? ""]);
        }
    }

    private static string? HandWork(SeenMessage message) => message.Button("done-step")?.Data["step"]?.ToString();

    /// <summary>The plan's card tells the end too, and may do so first; the result is on the card that shows the progress.</summary>
    private static bool Ended(SeenMessage message) =>
        message.Lines.Contains("Progress") && message.Lines.Any(l => l.StartsWith("Done.", StringComparison.Ordinal)
            || l.StartsWith("Failed.", StringComparison.Ordinal)
            || l.StartsWith("Stuck", StringComparison.Ordinal)
            || l.StartsWith("Undone.", StringComparison.Ordinal));

    private async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        transcript.Says("Ana", text);
        await chat.SayAsync("ana", AnasChat, text, cancellationToken);
    }

    private void Show(SeenMessage message) => transcript.Bot("Ana", message.Lines);
}
