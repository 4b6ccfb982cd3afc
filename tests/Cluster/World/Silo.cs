using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using TrunkBot.Tests.Support;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>One silo as a process of its own, which may be killed, stopped and started again at the same address.</summary>
internal sealed class Silo(string name, string directory, string address, string? networkNamespace, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(3);

    private readonly int _siloPort = FreePorts.Next();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private Process? _process;
    private Uri _url = new("http://127.0.0.1");

    public string Name => name;

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Starts it and waits until it says that it is well.</summary>
    public async Task StartAsync()
    {
        _url = new Uri($"http://{address}:{FreePorts.Next()}");
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "TrunkBot.ClusterSilo.dll")];
        command = networkNamespace is null ? command : ["ip", "netns", "exec", networkNamespace, .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_ENVIRONMENT"] = "Lab";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Lab";
        start.Environment["Urls"] = _url.AbsoluteUri;
        // Web chat is for one machine only; nobody uses it here.
        start.Environment["WebChat__BotUrl"] = "http://127.0.0.1:1/api/messages";
        start.Environment["WebChat__ConnectorUrl"] = "http://127.0.0.1:1/webchat/connector";
        start.Environment["Cluster__SiloPort"] = _siloPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["Cluster__AdvertisedAddress"] = address;
        start.Environment["SILO"] = name;
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsWellAsync())
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartWithin)
            {
                Assert.Fail($"Silo {name} did not start.{Environment.NewLine}{string.Join(Environment.NewLine, Log.TakeLast(60))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

    }

    /// <summary>Asks something of the silo; null when it is not there.</summary>
    public async Task<string?> AskAsync(string path)
    {
        try
        {
            using var answer = await _http.PostAsync(new Uri(_url, path), null);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Hands it a body; null when it is not there, or dies over it.</summary>
    public async Task<(int Status, string Body, string? Type)?> PostAsync(string path, byte[] body, string type)
    {
        try
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            using var answer = await _http.PostAsync(new Uri(_url, path), content);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType?.ToString());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager ends it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(StartWithin, TimeProvider.System);
        await _process!.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP: it sleeps, and knows nothing of it.</summary>
    public Task SleepAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task WakeAsync() => SignalAsync("CONT");

    /// <summary>Waits until it has logged a line with one of these, or its process has ended; false when neither happened in time.</summary>
    public async Task<bool> SaysOrEndsAsync(IReadOnlyList<string> texts, TimeSpan limit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_process!.HasExited && !Log.Any(line => texts.Any(text => line.Contains(text, StringComparison.Ordinal))))
        {
            if (TimeProvider.System.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        _http.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            Log.Enqueue(line);
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> IsWellAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_url, "/healthz"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
