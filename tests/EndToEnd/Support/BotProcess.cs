using System.Diagnostics;
using System.Net;
using TrunkBot.Tests.Support;

namespace TrunkBot.EndToEnd.Tests.Support;

/// <summary>The bot as it is shipped: a process of its own, in the environment Lab, on a free port of this machine.</summary>
internal sealed class BotProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(40);

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private BotProcess(Process process, Uri url)
    {
        this.process = process;
        Url = url;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    public Uri Url { get; }

    /// <summary>Starts it and waits until it says that it is well.</summary>
    /// <param name="directory">Where it runs and keeps its data.</param>
    public static async Task<BotProcess> StartAsync(string directory, IReadOnlyDictionary<string, string> settings)
    {
        var bot = Launch(directory, settings);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsWellAsync(http, bot.Url))
        {
            if (bot.process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartWithin)
            {
                await bot.DisposeAsync();
                Assert.Fail($"The bot did not start.{Environment.NewLine}{await bot.output}{await bot.errors}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return bot;
    }

    /// <summary>Starts it and waits for nothing: it may be meant to die before it is well.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static BotProcess Launch(string directory, IReadOnlyDictionary<string, string> settings)
    {
        var url = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        return new BotProcess(Start(directory, url, "Lab", settings), url);
    }

    /// <summary>Completed when it has ended, however that was.</summary>
    public Task Ended => process.WaitForExitAsync(TestContext.Current.CancellationToken);

    /// <summary>128 and the number of the signal when one ended it.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Starts it where it must refuse to start.</summary>
    /// <returns>Exit code and what it said on standard error.</returns>
    public static async Task<(int Exit, string Said)> RunToEndAsync(string directory, string environment, IReadOnlyDictionary<string, string> settings)
    {
        await using var bot = new BotProcess(Start(directory, new Uri($"http://127.0.0.1:{FreePorts.Next()}"), environment, settings), new Uri("http://127.0.0.1"));
        using var limit = new CancellationTokenSource(StartWithin, TimeProvider.System);
        await bot.process.WaitForExitAsync(limit.Token);
        return (bot.process.ExitCode, await bot.errors);
    }

    /// <summary>Starts the program with a command instead, beside the bot that may run in the same folder.</summary>
    public static async Task<(int Exit, string Output, string Said)> CommandAsync(string directory, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        await using var bot = new BotProcess(Start(directory, new Uri("http://127.0.0.1:1"), "Lab", settings, command), new Uri("http://127.0.0.1"));
        using var limit = new CancellationTokenSource(StartWithin, TimeProvider.System);
        await bot.process.WaitForExitAsync(limit.Token);
        return (bot.process.ExitCode, await bot.output, await bot.errors);
    }

    /// <summary>SIGTERM, as a service manager ends it; what it has in hand it may finish.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(StopWithin, TimeProvider.System);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: what a power cut does to it.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Everything that it wrote; whole only after its end.</summary>
    public async Task<string> LogAsync() => await output + await errors;

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private static Process Start(string directory, Uri url, string environment, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TrunkBot.dll"), .. command])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = environment;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        start.Environment["Urls"] = url.AbsoluteUri;
        start.Environment["WebChat__BotUrl"] = new Uri(url, "/api/messages").AbsoluteUri;
        start.Environment["WebChat__ConnectorUrl"] = new Uri(url, "/webchat/connector").AbsoluteUri;
        start.Environment["Cluster__SiloPort"] = "0";
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<bool> IsWellAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url, "/healthz"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
