using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Slack.Installs;

/// <summary>
/// The installations, each sealed before it is stored (ASP.NET Core Data Protection). What was read is kept until it changes here; another process
/// that changes it makes the token invalid, and then it is read anew.
/// </summary>
internal sealed partial class InstallBook(IInstallStore store, IDataProtectionProvider protection, ILogger<InstallBook> log)
{
    private readonly IDataProtector protector = protection.CreateProtector("TrunkBot.Slack.Installs.v1");
    private readonly ConcurrentDictionary<string, Entry> read = new(StringComparer.Ordinal);

    /// <param name="Content">The sealed bytes as they stand in the store.</param>
    public sealed record Entry(SlackInstall Install, byte[] Content);

    /// <summary>The installation as it was last read.</summary>
    /// <exception cref="ChannelException"><c>slack-install-unreadable</c>.</exception>
    public async Task<Entry?> FindAsync(string workspace, CancellationToken cancellationToken) =>
        read.TryGetValue(workspace, out var entry) ? entry : await ReadAsync(workspace, cancellationToken);

    /// <summary>The installation as it stands in the store now.</summary>
    /// <exception cref="ChannelException"><c>slack-install-unreadable</c>: the keys are not those it was sealed with.</exception>
    public async Task<Entry?> ReadAsync(string workspace, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(KeyOf(workspace), cancellationToken) is not { } content)
        {
            read.TryRemove(workspace, out _);
            return null;
        }

        try
        {
            var install = JsonSerializer.Deserialize<SlackInstall>(protector.Unprotect(content))!;

            // Bytes of another row would open as well: what they say they are must be what was asked for.
            return install.Workspace == workspace ? read[workspace] = new(install, content) : throw new CryptographicException("it is another workspace's");
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            Log.Unreadable(log, workspace, e);
            throw new ChannelException($"slack-install-unreadable: The installation in workspace {workspace} can't be opened with the keys of this machine. Put the folder of keys back, or install the app there again.", e);
        }
    }

    public async Task SaveAsync(SlackInstall install, CancellationToken cancellationToken)
    {
        var content = Seal(install);
        await store.SaveAsync(KeyOf(install.Workspace), content, cancellationToken);
        read[install.Workspace] = new(install, content);
    }

    /// <summary>False: it was changed or removed meanwhile, and what stands there now is to be used.</summary>
    public async Task<bool> TryReplaceAsync(Entry standing, SlackInstall install, CancellationToken cancellationToken)
    {
        var content = Seal(install);
        if (!await store.TryReplaceAsync(KeyOf(install.Workspace), standing.Content, content, cancellationToken))
        {
            return false;
        }

        read[install.Workspace] = new(install, content);
        return true;
    }

    public async Task RemoveAsync(string workspace, CancellationToken cancellationToken)
    {
        await store.RemoveAsync(KeyOf(workspace), cancellationToken);
        read.TryRemove(workspace, out _);
    }

    private byte[] Seal(SlackInstall install) => protector.Protect(JsonSerializer.SerializeToUtf8Bytes(install));

    private static string KeyOf(string workspace) => $"slack:{workspace}";

    private static partial class Log
    {
        [LoggerMessage(2511, LogLevel.Error, "The installation in Slack workspace {Workspace} can't be opened with the keys of this machine")]
        public static partial void Unreadable(ILogger logger, string workspace, Exception exception);
    }
}
