using System.Globalization;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip;

/// <summary>The contacts of 3xx answers (RFC 3261 8.1.3.4): by their q, each URI once, a few in all, never from sips: down to sip:.</summary>
internal sealed class Redirects(SipUri asked)
{
    private const int Most = 5;

    private readonly HashSet<string> _seen = [asked.ToString()];
    private readonly PriorityQueue<SipUri, (double, int)> _left = new();

    public void Take(SipMessage response)
    {
        foreach (var text in response.Headers.Values("Contact"))
        {
            if (SipAddress.TryParse(text, out var contact) && contact.Uri is { } uri && (uri.Secure || !asked.Secure) && _seen.Count <= Most && _seen.Add(uri.ToString()))
            {
                _left.Enqueue(uri, (-Quality(contact), _seen.Count));
            }
        }
    }

    /// <summary>The best that was not tried yet, or null.</summary>
    public SipUri? Next() => _left.TryDequeue(out var next, out _) ? next : null;

    private static double Quality(SipAddress contact) =>
        double.TryParse(contact.Parameters["q"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) ? q : 1;
}
