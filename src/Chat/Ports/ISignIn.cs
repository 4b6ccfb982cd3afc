using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Ports;

/// <summary>The site's sign-in, by which people bind their own chat user to their account. Implemented by the host.</summary>
public interface ISignIn
{
    /// <summary>A link for this user alone, good once and for ten minutes; null when the site has no sign-in for users of that channel.</summary>
    Uri? LinkFor(ChannelUser user);
}
