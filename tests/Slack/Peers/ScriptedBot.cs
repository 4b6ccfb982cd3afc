using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Tests.Support;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Tests.Peers;

/// <summary>The bot's whole room for Slack, its own client of the Web API included, over a core that does what the script's reference app does.</summary>
internal static class ScriptedBot
{
    public static Task<SlackHost> StartAsync(FakeSlack slack, bool overWebSocket = false) => SlackHost.StartAsync(
        new Dictionary<string, string?>
        {
            ["Slack:ApiUrl"] = slack.ApiUrl, ["Slack:BotToken"] = "xoxb-1", ["Slack:AppToken"] = overWebSocket ? "xapp-1" : "", ["Slack:SocketConnections"] = "1",
        },
        services =>
        {
            services.RemoveAll<ISlackApi>();
            services.RemoveAll<IChannel>();
            services.AddSingleton<ISlackApi, SlackApi>();
            services.AddSingleton<IChannel, SlackChannel>();
            services.AddSingleton<IInstallStore, NoInstalls>();
            services.AddSingleton<ITurnIntake, Core>();
        });

    /// <summary>Like the host's intake it drops what it has by its id.</summary>
    private sealed class Core(IServiceProvider services) : ITurnIntake
    {
        private readonly ConcurrentDictionary<string, byte> seen = new();

        public async Task AcceptAsync(Turn turn, CancellationToken cancellationToken)
        {
            if (seen.TryAdd(turn.Id, 0) && turn.Kind == TurnKind.Text)
            {
                await SayAsync(turn);
            }
        }

        public async Task<TurnOutcome> InvokeAsync(Turn turn, CancellationToken cancellationToken)
        {
            switch (turn)
            {
                case { Text: ['n', 'e', 'w', ..] } or { Verb: "new-trunk" }:
                    return new() { Form = TestBlocks.Form("New trunk", 1, ["name"]) };
                case { Verb: "approve" }:
                    return TurnOutcome.Told("CHG-17 is approved.");
                case { Verb: "form-next" }:
                    return turn.Data["name"] switch
                    {
                        "taken" => new() { Form = TestBlocks.Form("New trunk", 1, ["name"], ("name", "taken")) },
                        "next" => new() { Form = TestBlocks.Form("New trunk", 2, ["realm"]) },
                        _ => TurnOutcome.Nothing,
                    };
                default:
                    await SayAsync(turn);
                    return TurnOutcome.Nothing;
            }
        }

        private Task<string> SayAsync(Turn turn) => services.GetRequiredService<IChannel>().SendAsync(turn.Where, Message.OfText("heard"), CancellationToken.None);
    }

    private sealed class NoInstalls : IInstallStore
    {
        public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

        public Task SaveAsync(string key, byte[] content, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<bool> TryReplaceAsync(string key, byte[] standing, byte[] content, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task RemoveAsync(string key, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
