using TrunkBot.Lab.Perimeta;

namespace TrunkBot.Lab.Tests.Perimeta;

/// <summary>A running SBC with its real sshd, shared by the tests of one class.</summary>
public sealed class SbcFixture : IAsyncLifetime
{
    private readonly LabFolder _folder = new();

    public LabHost Host { get; private set; } = null!;

    internal LabFolder Folder => _folder;

    internal SshClient Client => new(_folder, Host.SshPort);

    public async ValueTask InitializeAsync() => Host = await LabHost.StartAsync(LabOptions.OnFreePorts(_folder.Path), [PerimetaServer.Part], CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
