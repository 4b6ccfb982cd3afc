using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TrunkBot.Benchmarks.World;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Benchmarks.Signalling;

/// <summary>
/// The same SIP messages read by the bot's parser and by two C libraries, on one thread each, in messages per second of processor time. None of the three reads alike: the
/// bot and libosip2 keep every header as text of its own; libre notes where each lies in the datagram and reads Via, From, To and CSeq. The bot alone refuses what is not
/// well formed in any header that it knows.
/// </summary>
internal static class ParserBenchmark
{
    private const string Description = "v=0\r\no=- 1782465 1 IN IP4 192.0.2.20\r\ns=-\r\nc=IN IP4 192.0.2.20\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0 8 101\r\n"
        + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";

    /// <summary>As they go through a trunk.</summary>
    private static readonly (string Name, string Text)[] Messages =
    [
        ("INVITE over two proxies", "INVITE sip:+16504894546@acme.pstn.twilio.com SIP/2.0\r\nRecord-Route: <sip:192.0.2.1;lr;ftag=1c7>\r\n"
            + "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK5d1f.a2c4e6b8d0f1.0;rport\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-9a7b5c3d1e;received=192.0.2.9;rport=5060\r\n"
            + "Max-Forwards: 69\r\nFrom: \"Lab, Denver\" <sip:+13035550100@192.0.2.9>;tag=1c7a9e2f\r\nTo: <sip:+16504894546@acme.pstn.twilio.com>\r\nCall-ID: 8f1b2c3d4e5f60718293a4b5c6d7e8f9@192.0.2.9\r\n"
            + "CSeq: 2 INVITE\r\nContact: <sip:+13035550100@192.0.2.9:5060;transport=udp>\r\nUser-Agent: Perimeta/4.9\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE\r\nSupported: 100rel, timer\r\n"
            + "Session-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\nP-Asserted-Identity: <sip:+13035550100@192.0.2.9>\r\nContent-Type: application/sdp\r\n" + $"Content-Length: {Description.Length}\r\n\r\n{Description}"),
        ("200 with description", "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.20:5070;branch=z9hG4bKa1b2c3d4e5f60718293a4b5c;rport=5070;received=192.0.2.20\r\nRecord-Route: <sip:54.172.60.0;lr;ftag=9e2f>\r\n"
            + "From: <sip:+13035550100@192.0.2.20>;tag=9e2f1c7a\r\nTo: <sip:+16504894546@acme.pstn.twilio.com>;tag=72184403_6772d868_8e1f\r\nCall-ID: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\r\nCSeq: 2 INVITE\r\n"
            + "Contact: <sip:172.25.10.70:5060;transport=udp>\r\nServer: Twilio\r\nX-Twilio-CallSid: CA0123456789abcdef0123456789abcdef\r\nAllow: INVITE,ACK,CANCEL,OPTIONS,BYE\r\nContent-Type: application/sdp\r\n"
            + $"Content-Length: {Description.Length}\r\n\r\n{Description}"),
        ("OPTIONS", "OPTIONS sip:acme.pstn.twilio.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.20:5070;branch=z9hG4bKa1b2c3d4e5f60718293a4b5c;rport\r\nMax-Forwards: 70\r\nFrom: <sip:probe@192.0.2.20>;tag=9e2f1c7a\r\n"
            + "To: <sip:acme.pstn.twilio.com>\r\nCall-ID: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\r\nCSeq: 1 OPTIONS\r\nUser-Agent: TrunkBot\r\nContact: <sip:192.0.2.20:5070>\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n"),
        ("200 of OPTIONS", "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.20:5070;branch=z9hG4bKa1b2c3d4e5f60718293a4b5c;rport=5070;received=192.0.2.20\r\nFrom: <sip:probe@192.0.2.20>;tag=9e2f1c7a\r\n"
            + "To: <sip:acme.pstn.twilio.com>;tag=72184403_6772d868\r\nCall-ID: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\r\nCSeq: 1 OPTIONS\r\nServer: Twilio\r\nContent-Length: 0\r\n\r\n"),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var seconds = arguments is ["--seconds", var text] ? double.Parse(text, CultureInfo.InvariantCulture) : 3;
        var folder = Directory.CreateTempSubdirectory("bench-parse-").FullName;
        await ProcessorTime.OfAsync(
            $"gcc -O2 -w -DHAVE_STDBOOL_H -DHAVE_INTTYPES_H {Path.Combine(AppContext.BaseDirectory, "Peers", "parse.c")} -o parse -I/usr/include/re -losipparser2 -lre", folder);
        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        Console.WriteLine();
        Console.WriteLine("| message | bytes | the bot: messages a second | libosip2 | libre | the bot is |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        Bot([.. Messages.Select(m => Encoding.UTF8.GetBytes(m.Text))], TimeSpan.FromSeconds(2));
        foreach (var (name, message) in Messages.Append(("all four in turn", "")))
        {
            var one = message.Length == 0 ? [.. Messages.Select(m => m.Text)] : (string[])[message];
            var files = one.Select((t, i) => (Path: Path.Combine(folder, $"message{i}"), Text: t)).ToList();
            files.ForEach(f => File.WriteAllText(f.Path, f.Text));
            var osip = await PeerAsync("osip", seconds, folder, one.Length);
            var bot = Bot([.. one.Select(Encoding.UTF8.GetBytes)], TimeSpan.FromSeconds(seconds));
            var re = await PeerAsync("re", seconds, folder, one.Length);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {one.Average(t => Encoding.UTF8.GetByteCount(t)):0} | {bot:0} | {osip:0} | {re:0} | {bot / osip:0.0} x libosip2, {bot / re:0.0} x libre |"));
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<double> PeerAsync(string library, double seconds, string folder, int messages)
    {
        await ProcessorTime.OfAsync(string.Create(CultureInfo.InvariantCulture, $"./parse {library} {seconds} {string.Join(' ', Enumerable.Range(0, messages).Select(i => $"message{i}"))}"), folder);
        return double.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "out.txt")), CultureInfo.InvariantCulture);
    }

    /// <summary>By the processor time of the whole process, so that what the collector of garbage takes on other threads is counted too.</summary>
    private static double Bot(byte[][] messages, TimeSpan limit)
    {
        using var self = Process.GetCurrentProcess();
        var start = self.TotalProcessorTime;
        var count = 0;
        var took = TimeSpan.Zero;
        while (took < limit)
        {
            for (var i = 0; i < 1_000; i++, count++)
            {
                if (!SipMessage.TryParse(messages[count % messages.Length], out _, out var error))
                {
                    throw new InvalidOperationException(error.Reason);
                }
            }

            self.Refresh();
            took = self.TotalProcessorTime - start;
        }

        return count / took.TotalSeconds;
    }
}
