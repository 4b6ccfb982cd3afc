using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>Answers that come again, come from another branch of a fork, or come after we gave up: none may leave a call up unseen.</summary>
internal sealed class LateAnswers(SipCore core, SipCredentials? credentials)
{
    /// <summary>Each copy of the 2xx wants the ACK again; a 2xx of another branch of a fork is acknowledged and hung up (RFC 3261 13.2.2.4).</summary>
    public async Task AcknowledgeAsync(InviteAttempt attempt, SipMessage invite, Dialog dialog, SipHop hop)
    {
        var forks = new HashSet<string?>();
        await foreach (var what in attempt.Transaction.Events.ReadAllAsync().ConfigureAwait(false))
        {
            if (what is not ResponseReceived copy)
            {
                continue;
            }

            if (copy.Response.To?.Tag == dialog.RemoteTag)
            {
                await core.Transactions.SendAsync(dialog.Ack(hop), hop).ConfigureAwait(false);
            }
            else
            {
                await DropAsync(attempt, invite, copy, forks.Add(copy.Response.To?.Tag)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>After we gave up: an answer that still comes is acknowledged and hung up.</summary>
    public async Task ReapAsync(InviteAttempt attempt, Task<TransactionEvent?> final, SipMessage invite)
    {
        if (await final.ConfigureAwait(false) is not ResponseReceived { Response.StatusCode: >= 200 and < 300 } late)
        {
            return;
        }

        await DropAsync(attempt, invite, late, true).ConfigureAwait(false);
        await foreach (var what in attempt.Transaction.Events.ReadAllAsync().ConfigureAwait(false))
        {
            if (what is ResponseReceived copy)
            {
                await DropAsync(attempt, invite, copy, false).ConfigureAwait(false);
            }
        }
    }

    private async Task DropAsync(InviteAttempt attempt, SipMessage invite, ResponseReceived answer, bool hangUp)
    {
        var dialog = Dialog.FromAnswer(core, invite, answer.Response, attempt.Transaction.Hop with { EndPoint = answer.Source });
        var hop = await dialog.NextHopAsync().ConfigureAwait(false);
        await core.Transactions.SendAsync(dialog.Ack(hop), hop).ConfigureAwait(false);
        if (hangUp)
        {
            await dialog.RequestAsync("BYE", new DigestSession(credentials)).ConfigureAwait(false);
        }
    }
}
