using TrunkBot.Lab.Control;
using TrunkBot.Lab.MetaView;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests;

/// <summary>MetaView and the control page with the SBC's files but without its login; each test has its own.</summary>
internal sealed class WebLab : IAsyncDisposable
{
    private readonly LabFolder _folder = new();

    private WebLab()
    {
    }

    public LabHost Host { get; private set; } = null!;

    public HttpClient Http { get; } = new();

    public FakePath Path { get; } = new();

    public LabFolder Folder => _folder;

    public Uri MetaView(string path) => new($"http://127.0.0.1:{Host.MetaViewPort}{path}");

    public Uri Control(string path) => new($"http://127.0.0.1:{Host.ControlPort}{path}");

    public static async Task<WebLab> StartAsync()
    {
        var lab = new WebLab();
        var configuration = new LabPart("configuration", (context, _) =>
        {
            new ConfigFile(context.Options.DataDirectory).Lay(again: false);
            context.Sbc = new SbcView(context.Options.DataDirectory);
            context.CallPath = lab.Path;
            return Task.FromResult<IAsyncDisposable>(lab.Path);
        });
        lab.Host = await LabHost.StartAsync(LabOptions.OnFreePorts(lab._folder.Path), [configuration, MetaViewServer.Part, ControlServer.Part], TestContext.Current.CancellationToken);
        return lab;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A way that a test opens and closes.</summary>
internal sealed class FakePath : ICallPath, IAsyncDisposable
{
    public PathVerdict Verdict { get; set; } = new(false, "The adjacency is not active.");

    public PathVerdict Judge(string bindingName) => Verdict;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
