using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Alerts;

/// <summary>
/// Whether a message comes from whom it says: each source in its own published way. Fails closed without a secret; secrets are compared in constant
/// time. PagerDuty: header X-PagerDuty-Signature, "Verifying Signatures" of its developer documentation. Grafana: header X-Grafana-Alerting-Signature,
/// "Configure webhook notifications". Alertmanager (http_config) and Opsgenie (custom headers) sign nothing: a login in the header Authorization.
/// </summary>
internal static class AlertCaller
{
    private const string PagerDutyHeader = "X-PagerDuty-Signature";
    private const string GrafanaHeader = "X-Grafana-Alerting-Signature";

    /// <summary>How far a signature's time may be from ours, either way.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The source signs its messages; else its login stands in a header, and a stranger's message need not be read.</summary>
    public static bool Signs(string source, AlertWebhookOptions options) =>
        source == AlertSources.PagerDuty || (source == AlertSources.Grafana && options.Grafana.Secret.Length > 0);

    /// <summary>What is wrong with the caller; null when nothing is.</summary>
    /// <param name="body">Of sources that sign; else not looked at.</param>
    public static string? Refusal(string source, AlertWebhookOptions options, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) => source switch
    {
        AlertSources.PagerDuty => PagerDuty(options.PagerDuty, headers, body),
        AlertSources.Grafana when options.Grafana.Secret.Length > 0 => Grafana(options.Grafana, headers, body, now),
        AlertSources.Grafana => Login(options.Grafana, headers),
        AlertSources.Alertmanager => Login(options.Alertmanager, headers),
        AlertSources.Opsgenie => Login(options.Opsgenie, headers),
        _ => "source-unknown",
    };

    /// <summary>What is wrong with the login in the header Authorization; null when nothing is.</summary>
    public static string? Login(LoginOptions login, IHeaderDictionary headers)
    {
        var hasBasic = login.User.Length > 0 && login.Password.Length > 0;
        if (!hasBasic && login.Token.Length == 0)
        {
            return "no-secret";
        }

        if (headers.Authorization is not [{ } authorization])
        {
            return "no-login";
        }

        var basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}"))}";
        var fits = (hasBasic & Same(authorization, basic)) | (login.Token.Length > 0 & Same(authorization, $"Bearer {login.Token}"));
        return fits ? null : "login";
    }

    /// <summary>While a secret is being replaced, the header has a signature for each, separated by commas.</summary>
    private static string? PagerDuty(PagerDutyOptions options, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var secrets = options.Secrets.Where(s => s.Length > 0).ToList();
        if (secrets.Count == 0)
        {
            return "no-secret";
        }

        if (headers[PagerDutyHeader] is not [{ } header])
        {
            return "no-signature";
        }

        var fits = false;
        foreach (var secret in secrets)
        {
            var wanted = $"v1={Signature(secret, body)}";
            foreach (var given in header.Split(',', 9, StringSplitOptions.TrimEntries).Take(8))
            {
                fits |= Same(given, wanted);
            }
        }

        return fits ? null : "signature";
    }

    private static string? Grafana(GrafanaOptions options, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (headers[GrafanaHeader] is not [{ } given])
        {
            return "no-signature";
        }

        if (options.TimestampHeader.Length == 0)
        {
            return Same(given, Signature(options.Secret, body)) ? null : "signature";
        }

        if (headers[options.TimestampHeader] is not [{ } stamp] || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return "no-timestamp";
        }

        if (!Same(given, Signature(options.Secret, [.. Encoding.UTF8.GetBytes($"{stamp}:"), .. body])))
        {
            return "signature";
        }

        return Math.Abs((decimal)now.ToUnixTimeSeconds() - seconds) <= (decimal)Skew.TotalSeconds ? null : "timestamp";
    }

    private static string Signature(string secret, ReadOnlySpan<byte> body) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    // Digests of one length, so that not even the length of a secret shows in the time taken.
    private static bool Same(string given, string wanted) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(wanted)));
}
