using System.Text.Json.Nodes;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Slack.WebApi;

/// <summary>Slack's Web API, with the token of a workspace.</summary>
internal interface ISlackApi
{
    /// <summary>The workspace that stands for <see cref="SlackOptions.AppToken"/>, the token of the app itself.</summary>
    const string App = "app";

    /// <summary>Calls one method and returns Slack's answer, whose <c>ok</c> is true. Waits where Slack's rates ask for it.</summary>
    /// <param name="method">One of <see cref="SlackMethods"/>, such as <c>chat.postMessage</c>.</param>
    /// <param name="workspace">Id of the team (T1), or of the enterprise (E1) where the bot is installed for an organisation; <see cref="App"/> for the app-level token.</param>
    /// <exception cref="ChannelException">Refused or not answered; begins with a code of ours and names Slack's error.</exception>
    Task<JsonObject> CallAsync(string method, JsonObject arguments, string workspace, CancellationToken cancellationToken);
}
