using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>kamailio as registrar with digest (user probe, password s3cret, realm trunk.test) and as a proxy that records its route.</summary>
internal static class Kamailio
{
    /// <param name="forwardTo">Port of the server behind the proxy.</param>
    /// <param name="algorithm">MD5 or SHA-256.</param>
    /// <param name="tcp">Listens on TCP too, at the same port.</param>
    public static Task<Peer> StartAsync(int forwardTo, string algorithm = "MD5", bool tcp = false) => StartAsync(forwardTo, algorithm, _ => "", tcp: tcp);

    /// <summary>The same, with the media of its calls led through a relay that speaks SRTP with the caller and RTP with the server behind.</summary>
    public static Task<Peer> StartWithRelayAsync(int forwardTo, Rtpengine relay) => StartAsync(forwardTo, "MD5", _ => "", relay.Port);

    /// <summary>The same, over TLS too, on the port above.</summary>
    /// <param name="certificate">Its own, with the key.</param>
    /// <param name="versions">Such as <c>TLSv1.2</c> or <c>TLSv1.2+</c>.</param>
    /// <param name="clients">PEM of the authority whose certificates clients must have; null asks them for none.</param>
    public static Task<Peer> StartTlsAsync(X509Certificate2 certificate, int forwardTo = 9, string versions = "TLSv1.2+", string? clients = null) =>
        StartAsync(forwardTo, "MD5", folder => Tls(folder, certificate, versions, clients));

    /// <summary>As a trunk's secure edge: calls come over TLS, on the port above, with SRTP, without a password, and leave for the server behind over UDP with RTP.</summary>
    public static Task<Peer> StartEdgeAsync(X509Certificate2 certificate, int forwardTo, Rtpengine relay) =>
        StartAsync(forwardTo, "MD5", folder => Tls(folder, certificate, "TLSv1.2+", null), relay.Port, asksPassword: false);

    private static string Tls(string folder, X509Certificate2 certificate, string versions, string? clients)
    {
        File.WriteAllText(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "clients.pem"), clients ?? "");
        return $"""
            loadmodule "tls.so"
            modparam("tls", "tls_method", "{versions}")
            modparam("tls", "certificate", "{folder}/certificate.pem")
            modparam("tls", "private_key", "{folder}/key.pem")
            {(clients is null ? "" : $"modparam(\"tls\", \"ca_list\", \"{folder}/clients.pem\")\nmodparam(\"tls\", \"verify_certificate\", 1)\nmodparam(\"tls\", \"require_certificate\", 1)")}
            """;
    }

    /// <param name="tls">Writes what TLS needs into the folder and gives the lines of the configuration; empty without TLS.</param>
    /// <param name="relay">Control port of rtpengine; null leaves media alone.</param>
    private static async Task<Peer> StartAsync(int forwardTo, string algorithm, Func<string, string> tls, int? relay = null, bool tcp = false, bool asksPassword = true)
    {
        var folder = Directory.CreateTempSubdirectory("kamailio-").FullName;
        var port = Peer.FreePort();
        var module = tls(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "version"), "table_name(string) table_version(int)\nsubscriber:7\n");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "subscriber"),
            "id(int,auto) username(string) domain(string) password(string) ha1(string) ha1b(string)\n1:probe:trunk.test:s3cret:x:x\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "kamailio.cfg"), $$"""
            #!KAMAILIO
            debug=1
            log_stderror=yes
            fork=yes
            children=1
            tcp_children=1
            auto_aliases=no
            listen=udp:127.0.0.1:{{port}}
            {{(tcp ? $"listen=tcp:127.0.0.1:{port}" : "")}}
            {{(module.Length == 0 ? "" : $"enable_tls=yes\nlisten=tls:127.0.0.1:{port + 1}")}}
            alias="trunk.test"
            mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
            loadmodule "kex.so"
            loadmodule "tm.so"
            loadmodule "sl.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "siputils.so"
            loadmodule "textops.so"
            loadmodule "usrloc.so"
            loadmodule "registrar.so"
            loadmodule "db_text.so"
            loadmodule "auth.so"
            loadmodule "auth_db.so"
            {{module}}
            {{(relay is null ? "" : $"loadmodule \"rtpengine.so\"\nmodparam(\"rtpengine\", \"rtpengine_sock\", \"udp:127.0.0.1:{relay}\")")}}
            modparam("auth_db", "db_url", "text://{{folder}}")
            modparam("auth_db", "calculate_ha1", yes)
            modparam("auth_db", "password_column", "password")
            modparam("auth_db", "load_credentials", "")
            modparam("auth", "qop", "auth")
            modparam("auth", "algorithm", "{{algorithm}}")
            request_route {
                {{(relay is null ? "" : "if (is_method(\"BYE\")) { rtpengine_delete(); }")}}
                if (has_totag()) { if (loose_route()) { t_relay(); } exit; }
                if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
                if (is_method("INVITE") && $rU == "probe") {
                    record_route();
                    if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
                    t_relay();
                    exit;
                }
                if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
                if (is_method("REGISTER")) {
                    if (!www_authorize("trunk.test", "subscriber")) { www_challenge("trunk.test", "1"); exit; }
                    save("location");
                    exit;
                }
                if (is_method("INVITE")) {
                    {{(asksPassword ? "if (!proxy_authorize(\"trunk.test\", \"subscriber\")) { proxy_challenge(\"trunk.test\", \"1\"); exit; } consume_credentials();" : "")}}
                    record_route();
                    $du = "sip:127.0.0.1:{{forwardTo}}";
                    {{(relay is null ? "" : "rtpengine_offer(\"RTP/AVP ICE=remove\"); t_on_reply(\"MEDIA\");")}}
                    t_relay();
                    exit;
                }
                sl_send_reply("405", "Method Not Allowed");
            }
            {{(relay is null ? "" : "onreply_route[MEDIA] { if (has_body(\"application/sdp\")) { rtpengine_answer(\"RTP/SAVP ICE=remove\"); } }")}}
            """);
        var peer = await Peer.KamailioAsync(folder, port);
        if (module.Length > 0)
        {
            await UntilItSpeaksTlsAsync(port + 1);
        }

        return peer;
    }

    /// <summary>Its sockets are open before the process that speaks TLS is ready; until then it drops who connects.</summary>
    private static async Task UntilItSpeaksTlsAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
                await using var stream = new SslStream(client.GetStream(), false, (_, shown, _, _) => shown is not null);
                await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "ready" }, limit.Token);
                return;
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }
}
