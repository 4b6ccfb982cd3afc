using TrunkBot.Changes;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.People;

/// <summary>Who the users of the platforms are to the bot.</summary>
public class PeopleBook
{
    /// <summary>The account that a platform's user is bound to.</summary>
    public virtual Task<Actor> AccountOfAsync(ChannelUser user, CancellationToken cancellationToken) => Task.FromResult(new Actor(user.Id, user.Name));

    /// <summary>The users of one channel that are bound to an account, for mentions and views of their own; empty when there is none.</summary>
    /// <param name="account">An <see cref="Actor.Id"/>, such as one of a site's approvers.</param>
    /// <param name="channel">Channel id, such as <c>msteams</c>.</param>
    public virtual Task<IReadOnlyList<ChannelUser>> UsersOfAsync(string account, string channel, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChannelUser>>(account.StartsWith($"{channel}:", StringComparison.Ordinal) ? [new(account, account)] : []);
}
