using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.Tests.WebApi;
using TrunkBot.Storage;

namespace TrunkBot.Slack.Tests.Installs;

/// <summary>Installations in the real database, sealed with keys in a folder beside it, as the host has it.</summary>
public sealed class SealedAtRestTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"trunkbot-{Guid.NewGuid():N}");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_token_can_be_read_in_the_files_and_a_restart_opens_them()
    {
        await using (var first = await StartAsync("keys"))
        {
            await first.Get<InstallBook>().SaveAsync(
                new() { TeamId = "T1", BotToken = "xoxe.xoxb-secret-one", RefreshToken = "xoxe-refresh-one", Expires = first.Time.GetUtcNow() + TimeSpan.FromMinutes(5) }, Ct);
            var standing = (await first.Get<InstallBook>().FindAsync("T1", Ct))!;
            Assert.True(await first.Get<InstallBook>().TryReplaceAsync(standing, new() { TeamId = "T1", BotToken = "xoxe.xoxb-secret-two" }, Ct));
            Assert.False(await first.Get<InstallBook>().TryReplaceAsync(standing, new() { TeamId = "T1", BotToken = "xoxe.xoxb-secret-three" }, Ct));
        }

        var bytes = string.Concat(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Read));
        Assert.Contains("slack:T1", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("xoxe", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-", bytes, StringComparison.Ordinal);
        await using var second = await StartAsync("keys");
        Assert.Equal("xoxe.xoxb-secret-two", (await second.Get<InstallBook>().FindAsync("T1", Ct))!.Install.BotToken);
    }

    [Fact]
    public async Task Without_its_keys_the_database_opens_nothing_and_says_what_to_do()
    {
        await using (var first = await StartAsync("keys"))
        {
            await first.Get<InstallBook>().SaveAsync(new() { TeamId = "T1", BotToken = "xoxb-secret" }, Ct);
        }

        await using var second = await StartAsync("other-keys");

        var failure = await Assert.ThrowsAsync<ChannelException>(() => second.Get<InstallBook>().FindAsync("T1", Ct));
        Assert.StartsWith("slack-install-unreadable: ", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static string Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private async Task<Rig> StartAsync(string keys)
    {
        var rig = await Rig.StartForOAuthAsync(services =>
        {
            services.RemoveAll<IInstallStore>();
            services.RemoveAll<IDataProtectionProvider>();
            services.AddStorage(folder);
            services.AddDataProtection().SetApplicationName("TrunkBot").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(folder, keys)));
        });
        await rig.Get<IServiceProvider>().MigrateAsync(Ct);
        return rig;
    }
}
