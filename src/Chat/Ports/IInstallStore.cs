namespace TrunkBot.Chat.Ports;

/// <summary>
/// Where a channel keeps what it was given when somebody installed the bot: tokens, sealed by the channel itself before they come here. The store
/// sees nothing but bytes.
/// </summary>
public interface IInstallStore
{
    /// <param name="key">Channel and where it is installed, such as <c>slack:T1</c>.</param>
    /// <returns>The sealed bytes; null when it is not installed there.</returns>
    Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps the bytes under the key, whatever stood there.</summary>
    Task SaveAsync(string key, byte[] content, CancellationToken cancellationToken);

    /// <summary>The same, if exactly <paramref name="standing"/> still stands there. False: somebody else was faster, and nothing was written.</summary>
    Task<bool> TryReplaceAsync(string key, byte[] standing, byte[] content, CancellationToken cancellationToken);

    Task RemoveAsync(string key, CancellationToken cancellationToken);
}
