using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Tests.Digest;

public sealed class Digest_answers
{
    private static DigestChallenge Challenge(string text) =>
        DigestChallenge.TryParse(text, out var challenge) ? challenge : throw new InvalidOperationException("Not parsed.");

    [Fact]
    public void The_example_of_RFC_2617_comes_out()
    {
        var challenge = Challenge("""Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41" """.TrimEnd());

        var answer = DigestAnswer.Authorize(challenge, new SipCredentials("Mufasa", "Circle Of Life"), "GET", "/dir/index.html", "0a4f113b", 1);

        Assert.Equal(
            """Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", response="6629fae49393a05397450978507c4ef1", qop=auth, nc=00000001, cnonce="0a4f113b", opaque="5ccc069c403ebaf9f0171e9517f40e41" """.TrimEnd(),
            answer);
    }

    [Theory]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    public void The_examples_of_RFC_7616_come_out(string algorithm, string response)
    {
        var challenge = Challenge($"""Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS" """.TrimEnd());

        var answer = DigestAnswer.Authorize(challenge, new SipCredentials("Mufasa", "Circle of Life"), "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", 1);

        Assert.Contains($"response=\"{response}\"", answer);
        Assert.Contains($"algorithm={algorithm}", answer);
    }

    [Fact]
    public void A_server_without_qop_gets_the_answer_of_RFC_2069()
    {
        // H(H(user:realm:pass):nonce:H(method:uri)), computed with md5sum.
        var answer = DigestAnswer.Authorize(Challenge("Digest realm=\"r\", nonce=\"n\""), new SipCredentials("u", "p"), "REGISTER", "sip:h", "unused", 1);

        Assert.Equal("Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"f7949f33797a7abbe390eaa95b1ca294\"", answer);
    }

    [Theory]
    [InlineData("Digest realm=\"r\", nonce=\"n\"", true)]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"", true)]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=md5-sess, qop=\"auth-int,auth\"", true)]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", false)]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256", false)]
    public void Only_what_we_can_answer_counts_as_supported(string text, bool supported) => Assert.Equal(supported, Challenge(text).IsSupported);

    [Theory]
    [InlineData("Basic realm=\"r\"")]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest")]
    [InlineData("Digest nonsense")]
    public void What_is_no_digest_challenge_is_refused(string text) => Assert.False(DigestChallenge.TryParse(text, out _));

    [Fact]
    public void The_first_challenge_that_we_can_answer_is_taken()
    {
        var response = Response(401, "Digest realm=\"r\", nonce=\"1\", algorithm=SHA-512-256", "Digest realm=\"r\", nonce=\"2\", algorithm=SHA-256", "Digest realm=\"r\", nonce=\"3\"");

        Assert.Equal("2", DigestChallenge.FirstSupported(response)!.Nonce);
    }

    [Fact]
    public void Credentials_are_offered_once_and_once_more_when_the_nonce_was_stale()
    {
        var session = new DigestSession(new SipCredentials("u", "p"), () => "c");

        Assert.Equal(ChallengeOutcome.Retry, session.Take(Response(401, "Digest realm=\"r\", nonce=\"1\"")));
        Assert.Equal(ChallengeOutcome.Retry, session.Take(Response(401, "Digest realm=\"r\", nonce=\"2\", stale=TRUE")));
        Assert.Equal(ChallengeOutcome.Refused, session.Take(Response(401, "Digest realm=\"r\", nonce=\"3\", stale=true")));
    }

    [Fact]
    public void A_second_challenge_that_is_not_stale_means_refused()
    {
        var session = new DigestSession(new SipCredentials("u", "p"), () => "c");
        session.Take(Response(407, "Digest realm=\"r\", nonce=\"1\""));

        Assert.Equal(ChallengeOutcome.Refused, session.Take(Response(407, "Digest realm=\"r\", nonce=\"2\"")));
    }

    [Fact]
    public void A_proxy_and_a_server_may_both_challenge_one_request()
    {
        var session = new DigestSession(new SipCredentials("u", "p"), () => "c");
        session.Take(Response(407, "Digest realm=\"proxy\", nonce=\"1\""));
        Assert.Equal(ChallengeOutcome.Retry, session.Take(Response(401, "Digest realm=\"server\", nonce=\"2\"")));

        var headers = new SipHeaders();
        session.Authorize(headers, "INVITE", "sip:h");

        Assert.StartsWith("Digest username=\"u\", realm=\"proxy\"", headers["Proxy-Authorization"]);
        Assert.StartsWith("Digest username=\"u\", realm=\"server\"", headers["Authorization"]);
    }

    [Fact]
    public void The_nonce_count_rises_with_each_use()
    {
        var session = new DigestSession(new SipCredentials("u", "p"), () => "c");
        session.Take(Response(401, "Digest realm=\"r\", nonce=\"1\", qop=\"auth\""));
        session.Authorize(new SipHeaders(), "INVITE", "sip:h");

        var headers = new SipHeaders();
        session.Authorize(headers, "BYE", "sip:h");

        Assert.Contains("nc=00000002", headers["Authorization"]);
    }

    [Fact]
    public void Without_credentials_nothing_is_offered() =>
        Assert.Equal(ChallengeOutcome.NoCredentials, new DigestSession(null).Take(Response(401, "Digest realm=\"r\", nonce=\"1\"")));

    [Fact]
    public void An_unknown_algorithm_is_not_guessed_at() =>
        Assert.Equal(ChallengeOutcome.Unsupported, new DigestSession(new SipCredentials("u", "p")).Take(Response(401, "Digest realm=\"r\", nonce=\"1\", algorithm=AKAv1-MD5")));

    [Fact]
    public void Credentials_do_not_print_their_password() => Assert.Equal("u/***", new SipCredentials("u", "hunter2").ToString());

    private static SipMessage Response(int status, params string[] challenges)
    {
        var headers = new SipHeaders();
        foreach (var challenge in challenges)
        {
            headers.Add(status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate", challenge);
        }

        return SipMessage.Response(status, "Unauthorized", headers);
    }
}
