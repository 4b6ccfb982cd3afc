using System.Diagnostics;
using System.Text.Json.Nodes;
using TrunkBot.Slack.Tests.Support;

namespace TrunkBot.Slack.Tests.Peers;

/// <summary>The reference app in a process of its own.</summary>
internal sealed class BoltApp : IAsyncDisposable
{
    private readonly Process node;
    private readonly Task<string> complaints;

    private BoltApp(Process node)
    {
        this.node = node;
        complaints = node.StandardError.ReadToEndAsync();
    }

    public Uri Url { get; private set; } = null!;

    /// <param name="mode">http or socket.</param>
    public static async Task<BoltApp> StartAsync(string mode, FakeSlack slack)
    {
        slack.IsDrivingBolt = true;
        var start = new ProcessStartInfo("node", ["app.cjs", mode, SlackHost.Secret, slack.ApiUrl])
        {
            WorkingDirectory = Path.Combine(Root(), "tests", "Slack", "Peers", "Bolt"), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var app = new BoltApp(Process.Start(start)!);
        while (true)
        {
            var line = await app.node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));
            Assert.True(line is not null, await (line is null ? app.complaints : Task.FromResult("")));
            if (line!.StartsWith("{\"port\"", StringComparison.Ordinal))
            {
                app.Url = new($"http://127.0.0.1:{JsonNode.Parse(line)!["port"]}");
                return app;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        node.StandardInput.Close();
        await node.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90));
        node.Dispose();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }
}
