using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using TrunkBot.Benchmarks.World;
using TrunkBot.Sip;
using TrunkBot.Sip.Messages;
using TrunkBot.Tests.Support;

namespace TrunkBot.Benchmarks.Signalling;

/// <summary>
/// OPTIONS probes, so many at once, of the bot and of sipp, to one kamailio that answers 200 without state: how many a second, and what each costs the one who asks in processor time.
/// Every probe of either is a transaction with its timers; the bot also keeps each message of it for the result.
/// </summary>
internal static class OptionsBenchmark
{
    private const string Scenario = """
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="probe">
        <send retrans="500"><![CDATA[

        OPTIONS sip:probe@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
        Max-Forwards: 70
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
        To: <sip:probe@[remote_ip]:[remote_port]>
        Call-ID: [call_id]
        CSeq: 1 OPTIONS
        User-Agent: sipp
        Contact: <sip:sipp@[local_ip]:[local_port]>
        Accept: application/sdp
        Content-Length: 0

        ]]></send>
        <recv response="200"/>
        </scenario>
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var probes = int.Parse(Value(arguments, "--probes") ?? "20000", CultureInfo.InvariantCulture);
        var sizes = (Value(arguments, "--at-once") ?? "10,100,500").Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {probes} probes each, {Load()}");
        Console.WriteLine();
        Console.WriteLine("| at once | the bot: probes a second | CPU a probe | 200 | sipp: probes a second | CPU a probe | the bot takes |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        await using var kamailio = await KamailioResponder.StartAsync();

        // The first are for the compiler.
        await BotAsync(kamailio.Port, probes, 50);
        var right = true;
        foreach (var size in sizes)
        {
            var sipp = await SippAsync(kamailio.Port, probes, size);
            var bot = await BotAsync(kamailio.Port, probes, size);
            right &= bot.Up == probes;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {size} | {probes / bot.Wall.TotalSeconds:0} | {bot.Cpu.TotalMicroseconds / probes:0.0} us | {bot.Up} "
                + $"| {probes / sipp.Wall.TotalSeconds:0} | {sipp.Cpu.TotalMicroseconds / probes:0.0} us | {bot.Cpu / sipp.Cpu:0.0} x |"));
        }

        Console.WriteLine();
        Console.WriteLine($"At the end: {Load()}");
        return right ? 0 : 1;
    }

    private static async Task<(TimeSpan Cpu, TimeSpan Wall, int Up)> BotAsync(int port, int probes, int atOnce)
    {
        await using var agent = await SipUserAgent.StartAsync(new SipUserAgentOptions { LocalAddress = IPAddress.Loopback }, CancellationToken.None);
        var request = new OptionsRequest { Target = SipUri.Parse($"sip:probe@127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(4) };
        var left = probes;
        var up = 0;
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                if (await agent.OptionsAsync(request, CancellationToken.None) is { State: OptionsState.Up, Status: 200 })
                {
                    Interlocked.Increment(ref up);
                }
            }
        })));
        var wall = Stopwatch.GetElapsedTime(began);
        self.Refresh();
        return (self.TotalProcessorTime - before, wall, up);
    }

    private static async Task<(TimeSpan Cpu, TimeSpan Wall)> SippAsync(int port, int probes, int atOnce)
    {
        var folder = Directory.CreateTempSubdirectory("bench-sipp-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "probe.xml"), Scenario);
        var took = await ProcessorTime.OfAsync(
            $"sipp 127.0.0.1:{port} -sf probe.xml -i 127.0.0.1 -p {FreePorts.Next(together: 4)} -r 100000 -m {probes} -l {atOnce} -nostdin -skip_rlimit", folder.FullName);
        folder.Delete(recursive: true);
        return took;
    }

    private static string Load() => $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}";

    private static string? Value(IReadOnlyList<string> arguments, string name) =>
        arguments.ToList().IndexOf(name) is var at and >= 0 && at + 1 < arguments.Count ? arguments[at + 1] : null;
}
