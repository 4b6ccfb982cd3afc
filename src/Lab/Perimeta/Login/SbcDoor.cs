namespace TrunkBot.Lab.Perimeta.Login;

/// <summary>What is not as clients know it.</summary>
internal enum Stranger
{
    Nothing,
    HostKey,
    Password,
}

/// <summary>The way into the simulated SBC: its sshd, which can be shut, and opened again on the same port with another host key or password.</summary>
internal sealed class SbcDoor(string dataDirectory, LabSecrets secrets) : IAsyncDisposable
{
    private PrivateSshd? _sshd;
    private Stranger _shown;

    /// <summary>Stays the same while it is shut.</summary>
    public int Port { get; private set; }

    /// <summary>Opens it, and ends every session when it was open.</summary>
    public async Task OpenAsync(int port, Stranger stranger, CancellationToken cancellationToken)
    {
        await ShutAsync();
        _sshd = await PrivateSshd.StartAsync(dataDirectory, port, secrets, stranger, cancellationToken);
        Port = _sshd.Port;
        _shown = stranger;
    }

    /// <summary>As clients know it; sessions go on when it was.</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        if (_sshd is null || _shown != Stranger.Nothing)
        {
            await OpenAsync(Port, Stranger.Nothing, cancellationToken);
        }
    }

    /// <summary>Nothing listens any more, and every session ends.</summary>
    public async Task ShutAsync()
    {
        if (_sshd is { } open)
        {
            _sshd = null;
            await open.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await ShutAsync();
}
