using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using TrunkBot.Lab;
using TrunkBot.Lab.Script;
using TrunkBot.Tests.Support;

namespace TrunkBot.EndToEnd.Tests.Support;

/// <summary>A lab that nobody has touched, with a bot of its own and the people who talk to it. One per test: what one test provisions must not meet another.</summary>
internal sealed class Testbed : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>A whole change with its test call, on a busy machine.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    private readonly string directory;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly IReadOnlyDictionary<string, string> settings;
    private BotProcess bot;

    private Testbed(string directory, LabHost lab, BotProcess bot, IReadOnlyDictionary<string, string> settings)
    {
        this.directory = directory;
        this.bot = bot;
        this.settings = settings;
        Lab = lab;
        Engineer = new SwitchEngineer(http, LabUrl);
    }

    public LabHost Lab { get; }

    /// <summary>Does the manual steps, on the lab's page.</summary>
    public SwitchEngineer Engineer { get; }

    public BotProcess Bot => bot;

    public Uri BotUrl => bot.Url;

    public Uri LabUrl => new($"http://127.0.0.1:{Lab.ControlPort}");

    public HttpClient Http => http;

    public ChatClient Chat => new(http, bot.Url, TimeProvider.System);

    /// <summary>The lab's data folder.</summary>
    public string LabData => Path.Combine(directory, "lab-data");

    /// <summary>What arrived at the lab's systems that was to change something.</summary>
    public Ledger Ledger() => TrunkBot.Tests.Support.Ledger.Read(Lab, LabData);

    /// <summary>What the SBC has on disk.</summary>
    public string SbcConfiguration => File.ReadAllText(Path.Combine(directory, "lab-data", "perimeta", "running.config"));

    /// <summary>Somebody edits the SBC by hand; its sessions and its calls take the file as it then is.</summary>
    public void EditSbc(Func<string, string> edit)
    {
        var file = Path.Combine(directory, "lab-data", "perimeta", "running.config");
        var before = File.ReadAllText(file);
        var after = edit(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(file, after);
    }

    /// <summary>Builds trunk acme-old in the lab with ssh and curl, as people would have (src/Lab/Brownfield).</summary>
    public async Task BuildByHandAsync()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "src", "Lab", "Brownfield", "build.sh"), "lab-data"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, port) in new[] { ("SSH_PORT", Lab.SshPort), ("METAVIEW_PORT", Lab.MetaViewPort), ("TWILIO_PORT", Lab.TwilioPort), ("CONTROL_PORT", Lab.ControlPort) })
        {
            start.Environment[name] = port.ToString(CultureInfo.InvariantCulture);
        }

        using var script = Process.Start(start)!;
        var said = script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var wrong = await script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, $"{await said}{wrong}");
    }

    /// <param name="editSite">Changes the lab's site profile before the bot reads it.</param>
    /// <param name="editLab">Changes how the lab is started.</param>
    /// <param name="ofAnotherChannel">Settings of the bot with which people speak to it somewhere else than in the web chat; null: there.</param>
    public static async Task<Testbed> StartAsync(
        Action<JsonObject>? editSite = null, IReadOnlyDictionary<string, string>? ofAnotherChannel = null, Func<LabOptions, LabOptions>? editLab = null)
    {
        var directory = Directory.CreateTempSubdirectory("trunkbot-e2e-").FullName;
        var lab = await LabHost.StartAsync((editLab ?? (options => options))(LabOptions.OnFreePorts(Path.Combine(directory, "lab-data"))));
        WriteSite(directory, lab, editSite);
        var settings = new Dictionary<string, string>(ofAnotherChannel ?? new Dictionary<string, string>()) { ["SecretsFile"] = "lab-data/secrets.json" };
        var testbed = new Testbed(directory, lab, await BotProcess.StartAsync(directory, settings), settings);
        if (ofAnotherChannel is null)
        {
            await testbed.OpenChatsAsync();
        }

        return testbed;
    }

    /// <summary>The program with a command, beside the bot that runs.</summary>
    public Task<(int Exit, string Output, string Said)> CommandAsync(params string[] command) => BotProcess.CommandAsync(directory, settings, command);

    /// <summary>A new process on the old data, after the old one was ended.</summary>
    /// <param name="more">Settings of this process alone.</param>
    public async Task StartBotAgainAsync(params (string Name, string Value)[] more)
    {
        await bot.DisposeAsync();
        bot = await BotProcess.StartAsync(directory, settings.Concat(more.Select(m => KeyValuePair.Create(m.Name, m.Value))).ToDictionary());
        await OpenChatsAsync();
    }

    /// <summary>The same, but nothing is waited for; more settings are for this process alone.</summary>
    public async Task LaunchBotAgainAsync(IReadOnlyDictionary<string, string> more)
    {
        await bot.DisposeAsync();
        bot = BotProcess.Launch(directory, settings.Concat(more).ToDictionary());
    }

    /// <summary>Has the store of a dead bot take the cards of a change for out of date.</summary>
    public async Task ForgetCardsAsync(string change)
    {
        await using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabasePath, Pooling = false }.ToString());
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "UPDATE cards SET Shows = 0 WHERE Subject = $subject";
        command.Parameters.AddWithValue("$subject", $"change:{change}");
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
    }

    /// <summary>The bot's database; to be read between two lives of the bot.</summary>
    public string DatabasePath => Path.Combine(directory, "data", "trunkbot.db");

    /// <summary>Copies the bot's database while it runs, as docs/operations.md says.</summary>
    public async Task BackUpAsync(string name)
    {
        await using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabasePath, Pooling = false }.ToString());
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "VACUUM INTO $file";
        command.Parameters.AddWithValue("$file", Path.Combine(directory, name));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops the bot, puts a copy in the place of its database, and starts a new process, as docs/operations.md says.</summary>
    public async Task RestoreAsync(string name)
    {
        Assert.Equal(0, await bot.StopAsync());
        File.Copy(Path.Combine(directory, name), DatabasePath, overwrite: true);
        File.Delete(DatabasePath + "-wal");
        File.Delete(DatabasePath + "-shm");
        await StartBotAgainAsync();
    }

    /// <summary>Somebody's private chat.</summary>
    public static string ChatOf(string person) => $"personal-{person}";

    public Task SayAsync(string person, string text) => Chat.SayAsync(person, ChatOf(person), text, TestContext.Current.CancellationToken);

    /// <summary>Waits until the bot has said so in somebody's private chat.</summary>
    public Task<SeenMessage> HearAsync(string person, string what, Func<SeenMessage, bool> wanted, TimeSpan? limit = null) =>
        Chat.WaitAsync(person, ChatOf(person), what, wanted, limit ?? Soon, TestContext.Current.CancellationToken);

    public Task<string?> PressAsync(string person, string conversation, SeenMessage message, string verb, IReadOnlyDictionary<string, string>? typed = null) =>
        Chat.PressAsync(person, conversation, message, verb, typed, TestContext.Current.CancellationToken);

    /// <summary>Ana asks in one line and submits; the request as it stands in the approvals channel.</summary>
    /// <param name="line">null: the plan is made already, by a button.</param>
    public async Task<(string Change, SeenMessage Request)> RequestAsync(string? line)
    {
        if (line is not null)
        {
            await SayAsync("ana", line);
        }

        var plan = await HearAsync("ana", "a plan that can be submitted", m => m.Button("submit") is not null);
        var change = plan.Button("submit")!.Data["change"]!.ToString();
        await PressAsync("ana", ChatOf("ana"), plan, "submit");
        var request = await Chat.WaitAsync(
            "ben", "approvals", "the request", m => m.Button("approve")?.Data["change"]?.ToString() == change, Soon, TestContext.Current.CancellationToken);
        return (change, request);
    }

    /// <summary>Ana asks, Ben approves.</summary>
    public async Task<string> ApprovedAsync(string? line)
    {
        var (change, request) = await RequestAsync(line);
        await PressAsync("ben", "approvals", request, "approve");
        return change;
    }

    /// <summary>Ana asks, Ben approves, manual steps are done, and it ends well.</summary>
    /// <inheritdoc cref="RequestAsync"/>
    public async Task<SeenMessage> ThroughAsync(string? line)
    {
        var end = await SeeThroughAsync(await ApprovedAsync(line), "Done", "Failed");
        Assert.True(IsAt(end, "Done"), $"{line}\n{string.Join('\n', end.Lines)}");
        return end;
    }

    /// <summary>The card of the change in Ana's chat, once it is at its end; manual steps are done on the way.</summary>
    public Task<SeenMessage> SeeThroughAsync(string change, params string[] ends) => SeeThroughAsync(change, isDone: false, ends);

    /// <param name="isDone">The manual steps are done already, and only said to be.</param>
    /// <inheritdoc cref="SeeThroughAsync(string, string[])"/>
    public async Task<SeenMessage> SeeThroughAsync(string change, bool isDone, params string[] ends)
    {
        var seen = new HashSet<string>();
        while (true)
        {
            var card = await HearAsync(
                "ana",
                $"{change} to go on",
                m => m.Lines.Contains("Progress") && m.Says($"{change}:") && (ManualStepOf(m) is { } step && !seen.Contains(step) || IsAt(m, ends)),
                Long);
            if (IsAt(card, ends))
            {
                return card;
            }

            seen.Add(ManualStepOf(card)!);
            if (!isDone)
            {
                await Engineer.WorkAsync(card.Lines, TestContext.Current.CancellationToken);
            }

            await PressAsync("ana", ChatOf("ana"), card, "done-step");
        }
    }

    /// <summary>The card of the change in Ana's chat, once it is at one of these states; nobody does a manual step.</summary>
    public Task<SeenMessage> ReachAsync(string change, params string[] states) =>
        HearAsync("ana", $"{change} to be {string.Join(" or ", states)}", m => m.Lines.Contains("Progress") && m.Says($"{change}:") && IsAt(m, states), Long);

    /// <summary>The change is in that state: the state stands at the beginning of the card's second line.</summary>
    public static bool IsAt(SeenMessage card, params string[] states) => card.Lines.Any(l => states.Any(s => l.StartsWith(s + ".", StringComparison.Ordinal) || l.StartsWith(s + ":", StringComparison.Ordinal)));

    public static string? ManualStepOf(SeenMessage card) => card.Button("done-step")?.Data["step"]?.ToString();

    public async Task<JsonElement> LabStateAsync() => await http.GetFromJsonAsync<JsonElement>(new Uri(LabUrl, "/api/state"));

    /// <summary>Everything of the switch but its counters, which never go back.</summary>
    public async Task<string> CfsAsync() => JsonSerializer.Serialize((await LabStateAsync()).GetProperty("cfs"));

    /// <summary>Every line that the SBC took in a configuration mode, in order.</summary>
    public async Task<IReadOnlyList<string>> ConfigurationLinesAsync()
    {
        var log = await http.GetFromJsonAsync<JsonElement>(new Uri(LabUrl, "/api/perimeta/session-log"));
        return [.. log.EnumerateArray().Where(e => e.GetProperty("mode").GetString()!.StartsWith("config", StringComparison.Ordinal)).Select(e => e.GetProperty("line").GetString()!)];
    }

    /// <summary>Every request that was to change something at Twilio: verb and path.</summary>
    public async Task<IReadOnlyList<string>> TwilioWritesAsync()
    {
        var requests = await http.GetFromJsonAsync<JsonElement>(new Uri($"http://127.0.0.1:{Lab.TwilioPort}/lab/requests"));
        return [.. requests.EnumerateArray().Where(r => r.GetProperty("method").GetString() != "GET").Select(r => $"{r.GetProperty("method").GetString()} {r.GetProperty("path").GetString()}")];
    }

    /// <summary>Switches on a disturbance of the SBC or the switch (see the lab's README).</summary>
    public async Task DisturbAsync(string kind, string text)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(LabUrl, "/api/faults"), new { kind, text });
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await bot.DisposeAsync();
        await Lab.DisposeAsync();
        http.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Reading a conversation for the first time lets the bot know that it exists.</summary>
    private async Task OpenChatsAsync()
    {
        await Chat.ReadAsync("ana", ChatOf("ana"), TestContext.Current.CancellationToken);
        await Chat.ReadAsync("ben", "approvals", TestContext.Current.CancellationToken);
    }

    private static void WriteSite(string directory, LabHost lab, Action<JsonObject>? edit)
    {
        var shipped = File.ReadAllText(Path.Combine(Repository.Root, "src", "Lab", "Site", "denver.json"));
        var site = JsonNode.Parse(shipped, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject();
        site["perimeta"]!["port"] = lab.SshPort;
        site["metaswitch"]!["url"] = $"http://127.0.0.1:{lab.MetaViewPort}/services/ShService";
        site["twilio"]!["apiBaseUrl"] = $"http://127.0.0.1:{lab.TwilioPort}";
        site["twilio"]!["trunkingBaseUrl"] = $"http://127.0.0.1:{lab.TwilioPort}";
        site["tests"]!["registrar"] = $"127.0.0.1:{lab.SipPort}";
        site["tests"]!["optionsProxy"] = $"127.0.0.1:{lab.SipPort}";
        site["tests"]!["directProxy"] = $"127.0.0.1:{lab.SipPort}";
        site["tests"]!["dnsServer"] = $"127.0.0.1:{lab.DnsPort}";
        // Long enough to hear the signal both ways, and no longer.
        site["tests"]!["talkSeconds"] = 3;
        edit?.Invoke(site);
        Directory.CreateDirectory(Path.Combine(directory, "sites"));
        File.WriteAllText(Path.Combine(directory, "sites", "denver.json"), site.ToJsonString());
    }
}
