using System.Diagnostics;

namespace TrunkBot.EndToEnd.Tests.Support;

/// <summary>A subscriber of the switch who registers, calls a number and stays on the line: sipp, which knows nothing of the bot or of the lab.</summary>
internal sealed class Caller : IAsyncDisposable
{
    private const string Registration = """
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="registers">
          <send><![CDATA[
            REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
            From: <sip:USER@[remote_ip]>;tag=[pid]r[call_number]
            To: <sip:USER@[remote_ip]>
            Call-ID: r///[call_id]
            CSeq: 1 REGISTER
            Contact: <sip:USER@[local_ip]:[local_port]>
            Max-Forwards: 70
            Expires: 3600
            Content-Length: 0

          ]]></send>
          <recv response="401" auth="true"/>
          <send><![CDATA[
            REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
            From: <sip:USER@[remote_ip]>;tag=[pid]r[call_number]
            To: <sip:USER@[remote_ip]>
            Call-ID: r///[call_id]
            CSeq: 2 REGISTER
            Contact: <sip:USER@[local_ip]:[local_port]>
            [authentication username=USER password=PASSWORD]
            Max-Forwards: 70
            Expires: 3600
            Content-Length: 0

          ]]></send>
          <recv response="200"/>
        </scenario>
        """;

    private const string Call = """
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="stays on the line">
          <send retrans="500"><![CDATA[
            INVITE sip:NUMBER@[remote_ip]:[remote_port] SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
            From: <sip:USER@[remote_ip]>;tag=[pid]c[call_number]
            To: <sip:NUMBER@[remote_ip]>
            Call-ID: [call_id]
            CSeq: 1 INVITE
            Contact: <sip:USER@[local_ip]:[local_port]>
            Max-Forwards: 70
            Content-Length: 0

          ]]></send>
          <recv response="100" optional="true"/>
          <recv response="407" auth="true"/>
          <send><![CDATA[
            ACK sip:NUMBER@[remote_ip]:[remote_port] SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-2]
            From: <sip:USER@[remote_ip]>;tag=[pid]c[call_number]
            To: <sip:NUMBER@[remote_ip]>[peer_tag_param]
            Call-ID: [call_id]
            CSeq: 1 ACK
            Max-Forwards: 70
            Content-Length: 0

          ]]></send>
          <send retrans="500"><![CDATA[
            INVITE sip:NUMBER@[remote_ip]:[remote_port] SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
            From: <sip:USER@[remote_ip]>;tag=[pid]c[call_number]
            To: <sip:NUMBER@[remote_ip]>
            Call-ID: [call_id]
            CSeq: 2 INVITE
            Contact: <sip:USER@[local_ip]:[local_port]>
            [authentication username=USER password=PASSWORD]
            Max-Forwards: 70
            Content-Type: application/sdp
            Content-Length: [len]

            v=0
            o=- 1 1 IN IP4 [local_ip]
            s=-
            c=IN IP4 [media_ip]
            t=0 0
            m=audio [media_port] RTP/AVP 0
            a=rtpmap:0 PCMU/8000

          ]]></send>
          <recv response="100" optional="true"/>
          <recv response="180" optional="true"/>
          <recv response="200" rrs="true"/>
          <send><![CDATA[
            ACK [next_url] SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
            From: <sip:USER@[remote_ip]>;tag=[pid]c[call_number]
            To: <sip:NUMBER@[remote_ip]>[peer_tag_param]
            Call-ID: [call_id]
            CSeq: 2 ACK
            Max-Forwards: 70
            Content-Length: 0

          ]]></send>
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

    private readonly Process process;
    private readonly string folder;

    private Caller(Process process, string folder) => (this.process, this.folder) = (process, folder);

    /// <summary>Whether the other side has hung up: sipp ends with its only call.</summary>
    public Task HungUp => process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public bool IsOnTheLine => !process.HasExited;

    public static async Task<Caller> CallAsync(int port, string user, string password, string number)
    {
        var folder = Directory.CreateTempSubdirectory("caller-").FullName;
        // sipp has one URI for all its logins: whom it registers with and whom it calls are two runs.
        using (var registering = Start(folder, Filled(Registration), port, $"127.0.0.1:{port}"))
        {
            await registering.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, registering.ExitCode);
        }

        return new Caller(Start(folder, Filled(Call), port, $"{number}@127.0.0.1:{port}"), folder);

        string Filled(string scenario) => scenario.Replace("USER", user, StringComparison.Ordinal).Replace("PASSWORD", password, StringComparison.Ordinal).Replace("NUMBER", number, StringComparison.Ordinal);
    }

    private static Process Start(string folder, string text, int port, string authenticatedUri)
    {
        var scenario = Path.Combine(folder, $"{Guid.NewGuid():N}.xml");
        File.WriteAllText(scenario, text);
        var start = new ProcessStartInfo("sipp") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[$"127.0.0.1:{port}", "-sf", scenario, "-auth_uri", authenticatedUri, "-i", "127.0.0.1", "-mi", "127.0.0.1", "-m", "1", "-nostdin", "-skip_rlimit", "-trace_err", "-error_file", Path.Combine(folder, "errors.txt")])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>What sipp found wrong; empty when nothing.</summary>
    public string Errors => File.Exists(Path.Combine(folder, "errors.txt")) ? File.ReadAllText(Path.Combine(folder, "errors.txt")) : "";

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
