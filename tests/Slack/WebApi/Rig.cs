using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.WebApi;

/// <summary>The room beside a simulated Slack, with a clock that a test turns and a log that it reads.</summary>
internal sealed class Rig : IAsyncDisposable
{
    public const string BotToken = "xoxb-fixed";

    private readonly ServiceProvider services;

    private Rig(SimulatedWebApi slack, Dictionary<string, string?> settings, Action<IServiceCollection>? configure)
    {
        Slack = slack;
        settings["Slack:ApiUrl"] = slack.Url;
        var collection = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IInstallStore>(Store)
            .AddSingleton<IBlockKitRenderer>(Cards)
            .AddLogging(logging => logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSlack()
            .AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        configure?.Invoke(collection);
        services = collection.BuildServiceProvider();
    }

    public SimulatedWebApi Slack { get; }

    public TurnedTime Time { get; } = new(new DateTimeOffset(2026, 11, 25, 20, 0, 0, TimeSpan.Zero));

    public MemoryInstalls Store { get; } = new();

    public TestBlocks Cards { get; } = new();

    public Lines Log { get; } = new();

    public ISlackApi Api => Get<ISlackApi>();

    public IChannel Channel => services.GetServices<IChannel>().Single(c => c.Serves("slack"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>With the token of the settings.</summary>
    public static Task<Rig> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync([("Slack:BotToken", BotToken), .. settings], null);

    /// <summary>Installed by OAuth.</summary>
    public static Task<Rig> StartForOAuthAsync(Action<IServiceCollection>? configure = null) => StartAsync(
        [
            ("Slack:ClientId", "client-1"), ("Slack:ClientSecret", "hush-hush"), ("Slack:PublicUrl", "https://bot.example.com"),
            ("Slack:AllowedWorkspaces:0", "T1"), ("Slack:AllowedWorkspaces:1", "E1"),
        ],
        configure);

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public Task<JsonObject> PostAsync(string channel = "C1") => Api.CallAsync("chat.postMessage", new() { ["channel"] = channel, ["text"] = "hello" }, "T1", Ct);

    public static ConversationReference Where(string id = "T1/C1", bool isGroup = true) => new("slack", "", id, "U0BOT", isGroup);

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Slack.DisposeAsync();
    }

    private static async Task<Rig> StartAsync((string Key, string Value)[] settings, Action<IServiceCollection>? configure) =>
        new(await SimulatedWebApi.StartAsync(), settings.ToDictionary(s => s.Key, s => (string?)s.Value), configure);
}

/// <summary>A clock that a test turns, and that says who waits for how long.</summary>
internal sealed class TurnedTime(DateTimeOffset start) : FakeTimeProvider(start)
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

    /// <summary>Waits until somebody waits for a time like that, and lets it pass; says how long it was.</summary>
    public async Task<TimeSpan> PassAsync(Func<TimeSpan, bool> which)
    {
        while (true)
        {
            var wait = await waits.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            if (which(wait))
            {
                Advance(wait);
                return wait;
            }
        }
    }
}

/// <summary>Keeps the sealed bytes in memory.</summary>
internal sealed class MemoryInstalls : IInstallStore
{
    public ConcurrentDictionary<string, byte[]> Rows { get; } = new();

    /// <summary>Runs before each guarded write: what somebody else does at that moment.</summary>
    public Func<Task> BeforeReplace { get; set; } = () => Task.CompletedTask;

    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult(Rows.GetValueOrDefault(key));

    public Task SaveAsync(string key, byte[] content, CancellationToken cancellationToken)
    {
        Rows[key] = content;
        return Task.CompletedTask;
    }

    public async Task<bool> TryReplaceAsync(string key, byte[] standing, byte[] content, CancellationToken cancellationToken)
    {
        await BeforeReplace();
        return Rows.TryGetValue(key, out var now) && now.AsSpan().SequenceEqual(standing) && Rows.TryUpdate(key, content, now);
    }

    public Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        Rows.TryRemove(key, out _);
        return Task.CompletedTask;
    }
}

/// <summary>The card <c>blocks</c> is its data's array of blocks; any other a section with its name and a button.</summary>
internal sealed class TestBlocks : IBlockKitRenderer
{
    public JsonArray Render(CardContent card) => card.Name == "blocks"
        ? (JsonArray)card.Data["blocks"]!.DeepClone()
        : (JsonArray)JsonNode.Parse($$"""
            [ { "type": "header", "text": { "type": "plain_text", "text": "{{card.Name}}" } },
              { "type": "actions", "elements": [ { "type": "button", "action_id": "approve", "text": { "type": "plain_text", "text": "Approve" }, "value": "{}" } ] } ]
            """)!;
}

/// <summary>Every line that anything logs, at every level.</summary>
internal sealed class Lines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> all = new();

    public string Text => string.Join('\n', all);

    public ILogger CreateLogger(string categoryName) => new Logger(all);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");
    }
}
