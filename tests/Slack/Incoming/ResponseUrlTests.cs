using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TrunkBot.Slack.Incoming;

namespace TrunkBot.Slack.Tests.Incoming;

/// <summary>Where an answer may be posted to: what arrives in a payload must not lead anywhere else.</summary>
public sealed class ResponseUrlTests
{
    [Theory]
    [InlineData("https://hooks.slack.com/actions/T1/1/x", true)]
    [InlineData("https://HOOKS.slack.com/commands/T1/1/x", true)]
    [InlineData("http://hooks.slack.com/actions/T1/1/x", false)]
    [InlineData("https://hooks.slack.com:8443/actions/T1/1/x", false)]
    [InlineData("https://hooks.slack.com.example.com/x", false)]
    [InlineData("https://example.com/?hooks.slack.com", false)]
    [InlineData("https://hooks.slack.com@example.com/x", false)]
    [InlineData("https://me@hooks.slack.com/x", false)]
    [InlineData("https://slack.com/x", false)]
    [InlineData("http://127.0.0.1/x", false)]
    [InlineData("/actions", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_Slacks_own_host_is_answered(string? address, bool isAllowed) => Assert.Equal(isAllowed, Of("https://slack.com/api/").IsAllowed(address));

    [Theory]
    [InlineData("https://hooks.slack-gov.com/actions/T1/1/x", true)]
    [InlineData("https://hooks.slack.com/actions/T1/1/x", false)]
    public void In_the_governments_Slack_it_is_that_ones(string address, bool isAllowed) => Assert.Equal(isAllowed, Of("https://slack-gov.com/api/").IsAllowed(address));

    [Fact]
    public void Where_the_Web_API_is_on_this_machine_so_are_the_answers()
    {
        Assert.True(Of("http://127.0.0.1:9/api/").IsAllowed("http://127.0.0.1:10/response/1"));
        Assert.False(Of("http://127.0.0.1:9/api/").IsAllowed("https://hooks.slack.com/actions/T1/1/x"));
    }

    private static ResponseUrl Of(string api) => new(null!, Options.Create(new SlackOptions { ApiUrl = new(api) }), NullLogger<ResponseUrl>.Instance);
}
