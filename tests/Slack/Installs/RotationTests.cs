using Microsoft.AspNetCore.DataProtection;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.Tests.WebApi;

namespace TrunkBot.Slack.Tests.Installs;

public sealed class RotationTests
{
    private static readonly string[] Both = ["xoxe.xoxb-granted-1", "xoxe.xoxb-granted-2"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_used_until_an_hour_before_its_end_and_then_renewed()
    {
        await using var rig = await InstalledAsync();

        rig.Time.Advance(TimeSpan.FromHours(10.9));
        await rig.PostAsync();
        rig.Time.Advance(TimeSpan.FromHours(0.2));
        await rig.PostAsync();

        Assert.Equal(Both, rig.Slack.Of("chat.postMessage").Select(c => c.Token));
        Assert.Equal("""{"grant_type":"refresh_token","refresh_token":"xoxe-refresh-1"}""", rig.Slack.Of("oauth.v2.access")[1].Arguments.ToJsonString());
    }

    [Fact]
    public async Task The_renewed_token_is_the_one_that_another_start_finds()
    {
        await using var rig = await InstalledAsync();
        rig.Time.Advance(TimeSpan.FromHours(11.5));
        await rig.PostAsync();

        var found = (await rig.Get<InstallBook>().ReadAsync("T1", Ct))!.Install;

        Assert.Equal("xoxe.xoxb-granted-2", found.BotToken);
        Assert.Equal("xoxe-refresh-2", found.RefreshToken);
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 19, 30, 0, TimeSpan.Zero), found.Expires);
        Assert.Equal("Voice Ops", found.Name);
    }

    [Fact]
    public async Task Twenty_who_need_a_new_token_at_once_ask_for_one_together()
    {
        await using var rig = await InstalledAsync();
        rig.Time.Advance(TimeSpan.FromHours(12.5));
        Expire(rig, "xoxe.xoxb-granted-1");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => rig.PostAsync($"C{i}")));

        Assert.Single(Renewals(rig));
        Assert.All(rig.Slack.Of("chat.postMessage"), c => Assert.Equal("xoxe.xoxb-granted-2", c.Token));
    }

    [Fact]
    public async Task A_token_that_Slack_calls_expired_is_renewed_once_and_the_message_goes_out()
    {
        await using var rig = await InstalledAsync();
        Expire(rig, "xoxe.xoxb-granted-1");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => rig.PostAsync($"C{i}")));

        Assert.Single(Renewals(rig));
        Assert.Equal(10, rig.Slack.Messages.Count);
    }

    [Fact]
    public async Task A_second_refusal_is_the_end()
    {
        await using var rig = await InstalledAsync();
        rig.Slack.Refuse("chat.postMessage", "token_expired");
        rig.Slack.Refuse("chat.postMessage", "token_expired");

        Assert.StartsWith("slack-token-expired: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
        Assert.Equal(2, rig.Slack.Of("chat.postMessage").Count);
    }

    [Fact]
    public async Task A_token_that_another_process_renewed_is_read_and_not_renewed_again()
    {
        await using var rig = await InstalledAsync();
        await rig.PostAsync();
        var standing = rig.Store.Rows["slack:T1"];
        var other = new InstallBook(rig.Store, rig.Get<IDataProtectionProvider>(), Microsoft.Extensions.Logging.Abstractions.NullLogger<InstallBook>.Instance);
        await other.SaveAsync(new() { TeamId = "T1", BotToken = "xoxe.xoxb-others", RefreshToken = "xoxe-others" }, Ct);
        Assert.NotEqual(standing, rig.Store.Rows["slack:T1"]);
        Expire(rig, "xoxe.xoxb-granted-1");
        rig.Slack.Tokens["xoxe.xoxb-others"] = 0;

        await rig.PostAsync();

        Assert.Empty(Renewals(rig));
        Assert.Equal("xoxe.xoxb-others", rig.Slack.Of("chat.postMessage")[^1].Token);
    }

    [Fact]
    public async Task What_was_installed_anew_while_the_token_was_renewed_is_not_overwritten()
    {
        await using var rig = await InstalledAsync();
        rig.Slack.Tokens["xoxe.xoxb-anew"] = 0;
        rig.Store.BeforeReplace = () => rig.Get<InstallBook>().SaveAsync(new() { TeamId = "T1", BotToken = "xoxe.xoxb-anew" }, Ct);
        rig.Time.Advance(TimeSpan.FromHours(13));

        await rig.PostAsync();

        Assert.Equal("xoxe.xoxb-anew", rig.Slack.Of("chat.postMessage").Single().Token);
        Assert.Equal("xoxe.xoxb-anew", (await rig.Get<InstallBook>().ReadAsync("T1", Ct))!.Install.BotToken);
    }

    [Fact]
    public async Task What_was_removed_while_the_token_was_renewed_stays_removed()
    {
        await using var rig = await InstalledAsync();
        rig.Store.BeforeReplace = () => rig.Get<InstallBook>().RemoveAsync("T1", Ct);
        rig.Time.Advance(TimeSpan.FromHours(13));

        Assert.StartsWith("slack-not-installed: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
        Assert.Empty(rig.Store.Rows);
    }

    [Fact]
    public async Task While_the_old_token_holds_work_goes_on_without_a_new_one_and_asks_once_a_minute()
    {
        await using var rig = await InstalledAsync();
        rig.Time.Advance(TimeSpan.FromHours(11.5));
        rig.Slack.Refuse("oauth.v2.access", "internal_error");

        await rig.PostAsync();
        await rig.PostAsync();
        Assert.Single(Renewals(rig));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.PostAsync();

        Assert.Equal(["xoxe.xoxb-granted-1", "xoxe.xoxb-granted-1", "xoxe.xoxb-granted-2"], rig.Slack.Of("chat.postMessage").Select(c => c.Token));
    }

    [Fact]
    public async Task A_token_that_is_past_and_can_not_be_renewed_is_said_so_and_Slack_is_left_alone_for_a_minute()
    {
        await using var rig = await InstalledAsync();
        rig.Time.Advance(TimeSpan.FromHours(13));
        rig.Slack.Refuse("oauth.v2.access", "invalid_refresh_token");

        Assert.Equal("slack-token-refused: Slack does not accept the bot's token any more. Install the app in this workspace again (docs/operations.md). (oauth.v2.access: invalid_refresh_token)", await FailureAsync(rig.PostAsync()));
        Assert.StartsWith("slack-token-expired: ", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
        Assert.Single(Renewals(rig));
        Assert.Empty(rig.Slack.Of("chat.postMessage"));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_does_not_break_off_the_renewal()
    {
        await using var rig = await InstalledAsync();
        rig.Time.Advance(TimeSpan.FromHours(13));
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        rig.Slack.Next("oauth.v2.access", async _ =>
        {
            asked.SetResult();
            await answer.Task;
            return false;
        });
        using var impatient = new CancellationTokenSource();

        var first = rig.Api.CallAsync("chat.postMessage", new() { ["channel"] = "C1", ["text"] = "x" }, "T1", impatient.Token);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult();
        await rig.PostAsync();

        Assert.Single(Renewals(rig));
        Assert.Equal("xoxe.xoxb-granted-2", rig.Slack.Of("chat.postMessage").Single().Token);
    }

    [Fact]
    public async Task Tokens_that_do_not_rotate_are_used_as_they_are()
    {
        await using var rig = await InstalledAsync(lifetime: null);
        rig.Time.Advance(TimeSpan.FromDays(400));

        await rig.PostAsync();

        Assert.Empty(Renewals(rig));
    }

    [Fact]
    public async Task When_Slack_says_that_the_bot_was_removed_its_tokens_are_deleted()
    {
        await using var rig = await InstalledAsync();
        rig.Slack.Tokens.TryRemove("xoxe.xoxb-granted-1", out _);

        await rig.Get<IInstallEvents>().RemovedAsync("T1", Ct);

        Assert.Empty(rig.Store.Rows);
        Assert.StartsWith("slack-not-installed: The bot is not installed in the Slack workspace T1, or the workspace is not allowed.", await FailureAsync(rig.PostAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_Slacks_word_comes_late_and_the_bot_was_installed_again_it_stays()
    {
        await using var rig = await InstalledAsync();

        await rig.Get<IInstallEvents>().RemovedAsync("T1", Ct);

        Assert.Single(rig.Store.Rows);
        await rig.PostAsync();
    }

    [Fact]
    public async Task An_organisation_has_a_token_of_its_own()
    {
        await using var rig = await InstalledAsync();
        await rig.Get<InstallBook>().SaveAsync(new() { TeamId = "T1", EnterpriseId = "E1", IsEnterpriseInstall = true, BotToken = "xoxb-fixed" }, Ct);

        await rig.Api.CallAsync("chat.postMessage", new() { ["channel"] = "C1", ["text"] = "x" }, "E1", Ct);
        await rig.PostAsync();

        Assert.Equal(["xoxb-fixed", "xoxe.xoxb-granted-1"], rig.Slack.Of("chat.postMessage").Select(c => c.Token));
    }

    [Fact]
    public async Task A_workspace_that_is_allowed_no_more_is_not_spoken_to()
    {
        await using var rig = await InstalledAsync();
        await rig.Get<InstallBook>().SaveAsync(new() { TeamId = "T9", BotToken = "xoxb-fixed" }, Ct);

        Assert.StartsWith("slack-not-installed: ", await FailureAsync(rig.Api.CallAsync("auth.test", [], "T9", Ct)), StringComparison.Ordinal);
        Assert.Empty(rig.Slack.Of("auth.test"));
    }

    [Fact]
    public async Task Bytes_that_the_keys_do_not_open_or_of_another_workspace_are_refused_with_what_to_do()
    {
        await using var rig = await InstalledAsync();
        rig.Store.Rows["slack:E1"] = rig.Store.Rows["slack:T1"];
        rig.Store.Rows["slack:T2"] = [1, 2, 3];

        foreach (var workspace in new[] { "E1", "T2" })
        {
            var failure = await Assert.ThrowsAsync<ChannelException>(() => rig.Get<InstallBook>().FindAsync(workspace, Ct));
            Assert.Equal($"slack-install-unreadable: The installation in workspace {workspace} can't be opened with the keys of this machine. Put the folder of keys back, or install the app there again.", failure.Message);
        }
    }

    [Fact]
    public async Task No_token_is_in_the_log_in_what_prints_an_installation_or_in_the_stored_bytes()
    {
        await using var rig = await InstalledAsync();
        rig.Time.Advance(TimeSpan.FromHours(13));
        await rig.PostAsync();
        var install = (await rig.Get<InstallBook>().ReadAsync("T1", Ct))!.Install;

        Assert.Equal("T1", $"{install}");
        Assert.DoesNotContain("xox", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", rig.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("xox", System.Text.Encoding.Latin1.GetString(rig.Store.Rows["slack:T1"]), StringComparison.Ordinal);
        Assert.Contains("Information 2512 Renewed the token of Slack workspace T1", rig.Log.Text, StringComparison.Ordinal);
    }

    private static async Task<Rig> InstalledAsync(int? lifetime = 43200)
    {
        var rig = await Rig.StartForOAuthAsync();
        rig.Slack.LifetimeSeconds = lifetime;
        await rig.Get<InstallBook>().SaveAsync(await rig.Get<OAuthAccess>().InstallAsync("good-code", "https://bot.example.com/slack/oauth", Ct), Ct);
        return rig;
    }

    private static void Expire(Rig rig, string token)
    {
        rig.Slack.Tokens.TryRemove(token, out _);
        rig.Slack.Expired[token] = 0;
    }

    private static IEnumerable<Call> Renewals(Rig rig) => rig.Slack.Of("oauth.v2.access").Where(c => (string?)c.Arguments["grant_type"] == "refresh_token");

    private static async Task<string> FailureAsync(Task task) => (await Assert.ThrowsAsync<ChannelException>(() => task)).Message;
}
