using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TrunkBot.Slack.Incoming;

/// <summary>
/// Whether Slack sent a request: the HMAC of its raw body and its time, by the app's signing secret. Fails closed: without a secret nothing is Slack's.
/// </summary>
/// <remarks>Source: Slack, "Verifying requests from Slack". A time in the future is refused as well as one in the past, which Slack's own framework does not do.</remarks>
internal sealed class RequestSignature(IOptions<SlackOptions> options, TimeProvider time)
{
    public const string SignatureHeader = "X-Slack-Signature";
    public const string TimestampHeader = "X-Slack-Request-Timestamp";

    /// <summary>How far the time of a request may be from ours, in both directions.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly byte[][] secrets =
    [
        .. new[] { options.Value.SigningSecret, options.Value.PreviousSigningSecret }.Where(s => s.Length > 0).Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Why a request can't be Slack's, by its headers alone, so that a stranger's body is not read; null when the body decides.</summary>
    public string? FailureOf(IHeaderDictionary headers)
    {
        if (secrets.Length == 0)
        {
            return "no-signing-secret";
        }

        if (SignatureIn(headers) is null)
        {
            return "signature-malformed";
        }

        if (headers[TimestampHeader] is not [{ Length: > 0 and <= 12 } stamp] || !stamp.All(char.IsAsciiDigit))
        {
            return "timestamp-malformed";
        }

        var at = long.Parse(stamp, CultureInfo.InvariantCulture);
        return Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - at) <= (long)Skew.TotalSeconds ? null : "timestamp";
    }

    /// <summary>Whether the signature is of exactly these bytes. Takes the same time whatever differs.</summary>
    /// <param name="headers">Headers in which <see cref="FailureOf"/> found nothing wrong.</param>
    public bool IsOf(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var given = Convert.FromHexString(SignatureIn(headers)!);
        var prefix = Encoding.ASCII.GetBytes($"v0:{headers[TimestampHeader]}:");
        var isOf = false;
        foreach (var secret in secrets)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            hmac.AppendData(prefix);
            hmac.AppendData(body);
            isOf |= CryptographicOperations.FixedTimeEquals(hmac.GetHashAndReset(), given);
        }

        return isOf;
    }

    /// <summary>The 64 digits after <c>v0=</c>; null when the header is not there once, or has another form.</summary>
    private static string? SignatureIn(IHeaderDictionary headers) =>
        headers[SignatureHeader] is [{ Length: 67 } header] && header.StartsWith("v0=", StringComparison.Ordinal) && header[3..].All(char.IsAsciiHexDigitLower) ? header[3..] : null;
}
