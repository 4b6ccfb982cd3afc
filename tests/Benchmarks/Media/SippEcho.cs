using System.Net.NetworkInformation;
using System.Diagnostics;
using TrunkBot.Tests.Support;

namespace TrunkBot.Benchmarks.Media;

/// <summary>sipp as a far end that answers every call and echoes its RTP.</summary>
internal sealed class SippEcho : IAsyncDisposable
{
    private const string Scenario = """
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="echo">
        <recv request="INVITE" crlf="true"/>
        <send retrans="500"><![CDATA[

        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:];tag=[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:[local_ip]:[local_port]>
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=echo 1 1 IN IP4 [media_ip]
        s=-
        c=IN IP4 [media_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 0
        a=rtpmap:0 PCMU/8000

        ]]></send>
        <recv request="ACK" optional="true" rtd="true"/>
        <recv request="BYE"/>
        <send><![CDATA[

        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0

        ]]></send>
        </scenario>
        """;

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private SippEcho(Process process, DirectoryInfo folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>Processor time that it took so far: it reads each packet and sends it back, and looks at none.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<SippEcho> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("bench-sipp-");
        var port = FreePorts.Next(together: 4);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "echo.xml"), Scenario);
        var process = Process.Start(new ProcessStartInfo(
            "sipp", ["-sf", "echo.xml", "-i", "127.0.0.1", "-p", $"{port}", "-mi", "127.0.0.1", "-mp", $"{FreePorts.Next(together: 4)}", "-rtp_echo", "-nostdin", "-skip_rlimit"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ListensAsync(port);
        return new SippEcho(process, folder, port);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Until somebody has that UDP port.</summary>
    public static async Task ListensAsync(int port)
    {
        for (var i = 0; i < 500 && IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().All(e => e.Port != port); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
