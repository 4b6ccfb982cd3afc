namespace TrunkBot.Slack.Tests;

public sealed class SlackOptionsTests
{
    [Fact]
    public void Without_any_setting_the_bot_starts_and_speaks_to_nobody() => Assert.Empty(WrongOf(new()));

    [Fact]
    public void What_belongs_to_installation_by_OAuth_is_taken_together() => Assert.Empty(WrongOf(ByOAuth()));

    [Theory]
    [InlineData("http://slack.com/api/")]
    [InlineData("https://slack.com/api")]
    [InlineData("https://user@slack.com/api/")]
    [InlineData("https://slack.com/api/?x=1")]
    [InlineData("/api/")]
    public void The_base_of_the_Web_API_is_https_and_ends_with_a_slash(string url) =>
        Assert.Equal(["slack-settings: Slack:ApiUrl is not https, or does not end with a slash."], WrongOf(new() { ApiUrl = new(url, UriKind.RelativeOrAbsolute) }));

    [Fact]
    public void On_this_machine_it_may_be_http() => Assert.Empty(WrongOf(new() { ApiUrl = new("http://127.0.0.1:8080/api/") }));

    [Theory]
    [InlineData("xoxp-1")]
    [InlineData("xoxe.xoxb-1")]
    [InlineData("8f742231b10e")]
    public void A_fixed_token_is_a_bots_token_that_does_not_rotate(string token)
    {
        var wrong = Assert.Single(WrongOf(new() { BotToken = token }));

        Assert.StartsWith("slack-settings: Slack:BotToken is not a bot's token, which begins with xoxb-.", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain(token + " ", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_with_a_line_break_was_copied_badly() =>
        Assert.Equal(["slack-settings: Slack:BotToken, AppToken or ClientSecret holds a blank or another character that none has. Copy it again."], WrongOf(new() { BotToken = "xoxb-1\n" }));

    [Fact]
    public void An_app_level_token_is_one() =>
        Assert.Equal(["slack-settings: Slack:AppToken is not an app-level token, which begins with xapp-. Make one under Basic Information of the app."], WrongOf(new() { AppToken = "xoxb-1" }));

    [Fact]
    public void All_that_installation_by_OAuth_lacks_is_said_at_once()
    {
        var wrong = WrongOf(new() { ClientId = "1.2", BotToken = "xoxb-1", PublicUrl = new("http://bot.example.com") });

        Assert.Equal(4, wrong.Count);
        Assert.Contains("Slack:BotToken and ClientId are both set.", wrong[0], StringComparison.Ordinal);
        Assert.Contains("Slack:ClientSecret is empty.", wrong[1], StringComparison.Ordinal);
        Assert.Contains("Slack:PublicUrl is not https.", wrong[2], StringComparison.Ordinal);
        Assert.Contains("Slack:AllowedWorkspaces is empty, so that nobody could install the bot.", wrong[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Voice Ops")]
    [InlineData("t1")]
    [InlineData("T1/C1")]
    public void A_workspace_is_allowed_by_its_id(string id)
    {
        var options = ByOAuth();
        options.AllowedWorkspaces = ["T1", id];

        Assert.Equal(["slack-settings: Slack:AllowedWorkspaces has an entry that is not the id of a team (T…) or of an enterprise (E…)."], WrongOf(options));
    }

    private static SlackOptions ByOAuth() => new()
    {
        ClientId = "1.2", ClientSecret = "hush", PublicUrl = new("https://bot.example.com"), AllowedWorkspaces = ["T1", "E1"],
    };

    private static List<string> WrongOf(SlackOptions options) => [.. new SlackOptions.Validation().Validate(null, options).Failures ?? []];
}
