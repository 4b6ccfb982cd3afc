namespace TrunkBot.Sip.Tests.Peers;

/// <summary>baresip, a real phone, with configurations of ours.</summary>
internal static class Baresip
{
    /// <summary>Answers each call and loops the audio that it hears.</summary>
    /// <param name="secure">Takes SRTP alone (SDES, RTP/SAVP).</param>
    /// <param name="network">Where it stands; null for loopback.</param>
    public static Task<Peer> EchoAsync(bool secure = false, FarNetwork? network = null) => StartAsync(
        "audio_player aubridge,x\naudio_source aubridge,x\naudio_alert aubridge,x\nausrc_srate 8000\nauplay_srate 8000\nmodule aubridge.so", "module_app echo.so", "manual", secure, network);

    /// <summary>Answers each call and sends 1,004 Hz, whatever it hears.</summary>
    public static Task<Peer> ToneAsync(FarNetwork? network = null) => StartAsync(
        "audio_player aufile,heard.wav\naudio_source ausine,1004\naudio_alert ausine,400\nausrc_srate 48000\nausrc_format s16\nauplay_format s16\nausrc_channels 2\nauplay_channels 1\nauplay_srate 8000\nmodule ausine.so\nmodule aufile.so", "", "auto", network: network);

    /// <summary>Answers each call and plays a WAV file (8 kHz) from its beginning.</summary>
    public static Task<Peer> PlayAsync(byte[] wav)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("baresip-played-").FullName, "played.wav");
        File.WriteAllBytes(file, wav);
        return StartAsync(
            $"audio_player aufile,heard.wav\naudio_source aufile,{file}\naudio_alert aufile,{file}\nausrc_srate 8000\nausrc_channels 1\nauplay_channels 1\nauplay_srate 8000\nmodule aufile.so", "", "auto");
    }

    private static async Task<Peer> StartAsync(string audio, string application, string answer, bool secure = false, FarNetwork? network = null)
    {
        var folder = Directory.CreateTempSubdirectory("baresip-").FullName;
        var address = network?.Address ?? "127.0.0.1";
        var port = Peer.FreePort();
        var rtp = Peer.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "config"), $"""
            net_interface {address}
            sip_listen {address}:{port}
            {audio}
            jitter_buffer_delay 1-5
            rtp_ports {rtp}-{rtp + 4}
            module_path /usr/lib/baresip/modules
            module g711.so
            module srtp.so
            module_tmp account.so
            {application}
            module_app menu.so

            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "accounts"), $"<sip:far@{address}:{port}>;regint=0;answermode={answer};{(secure ? "mediaenc=srtp-mand;" : "")}audio_codecs=pcmu/8000/1,pcma/8000/1\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "contacts"), "\n");
        return await Peer.BaresipAsync(folder, port, network?.Name);
    }
}
