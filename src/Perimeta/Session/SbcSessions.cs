using System.Collections.Concurrent;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Session;

/// <summary>
/// Sessions by network element: one at a time for each, kept open for a short while so that the steps of one change share a login.
/// </summary>
internal sealed class SbcSessions(ISecrets secrets, DialectCatalogue dialects, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Element> _elements = new(StringComparer.Ordinal);
    private readonly SshLogin _login = new(secrets, time);

    /// <exception cref="SbcFailureException">The site names a dialect that does not exist: code <c>sbc-dialect-unknown</c>.</exception>
    public Dialect DialectOf(PerimetaSite site) => dialects.Find(site.Dialect) ?? throw new SbcFailureException(
        "sbc-dialect-unknown",
        $"The site's Perimeta dialect \"{site.Dialect}\" does not exist; there are: {string.Join(", ", dialects.Names)}.",
        "Correct perimeta.dialect in the site profile, or put the dialect file into the folder that Perimeta:DialectDirectory names.");

    /// <summary>Waits for the element's turn, logs in if nobody did shortly before, and hands out the session.</summary>
    /// <exception cref="SbcFailureException">The device could not be reached or did not let us in.</exception>
    public async Task<SessionLease> LeaseAsync(PerimetaSite site, WireTap tap, CancellationToken cancellationToken)
    {
        var dialect = DialectOf(site);
        var element = _elements.GetOrAdd(site.Element, static _ => new Element());
        await element.Turn.WaitAsync(cancellationToken);
        try
        {
            var session = await element.TakeOverAsync(site, tap, cancellationToken);
            if (session is null)
            {
                session = await OpenAsync(site, dialect, cancellationToken);
                session.Begin(tap);
                await EnterAsync(session, cancellationToken);
            }

            return new SessionLease(session, dialect, () => element.GiveBack(session, site, TimeSpan.FromSeconds(dialect.Limits.IdleSeconds), time));
        }
        catch
        {
            element.Turn.Release();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var element in _elements.Values)
        {
            element.Dispose();
        }
    }

    private async Task<CliSession> OpenAsync(PerimetaSite site, Dialect dialect, CancellationToken cancellationToken)
    {
        var secret = _login.Secret(site);
        var (client, shell, connection) = await _login.OpenAsync(site, dialect, cancellationToken);
        var session = new CliSession(shell, dialect, secret, site.Element, time, connection);
        client.ErrorOccurred += (_, _) => session.ConnectionLost();
        shell.ErrorOccurred += (_, _) => session.ConnectionLost();
        shell.Closed += (_, _) => session.ConnectionLost();
        if (!shell.CanWrite)
        {
            // It ended before anybody could be told.
            session.ConnectionLost();
        }

        return session;
    }

    private static async Task EnterAsync(CliSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.EnterAsync(cancellationToken);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private sealed class Element : IDisposable
    {
        private readonly Lock _gate = new();
        private CliSession? _idle;
        private PerimetaSite? _site;
        private ITimer? _timer;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public async Task<CliSession?> TakeOverAsync(PerimetaSite site, WireTap tap, CancellationToken cancellationToken)
        {
            var (session, before) = (Take(), _site);
            if (session is null)
            {
                return null;
            }

            var kept = false;
            try
            {
                session.Begin(static (_, _) => { });
                if (before == site && await session.AnswersAsync(cancellationToken))
                {
                    session.Begin(tap);
                    kept = true;
                    return session;
                }

                return null;
            }
            finally
            {
                if (!kept)
                {
                    session.Dispose();
                }
            }
        }

        public void GiveBack(CliSession session, PerimetaSite site, TimeSpan idle, TimeProvider time)
        {
            if (session.Usable)
            {
                lock (_gate)
                {
                    (_idle, _site) = (session, site);
                    _timer = time.CreateTimer(_ => Take()?.Dispose(), null, idle, Timeout.InfiniteTimeSpan);
                }
            }
            else
            {
                session.Dispose();
            }

            Turn.Release();
        }

        public void Dispose()
        {
            Take()?.Dispose();
            Turn.Dispose();
        }

        private CliSession? Take()
        {
            lock (_gate)
            {
                _timer?.Dispose();
                (var session, _idle, _timer) = (_idle, null, null);
                return session;
            }
        }
    }
}

/// <summary>The right to use an element's session until disposed.</summary>
internal sealed class SessionLease(CliSession session, Dialect dialect, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public CliSession Session { get; } = session;

    public Dialect Dialect { get; } = dialect;

    public void Dispose()
    {
        var back = _giveBack;
        _giveBack = null;
        back?.Invoke();
    }
}
