using System.Globalization;
using System.Runtime.InteropServices;

namespace TrunkBot.Lab;

/// <summary>The verb <c>run</c>: everything until Ctrl-C, SIGTERM or the end of its terminal.</summary>
internal static class LabProgram
{
    private const string Usage = """
        usage: run --data DIR [--ssh-port N] [--metaview-port N] [--twilio-port N] [--control-port N] [--sip-port N] [--dns-port N]
        Ports are on 127.0.0.1; 0 takes a free one.

        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (Read(args) is not { } options)
        {
            await Console.Error.WriteAsync(Usage);
            return 2;
        }

        using var ending = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        try
        {
            await using var lab = await LabHost.StartAsync(options, ending.Token);
            Console.WriteLine("TrunkBot lab: simulated systems; prompts, menus and error texts are invented (src/Lab/README.md).");
            foreach (var (part, port) in lab.Context.Ports)
            {
                Console.WriteLine($"{part,-10} 127.0.0.1:{port}");
            }

            Console.WriteLine($"{"page",-10} http://127.0.0.1:{lab.ControlPort}/");
            Console.WriteLine("ready");
            await Task.Delay(Timeout.InfiniteTimeSpan, options.TimeProvider, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception e) when (e is LabException or IOException)
        {
            await Console.Error.WriteLineAsync($"{(e as LabException)?.Code ?? "lab-cannot-start"}: {e.Message}");
            return 1;
        }

        void End(PosixSignalContext signal)
        {
            // The process ends by itself once its parts are stopped.
            signal.Cancel = true;
            ending.Cancel();
        }
    }

    private static LabOptions? Read(string[] args)
    {
        if (args is not ["run", "--data", { Length: > 0 } directory, .. var rest] || rest.Length % 2 != 0)
        {
            return null;
        }

        var options = new LabOptions { DataDirectory = directory };
        foreach (var pair in rest.Chunk(2))
        {
            if (!ushort.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                return null;
            }

            switch (pair[0])
            {
                case "--ssh-port":
                    options = options with { SshPort = port };
                    break;
                case "--metaview-port":
                    options = options with { MetaViewPort = port };
                    break;
                case "--twilio-port":
                    options = options with { TwilioPort = port };
                    break;
                case "--control-port":
                    options = options with { ControlPort = port };
                    break;
                case "--dns-port":
                    options = options with { DnsPort = port };
                    break;
                case "--sip-port":
                    options = options with { SipPort = port };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
