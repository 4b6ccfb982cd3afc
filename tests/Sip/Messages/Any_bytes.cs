using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Transactions;
using TrunkBot.Sip.Transport;
using TrunkBot.Tests.Support;

namespace TrunkBot.Sip.Tests.Messages;

/// <summary>Whatever comes from the network: the parser gives a message or a reason, the stream goes on or is given up, and the agent answers the next good request.</summary>
public sealed class Any_bytes
{
    /// <summary>Pieces of SIP, whole lines and bare bytes: pure noise would hardly ever come past the first line.</summary>
    private static readonly Gen<byte[]> Piece = Gen.OneOf(
        Pick(
            "INVITE sip:a@b SIP/2.0\r\n", "SIP/2.0 200 OK\r\n", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n", "v: SIP / 2.0 / TCP h ; branch = x\r\n", "From: <sip:a@b>;tag=1\r\n",
            "To: \"q\\\" <\" <sip:c@d>\r\n", "Call-ID: x\r\n", "CSeq: 1 INVITE\r\n", "Content-Length: 4\r\n", "l: 99999\r\n", "Contact: <sip:a@[::1]:5060;lr?x=y>\r\n", "\r\n", " folded\r\n", "\r\n\r\n",
            "Session-Expires: 90;refresher=uac\r\n", "Require: 100rel\r\n", "RSeq: 1\r\n", "Record-Route: <sip:p;lr>, <sip:q>\r\n", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n", ";;,\"<>:", "\\", "\u0000")
            .Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[0, 12]);

    private static readonly Gen<byte[]> Soup = Piece.Array[0, 24].Select(pieces => pieces.SelectMany(p => p).ToArray());

    /// <summary>A good message or one of RFC 4475 with some bytes changed, cut or doubled.</summary>
    private static readonly Gen<byte[]> Mutant = Gen.Select(
        Pick(Directory.GetFiles(Path.Combine(Tables.Root, "tests", "Sip", "Messages", "Torture"), "*.dat").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Append(Wire.Bytes(Wire.Options)).ToArray()),
        Gen.Select(Gen.Int[0, 4_000], Gen.Byte, Gen.Int[0, 3]).Array[0, 8],
        (seed, changes) =>
        {
            var bytes = seed.ToList();
            foreach (var (at, value, kind) in changes.Where(_ => bytes.Count > 0))
            {
                var place = at % bytes.Count;
                switch (kind)
                {
                    case 0:
                        bytes[place] = value;
                        break;
                    case 1:
                        bytes.RemoveRange(place, Math.Min(value % 16, bytes.Count - place));
                        break;
                    case 2:
                        bytes.InsertRange(place, bytes.GetRange(place, Math.Min(value, bytes.Count - place)));
                        break;
                    default:
                        bytes.Insert(place, value);
                        break;
                }
            }

            return bytes.ToArray();
        });

    private static readonly Gen<byte[]> Anything = Gen.Frequency((2, Soup), (5, Mutant), (1, Gen.Byte.Array[0, 300]));

    [Fact]
    public void The_parser_never_throws_and_what_it_accepts_is_whole() => Parse(4_000);

    [LongFact]
    public void The_parser_never_throws_and_what_it_accepts_is_whole_a_million_times() => Parse(1_000_000);

    [Fact]
    public void The_stream_is_cut_or_given_up_the_same_however_it_arrives() => Stream(2_000);

    [LongFact]
    public void The_stream_is_cut_or_given_up_the_same_however_it_arrives_many_times() => Stream(300_000);

    [Fact]
    public Task The_agent_answers_the_next_good_request_whatever_came_before() => AgentAsync(1_500);

    [LongFact]
    public Task The_agent_answers_the_next_good_request_whatever_came_before_many_times() => AgentAsync(200_000);

    private static Gen<T> Pick<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static void Parse(long times)
    {
        long accepted = 0;
        Anything.Sample(
            bytes =>
            {
                if (!SipMessage.TryParse(bytes, out var message, out var error))
                {
                    return error.Offset >= 0 && error.Offset <= Math.Max(bytes.Length, 65_535) && error.Code.StartsWith("sip-", StringComparison.Ordinal);
                }

                Interlocked.Increment(ref accepted);
                var again = message.ToBytes();
                return message is { TopVia: not null, From: not null, To: not null, CSeqNumber: not null } && message.CallId.Length > 0
                    && SipMessage.TryParse(again, out var second, out _) && again.AsSpan().SequenceEqual(second.ToBytes());
            },
            iter: times,
            print: Encoding.Latin1.GetString);

        // Else the property would say nothing of messages.
        Assert.True(accepted > times / 20, $"Only {accepted} of {times} were accepted.");
    }

    private static void Stream(long times) => Gen.Select(Anything.Array[1, 4], Gen.Int[1, 50]).Sample(
        (parts, size) =>
        {
            var bytes = parts.SelectMany(p => p).ToArray();
            return Cut(bytes, bytes.Length + 1) == Cut(bytes, size);
        },
        iter: times);

    /// <summary>The lengths of the messages, and how it ended.</summary>
    private static string Cut(byte[] bytes, int size)
    {
        var framer = new SipStreamFramer();
        var cut = new StringBuilder();
        try
        {
            for (var at = 0; at < bytes.Length; at += size)
            {
                framer.Append(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
                while (framer.Next() is { } message)
                {
                    cut.Append(message.Length).Append(' ');
                }
            }

            return cut.Append("open").ToString();
        }
        catch (InvalidDataException)
        {
            return cut.Append("given up").ToString();
        }
    }

    private static async Task AgentAsync(int times)
    {
        await using var wire = new FakeWire();
        var time = new FakeTimeProvider();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = time });
        var number = 0;
        Anything.Sample(
            bytes =>
            {
                wire.Deliver(bytes);
                if (number % 500 == 0)
                {
                    // What was answered is forgotten after timers H and J: no peer sends so much at once that it would not fit.
                    time.Advance(TimeSpan.FromSeconds(33));
                }

                wire.SentCount();
                wire.Deliver(FakeWire.Request("BYE", $"z9hG4bKgood{number}", callId: $"c{number++}"));
                return wire.SentStatus() is 481;
            },
            iter: times,
            threads: 1,
            print: Encoding.Latin1.GetString);
    }
}
