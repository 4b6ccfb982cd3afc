using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Changes;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Diagnostics.Routes;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests;

/// <summary>The bot with everything around it faked: two people, a chat and the approvals channel, changes in memory.</summary>
internal sealed class TestEnvironment : IDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    public static readonly Actor Ana = new("ana", "Ana Ortiz");
    public static readonly Actor Ben = new("ben", "Ben Baker");
    public static readonly Actor Dana = new("dana", "Dana Diaz");
    public static readonly ConversationReference Chat = new("webchat", "", "ana", "bot", false);
    public static readonly ConversationReference Approvals = new("webchat", "", "approvals", "bot", true);

    // Read and expanded once for all tests.
    private static readonly CardTemplates Templates = new(Path.Combine(FindRoot(), "cards"));

    private readonly ServiceProvider services;
    private int turns;

    private TestEnvironment(string[] sites)
    {
        Site = SiteProfileReader.Read(File.ReadAllText(Path.Combine(Root, "src/Lab/Site/denver.json")), "denver.json");
        Sites = new FakeSites([.. sites.Select(name => Site with { Name = name })]);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>(SamplePeople.Settings) { ["Chat:CardsDirectory"] = Path.Combine(Root, "cards") }).Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IChannel>(Channel)
            .AddSingleton<IBackgroundWork>(Background)
            .AddSingleton<IDialogStore>(Stores)
            .AddSingleton<ICardStore>(Stores)
            .AddSingleton<IConversationStore>(Stores)
            .AddSingleton<IPeopleStore>(People)
            .AddSingleton<ISignIn>(SignIn)
            .AddSingleton<ITrunkStore>(Stores)
            .AddSingleton<IPlaceStore>(OnCall)
            .AddSingleton<INoticeStore>(OnCall)
            .AddSingleton<IAlertStore>(OnCall)
            .AddSingleton<ISilenceStore>(OnCall)
            .AddSingleton<IAlertBell>(Bell = new FakeBell(Background))
            .AddSingleton<ISites>(Sites)
            .AddSingleton<IChangeService>(Changes)
            .AddSingleton<IChangeStore>(Changes)
            .AddSingleton<IJournal>(Changes)
            .AddSingleton<IAuditTrail>(Changes).AddSingleton<IAuditChain>(Chain = new FakeChain(Changes))
            .AddSingleton<ITrunkProbe>(Probe)
            .AddSingleton<IHealthHistory>(History)
            .AddSingleton<ITestSchedules>(Schedules).AddSingleton<IInsightsSearches>(Searches)
            .AddSingleton<IRoutePreview>(Routes).AddSingleton<ICallInsights>(Insights).AddSingleton(new InsightsOptions { Enabled = false })
            .AddSingleton<IStatusReader>(Perimeta)
            .AddSingleton<ISecrets>(new NoSecrets())
            .AddSingleton<INetworkSystem>(Twilio).AddSingleton<INetworkSystem>(Sbc)
            .AddSingleton<ITrunkInventory>(Twilio).AddSingleton<ITrunkInventory>(Sbc)
            .AddSingleton<IFleetStore>(new FakeFleets()).AddSingleton<Drafts>().AddSingleton<Fleets>()
            .AddSingleton<Planner>().AddSingleton<Redactor>().AddSingleton<Adoption>().AddSingleton<Drift>()
            .AddSingleton<IElementLocks>(Locks).AddSingleton<PolicyExplanation>()
            .AddDiagnostics(configuration)
            .AddChat(configuration)
            .AddSingleton(Templates)
            .BuildServiceProvider(validateScopes: true);
        Cards = services.GetRequiredService<CardTemplates>();
        Stores.VersionOf = Changes.VersionOf;
        Bell.Desk = services.GetRequiredService<IAlertDesk>();
        Changes.Observe = async c =>
        {
            foreach (var observer in services.GetServices<IChangeObserver>())
            {
                await observer.ChangedAsync(c, CancellationToken.None);
            }
        };
    }

    public static string Root { get; } = FindRoot();

    public static TestCall GoodCall { get; } = new()
    {
        To = "16504894546",
        StartedAt = Noon,
        Outcome = CallOutcome.Answered,
        FinalStatus = 200,
        Reason = "OK",
        PostDialDelayMilliseconds = 412,
        Codec = "PCMU",
        PacketsSent = 500,
        PacketsReceived = 499,
        PacketsLost = 1,
        JitterMilliseconds = 2.5,
        HeardOwnSignalPercent = 96,
        Audio = AudioVerdict.TwoWay,
        HungUpBy = "us",
        Sentence = "Two-way audio: 96 % of our own signal came back.",
    };

    public FakeChain Chain { get; }

    public FakeTimeProvider Time { get; } = new(Noon);

    public FakeChannel Channel { get; } = new();

    public FakeBackground Background { get; } = new();

    public FakeStores Stores { get; } = new();

    public FakePeopleStore People { get; } = new();

    public FakeSignIn SignIn { get; } = new();

    public OnCallFakes OnCall { get; } = new();

    public FakeBell Bell { get; }

    public FakeChanges Changes { get; } = new();

    public FakeLocks Locks { get; } = new();

    public FakeProbe Probe { get; } = new();

    public FakeHistory History { get; } = new();

    public FakeSchedules Schedules { get; } = new();

    public FakeInsights Insights { get; } = new();

    public FakeSearches Searches { get; } = new();

    public FakeRoutes Routes { get; } = new();

    public FakeReader Perimeta { get; } = new("Perimeta") { Lines = [new(HealthState.Ok, "adjacency acme-east-us2", "active")] };

    public FakeInventory Twilio { get; } = new("twilio", "Twilio");

    public FakeInventory Sbc { get; } = new("perimeta", "Perimeta");

    public SiteProfile Site { get; }

    public FakeSites Sites { get; }

    public CardTemplates Cards { get; }

    public IServiceProvider Services => services;

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public IHomeBoard Home => services.GetRequiredService<IHomeBoard>();

    public static TestEnvironment Create() => new(["denver"]);

    /// <param name="sites">Sites that are like Denver but for the name.</param>
    public static TestEnvironment Create(params string[] sites) => new(sites);

    /// <summary>Ana writes something in her chat; the messages that came of it.</summary>
    public Task<IReadOnlyList<Shown>> SayAsync(string text) => SayAsync(text, Ana, Chat);

    public async Task<IReadOnlyList<Shown>> SayAsync(string text, Actor who, ConversationReference where)
    {
        var before = Channel.Messages.Count;
        await HandleAsync(new Turn { Id = $"t{++turns}", Kind = TurnKind.Text, From = UserOf(who), Where = where, Text = text, At = Time.GetUtcNow() });
        await SettleAsync();
        return [.. Channel.Messages.Skip(before)];
    }

    /// <summary>The only text that came of what Ana wrote.</summary>
    public async Task<string> ReplyToAsync(string text) => (await SayAsync(text)).Where(m => m.Message.Text is not null).Select(m => m.Message.Text!).Single();

    public Task<TurnOutcome> PressAsync(string verb, Actor who, ConversationReference where, params (string Key, string Value)[] data) =>
        PressAsync(verb, who, where, canShowForm: false, data);

    /// <summary>As platforms tell it, with the message whose button it is.</summary>
    public Task<TurnOutcome> PressOnAsync(string messageId, string verb, Actor who, ConversationReference where, params (string Key, string Value)[] data) =>
        PressAsync(verb, who, where, canShowForm: false, data, messageId);

    /// <summary>Ana presses the button of a card, with the data that it carries.</summary>
    public Task<TurnOutcome> PressAsync(Shown card, string verb)
    {
        var button = Buttons(Cards.Render(card.Message.Card!)).Single(b => b["verb"]?.GetValue<string>() == verb);
        return PressAsync(verb, Ana, Chat, [.. button["data"]!.AsObject().Select(d => (d.Key, d.Value!.GetValue<string>()))]);
    }

    /// <summary>The presser's client waits for a dialog.</summary>
    public Task<TurnOutcome> PressInDialogAsync(string verb, Actor who, ConversationReference where, params (string Key, string Value)[] data) =>
        PressAsync(verb, who, where, canShowForm: true, data);

    private async Task<TurnOutcome> PressAsync(string verb, Actor who, ConversationReference where, bool canShowForm, (string Key, string Value)[] data, string? messageId = null)
    {
        var outcome = await HandleAsync(new Turn
        {
            Id = $"t{++turns}",
            Kind = TurnKind.Action,
            From = UserOf(who),
            Where = where,
            Verb = verb,
            Data = data.ToDictionary(d => d.Key, d => d.Value),
            MessageId = messageId,
            CanShowForm = canShowForm,
            At = Time.GetUtcNow(),
        });
        await SettleAsync();
        return outcome;
    }

    /// <summary>The user of the web chat that the settings bind to an account; of one who has none, a stranger.</summary>
    public static ChannelUser UserOf(Actor who) => new($"webchat:{who.Id}", who.DisplayName);

    public Task<TurnOutcome> HandleAsync(Turn turn) => services.GetRequiredService<ITurnHandler>().HandleAsync(turn, CancellationToken.None);

    /// <summary>Lets background work run to its end; the clock moves on as long as something waits for it.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 100_000 && !Background.IsIdle; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Background.AllAsync();
    }

    /// <summary>The clock goes on by so many seconds, and background work with it.</summary>
    public async Task PassAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            for (var turn = 0; turn < 100; turn++)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>What the host asks for once a minute.</summary>
    public async Task CatchUpAsync()
    {
        await services.GetRequiredService<IChangeCards>().CatchUpAsync(CancellationToken.None);
        await SettleAsync();
    }

    /// <summary>A source says something of alerts; everything that comes of it is done when this returns, and the clock stands still meanwhile.</summary>
    public async Task<int> AlertAsync(params Alert[] alerts)
    {
        var news = await Bell.Desk!.TakeAsync(alerts, CancellationToken.None);
        await StandStillAsync();
        return news;
    }

    private async Task StandStillAsync()
    {
        while (!Background.IsIdle)
        {
            await Background.AllAsync();
        }
    }

    /// <summary>What the host does with alerts and notices once a minute.</summary>
    public async Task MinuteAsync()
    {
        await Bell.Desk!.CatchUpAsync(CancellationToken.None);
        await Followers.DeliverAsync(CancellationToken.None);
        await StandStillAsync();
    }

    public Followers Followers => services.GetRequiredService<Followers>();

    public HealthDesk Health => services.GetRequiredService<HealthDesk>();

    /// <summary>Makes the approvals channel known, as when the bot is added to it.</summary>
    public async Task<TestEnvironment> WithApprovalsAsync()
    {
        await Stores.SaveAsync(Approvals, CancellationToken.None);
        return this;
    }

    /// <summary>Puts a trunk under management.</summary>
    public ManagedTrunk AddTrunk(string line = "name=acme-east site=denver edges=umatilla")
    {
        var reading = IntentReader.Read(ParameterLine.Read(line).Values, Sites.Find);
        var trunk = new ManagedTrunk(reading.Intent!, reading.Values, "CHG-9", Noon.AddDays(-2));
        Stores.Trunks.Add(trunk);
        return trunk;
    }

    /// <summary>What a card says, one line for each block, buttons in brackets.</summary>
    public string TextOf(Shown shown) => TextOf(shown.Message);

    public string TextOf(Message message) => message.Card is null ? message.Text! : TextOf(Cards.Render(message.Card));

    /// <summary>The inputs of the newest form as they stand on it; empty when there is none.</summary>
    public Dictionary<string, string> InputsOfForm()
    {
        var form = Channel.Messages.LastOrDefault(m => m.Message.Card?.Name == "new-trunk-form");
        return form is null ? [] : Inputs(Cards.Render(form.Message.Card!)).ToDictionary(i => i["id"]!.GetValue<string>(), i => i["value"]!.GetValue<string>());
    }

    public static IEnumerable<JsonObject> Inputs(JsonNode? node) => node switch
    {
        JsonObject element when element["type"] is JsonValue type && type.ToString().StartsWith("Input.", StringComparison.Ordinal) => [element],
        JsonObject element => element.SelectMany(m => Inputs(m.Value)),
        JsonArray items => items.SelectMany(Inputs),
        _ => [],
    };

    private static IEnumerable<JsonObject> Buttons(JsonNode? node) => node switch
    {
        JsonObject element when element["type"] is JsonValue type && type.ToString() == "Action.Execute" => [element],
        JsonObject element => element.SelectMany(m => Buttons(m.Value)),
        JsonArray items => items.SelectMany(Buttons),
        _ => [],
    };

    public static string TextOf(JsonNode card)
    {
        var text = new StringBuilder();
        Walk(card, text);
        return text.ToString();
    }

    public void Dispose()
    {
        services.Dispose();
        Bell.Dispose();
        Background.Dispose();
    }

    private static void Walk(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    Walk(item, text);
                }

                break;
            case JsonObject element:
                switch (element["type"]?.GetValue<string>())
                {
                    case "TextBlock":
                        text.Append(element["text"]).Append('\n');
                        return;
                    case "RichTextBlock":
                        foreach (var run in element["inlines"]!.AsArray())
                        {
                            text.Append(run!["text"]);
                        }

                        text.Append('\n');
                        return;
                    case { } action when action.StartsWith("Action.", StringComparison.Ordinal):
                        text.Append($"[{element["title"]}]\n");
                        Walk(element["card"], text);
                        return;
                    case { } input when input.StartsWith("Input.", StringComparison.Ordinal):
                        text.Append($"{element["label"]} = {element["value"]}\n");
                        return;
                }

                foreach (var (_, value) in element)
                {
                    Walk(value, text);
                }

                break;
        }
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Bot.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("Bot.sln was not found above the tests");
        }

        return directory.FullName;
    }
}
