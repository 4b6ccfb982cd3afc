using System.Buffers.Binary;
using System.Text;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>linphone, a real phone that speaks RTCP XR. It sends a tone of 600 Hz and asks for all extended reports that it knows.</summary>
internal static class Linphone
{
    /// <summary>Answers each call.</summary>
    /// <param name="secure">Takes SRTP alone (SDES).</param>
    public static async Task<Peer> AnsweringAsync(bool secure = false)
    {
        var folder = Directory.CreateTempSubdirectory("linphone-").FullName;
        var port = Peer.FreePort();
        Directory.CreateDirectory(Path.Combine(folder, ".local/share/linphone"));
        var tone = Path.Combine(folder, "tone.wav");
        await File.WriteAllBytesAsync(tone, Tone(600, 60));
        await File.WriteAllTextAsync(Path.Combine(folder, "linphonerc"), $"""
            [sip]
            sip_port={port}
            sip_tcp_port=0
            sip_tls_port=0
            guess_hostname=0
            contact=sip:far@127.0.0.1
            use_ipv6=0
            register_only_when_network_is_up=0
            media_encryption={(secure ? "srtp" : "none")}
            media_encryption_mandatory={(secure ? 1 : 0)}
            [rtp]
            audio_rtp_port={Peer.FreePort()}
            rtcp_xr_enabled=1
            rtcp_xr_rcvr_rtt_mode=all
            rtcp_xr_rcvr_rtt_max_size=10000
            rtcp_xr_stat_summary_enabled=1
            rtcp_xr_voip_metrics_enabled=1

            """);
        return await Peer.LinphoneAsync(folder, port, ["-a"], "soundcard use files", $"play {tone}");
    }

    /// <summary>A WAV file, 8 kHz, 16 bits, of a pure tone.</summary>
    private static byte[] Tone(int hertz, int seconds)
    {
        var samples = 8_000 * seconds;
        var file = new byte[44 + (2 * samples)];
        Encoding.ASCII.GetBytes("RIFF----WAVEfmt ").CopyTo(file, 0);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), 8_000);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), 16_000);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        Encoding.ASCII.GetBytes("data").CopyTo(file, 36);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), 2 * samples);
        for (var i = 0; i < samples; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + (2 * i)), (short)(8_000 * Math.Sin(2 * Math.PI * hertz * i / 8_000)));
        }

        return file;
    }
}
