using System.Diagnostics;
using System.Net;
using TrunkBot.Tests.Support;

namespace TrunkBot.Benchmarks.World;

/// <summary>A program under load: a process of its own on a free port.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly string log;

    private Subject(string name, Process process, Uri url, string log)
    {
        (Name, this.process, Url, this.log) = (name, process, url, log);
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <summary>The most memory that it held so far, MiB.</summary>
    public long PeakMebibytes => StatusMebibytes("VmHWM:");

    /// <summary>The memory that it holds now, MiB.</summary>
    public long ResidentMebibytes => StatusMebibytes("VmRSS:");

    /// <summary>Processor time so far, seconds.</summary>
    public double ProcessorSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The bot as it is shipped.</summary>
    public static Task<Subject> BotAsync(Cloud cloud, string folder, IReadOnlyDictionary<string, string>? more = null)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "bot")).FullName;
        var sites = Directory.CreateDirectory(Path.Combine(data, "sites")).FullName;
        File.Copy(Path.Combine(Repository(), "src/Lab/Site/denver.json"), Path.Combine(sites, "denver.json"));
        var secrets = Path.Combine(data, "secrets.json");
        File.WriteAllText(secrets, """{ "Secrets": { "lab-perimeta": "x", "lab-twilio": "x", "lab-subscriber": "x" } }""");
        var settings = Settings(cloud);
        (settings["Sites__Directory"], settings["SecretsFile"]) = (sites, secrets);
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        return StartAsync("TrunkBot", "dotnet", [Path.Combine(AppContext.BaseDirectory, "TrunkBot.dll")], data, "/healthz", port => settings.Append(new("Urls", $"http://127.0.0.1:{port}")));
    }

    /// <summary>The bot's settings on the simulated platforms, but for its sites, their secrets and its address.</summary>
    public static Dictionary<string, string> Settings(Cloud cloud) => new()
    {
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["Cluster__SiloPort"] = "0",
        ["Health__IntervalSeconds"] = "0",
        ["People__Accounts__ben__Name"] = "Ben Okafor",
        ["People__Accounts__ben__Groups__0"] = "voice",
        ["People__Accounts__chris__Name"] = "Chris Lund",
        ["People__Accounts__chris__Groups__0"] = "noc",
        ["People__Accounts__dana__Name"] = "Dana Roy",
        ["People__Accounts__dana__Groups__0"] = "voice",
        ["People__RolesOfGroups__voice__0"] = "approver",
        ["People__RolesOfGroups__noc__0"] = "oncall",
        ["Teams__AppId"] = Cloud.AppId,
        ["Teams__TenantId"] = Cloud.Tenant,
        ["Teams__Credential"] = "ClientSecret",
        ["Teams__ClientSecret"] = "benchmark",
        ["Teams__ServiceHosts__0"] = "localhost",
        ["Teams__MetadataUrl"] = $"{cloud.HttpUrl}metadata",
        ["Teams__Authority"] = $"{cloud.HttpsUrl}{Cloud.Tenant}",
        ["Slack__SigningSecret"] = Cloud.SigningSecret,
        ["Slack__BotToken"] = "xoxb-benchmark",
        ["Slack__ApiUrl"] = $"{cloud.HttpUrl}api/",
        ["SSL_CERT_FILE"] = cloud.CertificateFile,
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>A bot on Microsoft's own library (npm botbuilder) that answers each message with one message: the same check of tokens, no store, no dialog.</summary>
    public static Task<Subject> EchoAsync(Cloud cloud, string folder) => StartAsync(
        "npm botbuilder echo",
        "node",
        [Path.Combine(AppContext.BaseDirectory, "Peers", "echo.cjs")],
        folder,
        "/healthz",
        port => new Dictionary<string, string>
        {
            ["PORT"] = $"{port}",
            ["NODE_PATH"] = Path.Combine(Repository(), "tests/Teams/Oracle/node_modules"),
            ["NODE_EXTRA_CA_CERTS"] = cloud.CertificateFile,
            ["NODE_ENV"] = "production",
            ["APP_ID"] = Cloud.AppId,
            ["METADATA"] = $"{cloud.HttpUrl}metadata",
        });

    /// <summary>An app on Slack's own framework (npm @slack/bolt) that answers each message with one message: the same check of signatures, no store, no dialog.</summary>
    public static Task<Subject> BoltAsync(Cloud cloud, string folder) => StartAsync(
        "npm @slack/bolt echo",
        "node",
        [Path.Combine(AppContext.BaseDirectory, "Peers", "bolt-echo.cjs")],
        folder,
        "/healthz",
        port => new Dictionary<string, string>
        {
            ["PORT"] = $"{port}",
            ["NODE_PATH"] = Path.Combine(Repository(), "tests/Slack/Peers/Bolt/node_modules"),
            ["NODE_ENV"] = "production",
            ["SIGNING_SECRET"] = Cloud.SigningSecret,
            ["API"] = $"{cloud.HttpUrl}api/",
        });

    public static async Task<Subject> StartAsync(
        string name, string program, IReadOnlyList<string> arguments, string folder, string ready, Func<int, IEnumerable<KeyValuePair<string, string>>> settings)
    {
        var port = FreePorts.Next();
        var log = Path.Combine(folder, $"{Path.GetFileName(program)}-{port}.log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >\"$LOG\" 2>&1", program, .. arguments]) { WorkingDirectory = folder };
        foreach (var (key, value) in settings(port).Append(new("LOG", log)))
        {
            start.Environment[key] = value;
        }

        var subject = new Subject(name, Process.Start(start)!, new Uri($"http://127.0.0.1:{port}"), log);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var began = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(http, new Uri(subject.Url, ready)))
        {
            if (subject.process.HasExited || Stopwatch.GetElapsedTime(began) > StartWithin)
            {
                await subject.DisposeAsync();
                throw new InvalidOperationException($"{name} did not start: {File.ReadAllText(log)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return subject;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    /// <summary>What it wrote.</summary>
    public string Log() => File.ReadAllText(log);

    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Bot.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    private long StatusMebibytes(string field)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
