using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>One OPTIONS outside of a dialog (RFC 3261 11).</summary>
internal static class OptionsProbe
{
    public static async Task<OptionsResult> RunAsync(SipCore core, OptionsRequest request, CancellationToken ct)
    {
        var (targets, failure) = await core.LocateAsync(request.Target, request.OutboundProxy, ct).ConfigureAwait(false);
        if (targets is null)
        {
            return new OptionsResult(OptionsState.Unchecked, null, null, null, failure, []);
        }

        var callId = SipCore.Token(16);
        var trace = core.Trace(callId);
        try
        {
            var tag = SipCore.Token(8);
            var (hop, startedAt, what) = await core.SendAsync(
                targets,
                hop => SipMessage.Request("OPTIONS", request.Target.ToString(), core.NewHeaders(
                        hop.EndPoint, $"<{request.From?.ToString() ?? $"sip:probe@{core.ShownHost(hop.EndPoint)}"}>;tag={tag}", $"<{request.Target}>", callId, 1, "OPTIONS")
                    .Add("Contact", core.Contact(hop.EndPoint, null))
                    .Add("Accept", "application/sdp")),
                request.Timeout,
                ct).ConfigureAwait(false);
            var result = what is ResponseReceived { Response: var response, Timestamp: var at }
                ? new OptionsResult(OptionsState.Up, response.StatusCode, response.ReasonPhrase, core.Time.GetElapsedTime(startedAt, at).TotalMilliseconds, null, trace.Lines())
                {
                    ReasonHeader = response.Headers["Reason"],
                    TwilioError = response.Headers["X-Twilio-Error"],
                }
                : new OptionsResult(OptionsState.Unreachable, null, null, null, SipCore.Failure(what, hop.EndPoint), trace.Lines());
            return result with { Peer = hop.EndPoint, Tls = core.TlsPeer(hop.EndPoint), Skipped = targets.Skipped };
        }
        finally
        {
            core.EndTrace(callId);
        }
    }
}
