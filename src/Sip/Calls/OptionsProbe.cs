using System.Net.Sockets;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>One OPTIONS outside of a dialog (RFC 3261 11).</summary>
internal static class OptionsProbe
{
    public static async Task<OptionsResult> RunAsync(SipCore core, OptionsRequest request, CancellationToken ct)
    {
        var (remote, failure) = await core.ResolveAsync(request.Target, request.OutboundProxy, ct).ConfigureAwait(false);
        if (remote is null)
        {
            return new OptionsResult(OptionsState.Unchecked, null, null, null, failure, []);
        }

        var callId = SipCore.Token(16);
        var trace = core.Trace(callId);
        try
        {
            var from = request.From?.ToString() ?? $"sip:probe@{core.ShownAddress(remote)}";
            var headers = core.NewHeaders(remote, $"<{from}>;tag={SipCore.Token(8)}", $"<{request.Target}>", callId, 1, "OPTIONS")
                .Add("Contact", core.Contact(remote, null))
                .Add("Accept", "application/sdp");
            var transaction = core.Transactions.Begin(SipMessage.Request("OPTIONS", request.Target.ToString(), headers), remote);
            return await core.FinalAsync(transaction, request.Timeout, ct).ConfigureAwait(false) switch
            {
                ResponseReceived final => new OptionsResult(
                    OptionsState.Up,
                    final.Response.StatusCode,
                    final.Response.ReasonPhrase,
                    core.Time.GetElapsedTime(transaction.StartedAt, final.Timestamp).TotalMilliseconds,
                    null,
                    trace.Lines())
                {
                    ReasonHeader = final.Response.Headers["Reason"],
                    TwilioError = final.Response.Headers["X-Twilio-Error"],
                },
                var other => new OptionsResult(OptionsState.Unreachable, null, null, null, SipCore.Failure(other, remote), trace.Lines()),
            };
        }
        catch (SocketException e)
        {
            return new OptionsResult(OptionsState.Unreachable, null, null, null, SipCore.TransportRefused(e, remote), trace.Lines());
        }
        finally
        {
            core.EndTrace(callId);
        }
    }
}
