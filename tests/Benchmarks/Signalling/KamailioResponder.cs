using System.Diagnostics;
using TrunkBot.Benchmarks.Media;
using TrunkBot.Tests.Support;

namespace TrunkBot.Benchmarks.Signalling;

/// <summary>kamailio as a far end that answers every request with 200 and keeps no state.</summary>
internal sealed class KamailioResponder : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private KamailioResponder(Process process, DirectoryInfo folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    public static async Task<KamailioResponder> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("bench-kamailio-");
        var port = FreePorts.Next(together: 4);
        var configuration = Path.Combine(folder.FullName, "kamailio.cfg");
        await File.WriteAllTextAsync(configuration, $$"""
            #!KAMAILIO
            debug=-1
            log_stderror=yes
            fork=yes
            children=2
            disable_tcp=yes
            auto_aliases=no
            listen=udp:127.0.0.1:{{port}}
            mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
            loadmodule "kex.so"
            loadmodule "sl.so"
            loadmodule "pv.so"
            request_route { sl_send_reply("200", "OK"); }
            """);
        var process = Process.Start(new ProcessStartInfo(
            "kamailio", ["-DD", "-E", "-f", configuration, "-w", folder.FullName, "-Y", folder.FullName, "-P", Path.Combine(folder.FullName, "pid"), "-m", "64", "-M", "4"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await SippEcho.ListensAsync(port);
        return new KamailioResponder(process, folder, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
