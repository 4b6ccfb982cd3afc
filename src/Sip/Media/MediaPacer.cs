using System.Diagnostics;

namespace TrunkBot.Sip.Media;

/// <summary>
/// The one thread of this process that sends and reads the media of all calls. It is none of the shared pool: there a busy program would make packets late, and a test of a
/// trunk would report what its own machine did. It lives as long as there is a session.
/// </summary>
internal sealed class MediaPacer
{
    /// <summary>What is due within this is done now: the kernel waits in whole milliseconds.</summary>
    public static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1);

    /// <summary>How soon a session that begins to send is seen.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly object _gate = new();
    private readonly List<RtpSession> _sessions = [];
    private bool _running;

    private MediaPacer()
    {
    }

    public static MediaPacer Shared { get; } = new();

    /// <summary>Serves a session from now on, until it says that it is over.</summary>
    public void Add(RtpSession session)
    {
        lock (_gate)
        {
            _sessions.Add(session);
            if (!_running)
            {
                _running = true;
                new Thread(Run) { IsBackground = true, Name = "media" }.Start();
            }
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            while (_sessions.Count > 0)
            {
                var now = Stopwatch.GetTimestamp();
                var wait = LongestWait;
                for (var i = _sessions.Count - 1; i >= 0; i--)
                {
                    var session = _sessions[i];
                    if (Until(session) <= Early && !session.Serve())
                    {
                        _sessions.RemoveAt(i);
                    }
                    else if (Until(session) is var left && left < wait)
                    {
                        wait = left;
                    }
                }

                wait -= Stopwatch.GetElapsedTime(now);

                // Not for a signal: it lets others in, and is not woken sooner.
                Monitor.Wait(_gate, wait > Early ? wait : Early);
                TimeSpan Until(RtpSession session) => Stopwatch.GetElapsedTime(now, session.Due);
            }

            _running = false;
        }
    }
}
