using System.Globalization;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip;

/// <summary>The session timer of a call that the far end asks for (RFC 4028): we refresh at half of the interval, or hang up a little before its end when the far end was to refresh and did not.</summary>
/// <param name="refresh">Told when it is our turn.</param>
/// <param name="expired">Told when the far end missed its turn.</param>
internal sealed class SessionTimer(TimeProvider time, Action refresh, Action expired) : IDisposable
{
    /// <summary>The shortest interval that is legal (RFC 4028 5).</summary>
    public static readonly TimeSpan Minimum = TimeSpan.FromSeconds(90);

    /// <summary>How long before the end to hang up, at most (RFC 4028 10).</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(32);

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _ended;

    /// <summary>The interval; null as long as nobody asked for a timer.</summary>
    public TimeSpan? Interval { get; private set; }

    /// <summary>Reads Session-Expires; null when there is none or it is malformed.</summary>
    public static (TimeSpan Interval, string? Refresher)? Read(SipMessage message)
    {
        var parts = SipText.Split(message.Headers["Session-Expires"] ?? "", ';');
        if (parts.Count == 0 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
        {
            return null;
        }

        return SipParameters.TryParse(string.Join(';', parts.Skip(1)), 0, out var parameters)
            ? (TimeSpan.FromSeconds(seconds), parameters["refresher"]?.ToLowerInvariant())
            : null;
    }

    /// <summary>The interval that a 422 asks for at least (Min-SE, RFC 4028 6); null when it says none, or one that is no longer than what was asked for.</summary>
    /// <param name="asked">What we asked for; null when that was nothing, and a proxy on the way asked for us.</param>
    public static TimeSpan? Least(SipMessage refusal, TimeSpan? asked) =>
        refusal.StatusCode == 422 && int.TryParse(refusal.Headers["Min-SE"]?.Split(';')[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && TimeSpan.FromSeconds(seconds) is var least && least > (asked ?? TimeSpan.Zero)
            ? least
            : null;

    /// <summary>Asks for an interval, and for none shorter: somebody on the way refused that (RFC 4028 7.3).</summary>
    public static void AskAtLeast(SipHeaders headers, TimeSpan interval) =>
        headers.Add("Session-Expires", $"{interval.TotalSeconds:0}").Add("Min-SE", $"{interval.TotalSeconds:0}");

    /// <summary>Starts anew after a 2xx to INVITE or UPDATE; without Session-Expires in it there is no timer any more.</summary>
    /// <param name="weAreClient">Whether that request was ours: <c>refresher=uac</c> is then us.</param>
    public void Take(SipMessage answer, bool weAreClient)
    {
        if (Read(answer) is not var (interval, refresher))
        {
            Start(null, default, refresh);
            return;
        }

        // An answer has to say who refreshes; when it does not, one refresh too many harms nobody.
        var ours = refresher is null || refresher == (weAreClient ? "uac" : "uas");
        var margin = interval / 3 < Margin ? interval / 3 : Margin;
        Start(interval, ours ? interval / 2 : interval - margin, ours ? refresh : expired);
    }

    /// <summary>Tries again a little later: the far end was changing the call at the same time (491).</summary>
    public void Postpone() => Start(Interval, TimeSpan.FromSeconds(3), refresh);

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _timer?.Dispose();
        }
    }

    private void Start(TimeSpan? interval, TimeSpan due, Action action)
    {
        lock (_gate)
        {
            _timer?.Dispose();
            Interval = interval;
            _timer = interval is null || _ended ? null : time.CreateTimer(_ => action(), null, due, Timeout.InfiniteTimeSpan);
        }
    }
}
