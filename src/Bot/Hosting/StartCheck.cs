using System.Net;
using System.Net.Sockets;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Redaction;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Hosting;

/// <summary>What would fail later, or with a riddle, is found before anything is started: cards, secrets, ports.</summary>
internal static class StartCheck
{
    /// <exception cref="SettingsException">Something is missing or taken; all of it is named.</exception>
    /// <exception cref="TemplateException">A card is wrong.</exception>
    public static void Run(IServiceProvider services, IConfiguration configuration)
    {
        services.GetRequiredService<CardTemplates>();
        var secrets = services.GetRequiredService<ISecrets>();
        string[] wrong =
        [
            .. services.GetRequiredService<ISites>().All.SelectMany(site => Redactor.ReferencesOf(site).Where(r => IsMissing(secrets, r)).Select(
                r => $"site {site.Name}: {r} is not configured: set Secrets:{r.Name} in the environment, in user secrets or in the secrets file")),
            .. Missing("Storage:Password", services.GetRequiredService<StorageOptions>().Password, secrets),
            .. services.GetRequiredService<AlarmOptions>().Communities.SelectMany((c, i) => SecretSetting.IsWellFormed(c) && c.Length > 0
                ? Missing($"Alarms:Communities:{i}", c, secrets)
                : [$"Alarms:Communities:{i}: {SecretSetting.Form}"]),
            .. Missing("Cluster:RedisPassword", services.GetRequiredService<ClusterOptions>().RedisPassword, secrets),
            .. TakenPorts(services.GetRequiredService<ClusterOptions>(), configuration["Urls"] ?? ""),
        ];
        if (wrong.Length > 0)
        {
            throw new SettingsException(string.Join(Environment.NewLine, wrong));
        }
    }

    private static IEnumerable<string> Missing(string key, string setting, ISecrets secrets) => SecretSetting.Of(setting) is { } reference && IsMissing(secrets, reference)
        ? [$"{key}: {reference} is not configured: set Secrets:{reference.Name} in the environment, in user secrets or in the secrets file"]
        : [];

    private static bool IsMissing(ISecrets secrets, SecretReference reference)
    {
        try
        {
            secrets.Reveal(reference);
            return false;
        }
        catch (SecretNotFoundException)
        {
            return true;
        }
    }

    // The servers would say so too, but with a stack trace. What takes a port between here and there still ends there.
    private static IEnumerable<string> TakenPorts(ClusterOptions cluster, string urls)
    {
        if (IsTaken(cluster.IsShared ? IPAddress.Parse(cluster.AdvertisedAddress) : IPAddress.Loopback, cluster.SiloPort))
        {
            yield return $"Cluster:SiloPort: port {cluster.SiloPort} is taken on this machine; stop what listens there (another TrunkBot?) or choose another";
        }

        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                && IsTaken(IPAddress.TryParse(uri.DnsSafeHost, out var address) ? address : IPAddress.Loopback, uri.Port))
            {
                yield return $"Urls: port {uri.Port} of {url} is taken on this machine; stop what listens there (another TrunkBot?) or choose another";
            }
        }
    }

    private static bool IsTaken(IPAddress address, int port)
    {
        if (port <= 0)
        {
            return false;
        }

        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return true;
        }
        catch (SocketException)
        {
            // Not an address of this machine, or not allowed: the server says it in its own words.
            return false;
        }
    }
}
