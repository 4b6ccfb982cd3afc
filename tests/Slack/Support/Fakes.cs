using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.Support;

/// <summary>Keeps the turns that arrive and answers as a test says.</summary>
internal sealed class TestCore : ITurnIntake
{
    public ConcurrentQueue<Turn> Accepted { get; } = new();

    public ConcurrentQueue<Turn> Invoked { get; } = new();

    public Func<Turn, Task<TurnOutcome>> Answer { get; set; } = _ => Task.FromResult(TurnOutcome.Nothing);

    public Func<Turn, Task> Store { get; set; } = _ => Task.CompletedTask;

    public async Task AcceptAsync(Turn turn, CancellationToken cancellationToken)
    {
        await Store(turn);
        Accepted.Enqueue(turn);
    }

    public Task<TurnOutcome> InvokeAsync(Turn turn, CancellationToken cancellationToken)
    {
        Invoked.Enqueue(turn);
        return Answer(turn);
    }
}

/// <summary>One call of the Web API.</summary>
internal sealed record ApiCall(string Method, JsonObject Arguments, string Workspace);

/// <summary>A Web API that keeps what it is asked and answers as a test says.</summary>
internal sealed class TestApi : ISlackApi
{
    private readonly Channel<ApiCall> calls = Channel.CreateUnbounded<ApiCall>();

    public ConcurrentQueue<ApiCall> Calls { get; } = new();

    public ConcurrentDictionary<string, Func<JsonObject, Task<JsonObject>>> Answers { get; } = new();

    public async Task<JsonObject> CallAsync(string method, JsonObject arguments, string workspace, CancellationToken cancellationToken)
    {
        var call = new ApiCall(method, arguments.DeepClone().AsObject(), workspace);
        Calls.Enqueue(call);
        calls.Writer.TryWrite(call);
        return Answers.TryGetValue(method, out var answer) ? await answer(arguments) : Default(method);
    }

    /// <summary>Waits for the next call of that method.</summary>
    public async Task<ApiCall> NextAsync(string method)
    {
        while (true)
        {
            var call = await calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));
            if (call.Method == method)
            {
                return call;
            }
        }
    }

    private static JsonObject Default(string method) => method switch
    {
        "views.open" or "views.update" or "views.push" => new() { ["ok"] = true, ["view"] = new JsonObject { ["id"] = "V1", ["hash"] = "h2" } },
        "conversations.open" => new() { ["ok"] = true, ["channel"] = new JsonObject { ["id"] = "D1" } },
        "users.info" => new() { ["ok"] = true, ["user"] = new JsonObject { ["real_name"] = "Ana Ortiz" } },
        "auth.test" => new() { ["ok"] = true, ["user_id"] = "U0BOT" },
        _ => new() { ["ok"] = true },
    };
}

/// <summary>Keeps what is said to one person alone.</summary>
internal sealed class TestChannel : IChannel
{
    private readonly Channel<(string Conversation, string To, string Text)> told = Channel.CreateUnbounded<(string, string, string)>();

    public ChannelCapabilities Capabilities => ChannelCapabilities.None;

    public bool Serves(string channel) => channel == "slack";

    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId) => conversation;

    public ConversationReference WithoutThread(ConversationReference conversation) => conversation;

    public Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken) => Task.FromResult("1.1");

    public Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken)
    {
        told.Writer.TryWrite((conversation.ConversationId, to.Id, text));
        return Task.CompletedTask;
    }

    public async Task<(string Conversation, string To, string Text)> NextToldAsync() =>
        await told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));
}

internal sealed class TestInstalls : IInstallEvents
{
    private readonly Channel<string> ended = Channel.CreateUnbounded<string>();

    /// <summary>What each removal waits for before it is done.</summary>
    public Func<Task> Asking { get; set; } = () => Task.CompletedTask;

    public bool HasEnded => ended.Reader.TryPeek(out _);

    public Task<string> NextAsync() => ended.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));

    public async Task RemovedAsync(string workspace, CancellationToken cancellationToken)
    {
        await Asking();
        ended.Writer.TryWrite(workspace);
    }
}

internal sealed class TestBackground : IBackgroundWork
{
    public void Run(string what, Func<CancellationToken, Task> work) => _ = Task.Run(() => work(CancellationToken.None));
}

internal sealed class TestBoard : IHomeBoard
{
    public async Task DrawAsync(ChannelUser user, Func<CardContent, Task> show, CancellationToken cancellationToken)
    {
        await show(new CardContent("home", new JsonObject { ["who"] = user.Id, ["at"] = "once" }));
        await show(new CardContent("home", new JsonObject { ["who"] = user.Id, ["at"] = "asked" }));
    }
}

/// <summary>A form card as the shipped faces have it; of every other card its name and data.</summary>
internal sealed class TestBlocks : IBlockKitRenderer
{
    public JsonArray Render(CardContent card) => card.Name == "form"
        ? new JsonArray(
        [
            .. card.Data["fields"]!.AsArray().Select(f => JsonNode.Parse($$"""
                { "type": "input", "block_id": "{{f}}", "label": { "type": "plain_text", "text": "{{f}}" }, "element": { "type": "plain_text_input", "action_id": "{{f}}" } }
                """)),
            JsonNode.Parse($$"""
                { "type": "actions", "block_id": "form-buttons", "elements": [
                  { "type": "button", "action_id": "form-next", "text": { "type": "plain_text", "text": "Next" }, "value": "{\"step\":\"{{card.Data["step"]}}\"}", "style": "primary" },
                  { "type": "button", "action_id": "form-back", "text": { "type": "plain_text", "text": "Back" }, "value": "{\"step\":\"{{card.Data["step"]}}\"}" },
                  { "type": "button", "action_id": "form-cancel", "text": { "type": "plain_text", "text": "Cancel" }, "value": "{\"step\":\"{{card.Data["step"]}}\"}" } ] }
                """),
        ])
        : [new JsonObject { ["type"] = "section", ["block_id"] = card.Name, ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = card.Data.ToJsonString() } }];

    public static FormContent Form(string title, int step, string[] fields, params (string Field, string Error)[] errors) => new(
        title,
        new CardContent("form", new JsonObject { ["step"] = $"{step}", ["fields"] = new JsonArray([.. fields.Select(f => (JsonNode)f)]) }),
        errors.ToDictionary(e => e.Field, e => e.Error));
}

/// <summary>A clock that a test turns, and that says when somebody begins to wait.</summary>
internal sealed class SignallingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Waits until somebody waits for each of these, in any order.</summary>
    public async Task WaitForPausesAsync(params TimeSpan[] pauses)
    {
        var left = pauses.ToList();
        while (left.Count > 0)
        {
            left.Remove(await waits.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90)));
        }
    }

    /// <summary>Waits until somebody waits for so long, and lets that time pass.</summary>
    public async Task PassPausesOfAsync(TimeSpan least, TimeSpan most)
    {
        TimeSpan pause;
        do
        {
            pause = await waits.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));
        }
        while (pause < least || pause > most);
        Advance(pause);
    }

    /// <summary>Waits until somebody waits for that long, and lets it pass.</summary>
    public async Task PassPauseAsync(TimeSpan pause)
    {
        await WaitForPausesAsync(pause);
        Advance(pause);
    }
}
