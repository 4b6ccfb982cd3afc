using TrunkBot.Slack.BlockKit;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Tests.Payloads;

/// <summary>What was typed, out of what Slack made of it.</summary>
public sealed class TypedTextTests
{
    [Theory]
    [InlineData("<@U0BOT> status", "status")]
    [InlineData("<@U0BOT|trunkbot>status", "status")]
    [InlineData("hey <@U0BOT>, status", "hey  , status")]
    [InlineData("<@U0BOT> bind <@U5> to ana", "bind @U5 to ana")]
    [InlineData("new trunk domain=<http://acme.example.com|acme.example.com>", "new trunk domain=acme.example.com")]
    [InlineData("see <https://example.com/a?b=1&amp;c=2>", "see https://example.com/a?b=1&c=2")]
    [InlineData("mail <mailto:ana@example.com|ana@example.com>", "mail ana@example.com")]
    [InlineData("mail <mailto:ana@example.com>", "mail ana@example.com")]
    [InlineData("numbers=<tel:+13035550100|+1 303 555 0100>", "numbers=+1 303 555 0100")]
    [InlineData("in <#C2|voice-ops> or <#C3>", "in #voice-ops or #C3")]
    [InlineData("<!here> and <!subteam^S1|@voice> and <!channel>", "@here and @voice and @channel")]
    [InlineData("on <!date^1392734382^Posted {date_num}|2014-02-18>", "on 2014-02-18")]
    [InlineData("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c")]
    [InlineData("&lt;@U5&gt;", "<@U5>")]
    [InlineData("status\u00A0acme", "status acme")]
    [InlineData("<@U0BOT>", "")]
    [InlineData("<>", "<>")]
    public void Text_is_read_as_it_was_typed(string sent, string typed) => Assert.Equal(typed, TypedText.Read(sent, "U0BOT"));

    [Fact]
    public void While_the_bots_id_is_not_known_a_mention_at_the_beginning_is_taken_for_it() =>
        Assert.Equal("ask @U7 status", TypedText.Read("<@U0BOT> ask <@U7> status", bot: null));

    [Fact]
    public void Only_what_Slack_marked_is_a_mention() => Assert.Equal(["U5", "U6"], TypedText.MentionedIn("<@U0BOT> <@U5|ana> &lt;@U8&gt; <@U6> <@U5>", "U0BOT"));

    [Theory]
    [InlineData("New trunk, step 1 of 3", "New trunk, step 1 of 3")]
    [InlineData("New trunk, step 1 of 3: who and where", "New trunk, step 1 of 3:…")]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦…")]
    public void A_title_fits_and_is_never_cut_inside_a_character(string title, string fit) => Assert.Equal(fit, PlainText.Fit(title, 24));
}
