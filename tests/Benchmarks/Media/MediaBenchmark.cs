using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using TrunkBot.Sip;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Benchmarks.Media;

/// <summary>
/// Many calls at once, with RTP both ways and the whole proof of their audio, to a sipp that echoes; and as many calls of sipp as the caller to the same far end, which
/// sends RTP and reads none of what comes back. What each costs in processor time, in one run; and what the echo costs, which reads and sends as many packets as the bot and looks
/// at none of them.
/// </summary>
internal static class MediaBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var seconds = int.Parse(Value(arguments, "--seconds") ?? "10", CultureInfo.InvariantCulture);
        var sizes = (Value(arguments, "--calls") ?? "25,50,100,200").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {seconds} s a call, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        Console.WriteLine();
        Console.WriteLine("| calls at once | the bot: CPU a call and second | calls a core | two-way proven | least heard | lost | latest | sipp as caller: CPU a call and second | the bot takes | sipp as echo in the bot's run | the bot takes |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");

        // The first calls are for the compiler.
        await CallsAsync(50, 5);
        var right = true;
        foreach (var calls in sizes)
        {
            var (bot, echo, results) = await CallsAsync(calls, seconds);
            var sipp = await SippClient.RunAsync(calls, seconds);
            var twoWay = results.Count(r => r.Audio.Verdict == AudioVerdict.TwoWay);
            right &= twoWay == calls;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {calls} | {bot.TotalMilliseconds / calls / seconds:0.00} ms | {calls * seconds / bot.TotalSeconds:0} | {twoWay} | {results.Min(r => r.Audio.HeardOwnSignalPercent ?? 0):0.0} % "
                + $"| {results.Sum(r => r.PacketsLost ?? 0)} | {results.Max(r => r.MachineLate ?? TimeSpan.Zero).TotalMilliseconds:0} ms | {sipp.TotalMilliseconds / calls / seconds:0.00} ms | {bot / sipp:0.0} x "
                + $"| {echo.TotalMilliseconds / calls / seconds:0.00} ms | {bot / echo:0.0} x |"));
        }

        return right ? 0 : 1;
    }

    /// <summary>All calls begin within a second, as sipp's do, and each is judged when it ends.</summary>
    private static async Task<(TimeSpan Cpu, TimeSpan EchoCpu, IReadOnlyList<CallResult> Results)> CallsAsync(int calls, int seconds)
    {
        await using var echo = await SippEcho.StartAsync();
        await using var agent = await SipUserAgent.StartAsync(new SipUserAgentOptions { LocalAddress = IPAddress.Loopback }, CancellationToken.None);
        var request = new CallRequest
        {
            Target = SipUri.Parse($"sip:echo@127.0.0.1:{echo.Port}"),
            From = SipUri.Parse("sip:bot@127.0.0.1"),
            TalkTime = TimeSpan.FromSeconds(seconds),
        };
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var running = new List<Task<CallResult>>();
        for (var i = 0; i < calls; i++)
        {
            running.Add(agent.CallAsync(request, CancellationToken.None));
            await Task.Delay(TimeSpan.FromSeconds(1.0 / calls), TimeProvider.System);
        }

        var results = await Task.WhenAll(running);
        self.Refresh();
        return (self.TotalProcessorTime - before, echo.Cpu, results);
    }

    private static string? Value(IReadOnlyList<string> arguments, string name) =>
        arguments.ToList().IndexOf(name) is var at and >= 0 && at + 1 < arguments.Count ? arguments[at + 1] : null;
}
