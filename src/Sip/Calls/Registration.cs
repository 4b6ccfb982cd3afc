using System.Globalization;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>One REGISTER with its challenges (RFC 3261 10.2 and 22).</summary>
internal static class Registration
{
    public static async Task<RegisterResult> RunAsync(SipCore core, RegisterRequest request, CancellationToken ct)
    {
        if (!SipUri.TryCreate(request.User, request.Registrar.Host, null, out var record))
        {
            return new RegisterResult(false, null, null, null, null, new SipFailure("sip-user-invalid", "The subscriber's name could not stand in a SIP URI: correct the test subscriber of the site."), []);
        }

        var (targets, failure) = await core.LocateAsync(request.Registrar, request.OutboundProxy, ct).ConfigureAwait(false);
        if (targets is null)
        {
            return new RegisterResult(false, null, null, null, null, failure, []);
        }

        var callId = SipCore.Token(16);
        var trace = core.Trace(callId);
        try
        {
            return await ExchangeAsync(core, request, record, targets, callId, trace, ct).ConfigureAwait(false) with { Tls = core.TlsPeer(targets.Current.EndPoint) };
        }
        finally
        {
            core.EndTrace(callId);
        }
    }

    private static async Task<RegisterResult> ExchangeAsync(
        SipCore core, RegisterRequest request, SipUri record, Targets targets, string callId, SipTrace trace, CancellationToken ct)
    {
        var digest = new DigestSession(request.Credentials);
        var from = $"<{record}>;tag={SipCore.Token(8)}";
        var uri = request.Registrar.ToString();
        for (uint cseq = 1; ; cseq++)
        {
            var number = cseq;
            var (hop, startedAt, what) = await core.SendAsync(
                targets,
                hop =>
                {
                    var headers = core.NewHeaders(hop.EndPoint, from, $"<{record}>", callId, number, "REGISTER")
                        .Add("Contact", core.Contact(hop.EndPoint, request.User))
                        .Add("Expires", ((int)request.Expires.TotalSeconds).ToString(CultureInfo.InvariantCulture));
                    digest.Authorize(headers, "REGISTER", uri);
                    return SipMessage.Request("REGISTER", uri, headers);
                },
                request.Timeout,
                ct).ConfigureAwait(false);
            if (what is not ResponseReceived { Response: var response, Timestamp: var at })
            {
                return new RegisterResult(false, null, null, null, null, SipCore.Failure(what, hop.EndPoint), trace.Lines());
            }

            SipFailure? failure = null;
            if (response.StatusCode is 401 or 407)
            {
                var outcome = digest.Take(response);
                if (outcome == ChallengeOutcome.Retry)
                {
                    continue;
                }

                failure = Challenges.Failure(outcome);
            }

            var registered = response.StatusCode is >= 200 and < 300;
            failure ??= registered ? null : new SipFailure("sip-register-rejected", $"The registrar answered {response.StatusCode}: check the subscriber and its domain on the switch.");
            return new RegisterResult(
                registered,
                response.StatusCode,
                response.ReasonPhrase,
                registered ? Granted(response) : null,
                core.Time.GetElapsedTime(startedAt, at).TotalMilliseconds,
                failure,
                trace.Lines());
        }
    }

    private static TimeSpan? Granted(SipMessage response)
    {
        var text = SipAddress.TryParse(response.Headers.Values("Contact").FirstOrDefault(), out var contact)
            ? contact.Parameters["expires"] : null;
        return int.TryParse(text ?? response.Headers["Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }
}

/// <summary>The sentences for challenges that could not be answered.</summary>
internal static class Challenges
{
    public static SipFailure Failure(ChallengeOutcome outcome) => outcome switch
    {
        ChallengeOutcome.NoCredentials => new SipFailure("sip-credentials-missing", "The far end asks for user and password and none are configured: set them, or remove the credential list from the trunk."),
        ChallengeOutcome.Refused => new SipFailure("sip-credentials-refused", "The far end refused user or password: check both against the switch or the credential list."),
        _ => new SipFailure("sip-challenge-unsupported", "The far end asks for an authentication other than Digest with MD5 or SHA-256 and qop=auth: change its setting."),
    };
}
