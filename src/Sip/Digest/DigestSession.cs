using System.Security.Cryptography;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Digest;

/// <summary>What came of a challenge.</summary>
internal enum ChallengeOutcome
{
    /// <summary>Send the request again with the new header.</summary>
    Retry,

    /// <summary>We have no credentials for this site.</summary>
    NoCredentials,

    /// <summary>The server refused the credentials: it challenged again without saying stale.</summary>
    Refused,

    /// <summary>No challenge that we can answer: neither MD5 nor SHA-256, or not qop=auth.</summary>
    Unsupported,
}

/// <summary>Answers the challenges of one call or registration: once each for 401 and 407, and once more when the nonce was stale.</summary>
internal sealed class DigestSession(SipCredentials? credentials, Func<string>? cnonce = null)
{
    private readonly Func<string> _cnonce = cnonce ?? (() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
    private readonly Dictionary<int, Answered> _answered = [];

    /// <summary>Takes a 401 or 407.</summary>
    public ChallengeOutcome Take(SipMessage response)
    {
        var status = response.StatusCode!.Value;
        if (credentials is null)
        {
            return ChallengeOutcome.NoCredentials;
        }

        if (DigestChallenge.FirstSupported(response) is not { } challenge)
        {
            return ChallengeOutcome.Unsupported;
        }

        if (_answered.TryGetValue(status, out var before))
        {
            if (!challenge.Stale || before.StaleSeen)
            {
                return ChallengeOutcome.Refused;
            }

            _answered[status] = new Answered(challenge) { StaleSeen = true };
            return ChallengeOutcome.Retry;
        }

        _answered[status] = new Answered(challenge);
        return ChallengeOutcome.Retry;
    }

    /// <summary>Adds the answers to all challenges so far to the headers of a request.</summary>
    public void Authorize(SipHeaders headers, string method, string uri)
    {
        foreach (var (status, answered) in _answered)
        {
            headers.Add(
                status == 407 ? "Proxy-Authorization" : "Authorization",
                DigestAnswer.Authorize(answered.Challenge, credentials!, method, uri, _cnonce(), ++answered.Count));
        }
    }

    private sealed class Answered(DigestChallenge challenge)
    {
        public DigestChallenge Challenge => challenge;

        public bool StaleSeen { get; init; }

        public uint Count { get; set; }
    }
}
