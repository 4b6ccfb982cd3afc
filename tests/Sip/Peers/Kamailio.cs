namespace TrunkBot.Sip.Tests.Peers;

/// <summary>kamailio as registrar with digest (user probe, password s3cret, realm trunk.test) and as a proxy that records its route.</summary>
internal static class Kamailio
{
    /// <param name="forwardTo">Port of the server behind the proxy.</param>
    /// <param name="algorithm">MD5 or SHA-256.</param>
    public static async Task<Peer> StartAsync(int forwardTo, string algorithm = "MD5")
    {
        var folder = Directory.CreateTempSubdirectory("kamailio-").FullName;
        var port = Peer.FreePort();
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
            modparam("auth_db", "db_url", "text://{{folder}}")
            modparam("auth_db", "calculate_ha1", yes)
            modparam("auth_db", "password_column", "password")
            modparam("auth_db", "load_credentials", "")
            modparam("auth", "qop", "auth")
            modparam("auth", "algorithm", "{{algorithm}}")
            request_route {
                if (has_totag()) { if (loose_route()) { t_relay(); } exit; }
                if (is_method("REGISTER")) {
                    if (!www_authorize("trunk.test", "subscriber")) { www_challenge("trunk.test", "1"); exit; }
                    save("location");
                    exit;
                }
                if (is_method("INVITE")) {
                    if (!proxy_authorize("trunk.test", "subscriber")) { proxy_challenge("trunk.test", "1"); exit; }
                    consume_credentials();
                    record_route();
                    $du = "sip:127.0.0.1:{{forwardTo}}";
                    t_relay();
                    exit;
                }
                sl_send_reply("405", "Method Not Allowed");
            }
            """);
        return await Peer.KamailioAsync(folder, port);
    }
}
