using System.Threading.Channels;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Bot.Tests.World;

/// <summary>Handles turns by answering "did ID", and hears what is said.</summary>
internal sealed class FakeChat : ITurnHandler, IChannel
{
    private readonly Channel<string> _handled = System.Threading.Channels.Channel.CreateUnbounded<string>();

    public List<string> Handled { get; } = [];

    public List<string> Said { get; } = [];

    public Func<Turn, Task<TurnOutcome>>? Handle { get; set; }

    public ChannelCapabilities Capabilities => ChannelCapabilities.None;

    /// <summary>Id of the next turn that was handled.</summary>
    public ValueTask<string> NextAsync() => _handled.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<TurnOutcome> HandleAsync(Turn turn, CancellationToken cancellationToken)
    {
        Handled.Add(turn.Id);
        var outcome = Handle is null ? TurnOutcome.Told($"did {turn.Id}") : await Handle(turn);
        _handled.Writer.TryWrite(turn.Id);
        return outcome;
    }

    public bool Serves(string channel) => true;

    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId) => conversation;

    public ConversationReference WithoutThread(ConversationReference conversation) => conversation;

    public Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        Said.Add($"{conversation.Key}: {message.Text}");
        return Task.FromResult("m1");
    }

    public Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken)
    {
        Said.Add($"{conversation.Key} to {to.Name}: {text}");
        return Task.CompletedTask;
    }

    public static Turn TurnOf(string id, DateTimeOffset at, TurnKind kind = TurnKind.Text) => new()
    {
        Id = id,
        Kind = kind,
        From = new("webchat:ana", "Ana"),
        Where = new ConversationReference("webchat", "http://localhost/", "ana-1", "bot", false),
        Text = kind == TurnKind.Text ? id : "",
        Verb = kind == TurnKind.Action ? "approve" : null,
        At = at,
    };
}
