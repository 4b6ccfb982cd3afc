using System.Diagnostics;
using System.Text.Json;

namespace TrunkBot.Twilio.Tests.Prism;

/// <summary>Stoplight Prism in a node process of its own, as mock and as validating proxy, with Twilio's OpenAPI descriptions.</summary>
internal sealed class PrismPeer : IAsyncDisposable
{
    private readonly Process node;
    private readonly Task<string> complaints;

    private PrismPeer(Process node)
    {
        this.node = node;
        complaints = node.StandardError.ReadToEndAsync();
    }

    /// <summary>Answers by itself, with the examples of the descriptions.</summary>
    public Uri Mock { get; private set; } = null!;

    /// <summary>Hands on to the upstream; a request or an answer that does not fit the description is an error.</summary>
    public Uri Proxy { get; private set; } = null!;

    public int Schemas { get; private set; }

    /// <summary>Schemas of responses that no validator can compile, so that Prism would not look at those responses.</summary>
    public IReadOnlyList<string> Failures { get; private set; } = [];

    public static async Task<PrismPeer> StartAsync(Uri upstream)
    {
        var peer = new PrismPeer(Process.Start(new ProcessStartInfo("node", ["peer.cjs", upstream.ToString()])
        {
            WorkingDirectory = Folder(), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!);
        var line = await peer.node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120));
        Assert.True(line is not null, line is null ? await peer.complaints : "");
        var told = JsonDocument.Parse(line!).RootElement;
        peer.Mock = new($"http://127.0.0.1:{told.GetProperty("mock").GetInt32()}");
        peer.Proxy = new($"http://127.0.0.1:{told.GetProperty("proxy").GetInt32()}");
        peer.Schemas = told.GetProperty("schemas").GetInt32();
        peer.Failures = [.. told.GetProperty("failures").EnumerateArray().Select(f => f.GetString()!)];
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        node.StandardInput.Close();
        await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        node.Dispose();
    }

    public static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return Path.Combine(folder.FullName, "tests", "Twilio", "Prism");
    }
}
