using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>One test call: INVITE with its challenges, ACK, talk, BYE, and everything measured on the way.</summary>
internal sealed class OutgoingCall(SipCore core, CallRequest request, Action<Task> keep) : IAsyncDisposable
{
    /// <summary>How long the result waits for the end of a CANCEL or BYE; the transaction itself goes on for as long as the RFC says.</summary>
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(4);

    /// <summary>How often is asked, after the talk time, whether enough came back.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly DigestSession _digest = new(request.Credentials);
    private readonly LateAnswers _late = new(core, request.Credentials);
    private readonly TaskCompletionSource<(SipMessage Bye, long At)> _farBye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CallNotes _notes = new(core.Time);
    private CallMedia? _media;
    private Renegotiation? _renegotiation;
    private Dialog? _dialog;

    public string CallId { get; } = SipCore.Token(16);

    public string LocalTag { get; } = SipCore.Token(8);

    public async Task<CallResult> RunAsync(CancellationToken ct)
    {
        var trace = core.Trace(CallId);
        IPEndPoint? remote = null;
        try
        {
            (remote, var failure) = await core.ResolveAsync(request.Target, request.OutboundProxy, ct).ConfigureAwait(false);
            if (remote is null)
            {
                return _notes.Result(CallOutcome.TransportError, failure, trace);
            }

            _media = new CallMedia(request, core.ShownAddress(remote), core.LocalAddress(remote), core.Time);
            _notes.LocalSignalling = core.LocalEndPoint(remote);
            _notes.LocalMedia = _media.Local;
            _renegotiation = new Renegotiation(core, _media, LocalTag, request.From.User);
            var (outcome, reason) = await InviteAsync(remote, ct).ConfigureAwait(false);
            _notes.RemoteMedia = _media.Remote;
            return _notes.Result(outcome, reason, trace);
        }
        catch (SocketException e) when (remote is not null)
        {
            return _notes.Result(CallOutcome.TransportError, SipCore.TransportRefused(e, remote), trace);
        }
        catch (OperationCanceledException)
        {
            return _notes.Result(CallOutcome.Cancelled, null, trace);
        }
        finally
        {
            core.EndTrace(CallId);
        }
    }

    public ValueTask DisposeAsync() => _media?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Takes a request that the far end sends within this call.</summary>
    public void Take(ServerTransaction incoming)
    {
        var message = incoming.Request;
        if (_dialog is not { } dialog || message.From?.Tag != dialog.RemoteTag)
        {
            incoming.Respond(481, "Call/Transaction Does Not Exist", LocalTag);
        }
        else if (!dialog.TakeRemote(message))
        {
            incoming.Respond(500, "CSeq Out Of Order", LocalTag);
        }
        else if (message.Method == "BYE")
        {
            incoming.Respond(200, "OK", LocalTag);
            _farBye.TrySetResult((message, core.Time.GetTimestamp()));
        }
        else if (message.Method == "INVITE" || (message.Method == "UPDATE" && message.Body.Length > 0))
        {
            _renegotiation!.Take(incoming);
        }
        else if (message.Method is "OPTIONS" or "INFO" or "UPDATE")
        {
            incoming.Respond(200, "OK", LocalTag, h => h.Add("Allow", SipCore.Allow));
        }
        else
        {
            incoming.Respond(405, "Method Not Allowed", LocalTag, h => h.Add("Allow", SipCore.Allow));
        }
    }

    /// <summary>Takes an ACK that belongs to no failed INVITE.</summary>
    public void TakeAck(SipMessage ack)
    {
        if (ack.From?.Tag == _dialog?.RemoteTag)
        {
            _renegotiation?.TakeAck(ack);
        }
    }

    private async Task<(CallOutcome Outcome, SipFailure? Failure)> InviteAsync(IPEndPoint remote, CancellationToken ct)
    {
        using var ring = new CancellationTokenSource(request.RingTimeout, core.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ring.Token, ct);
        var offer = _media!.Offer();
        for (uint cseq = 1; ; cseq++)
        {
            var invite = BuildInvite(remote, cseq, offer);
            var attempt = new InviteAttempt(core, invite, remote, audio => _media.Take(audio));
            _notes.InvitedAt ??= attempt.Transaction.StartedAt;
            var finalTask = attempt.FinalAsync();
            var stopped = false;
            try
            {
                await finalTask.WaitAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                stopped = true;
                attempt.Stop();
                await Task.WhenAny(finalTask, Task.Delay(EndWait, core.Time, CancellationToken.None)).ConfigureAwait(false);
            }

            _notes.Take(attempt);
            if (!finalTask.IsCompleted)
            {
                keep(_late.ReapAsync(attempt, finalTask, invite));
                return GaveUp(attempt, ct);
            }

            var final = await finalTask.ConfigureAwait(false);
            if (final is not ResponseReceived received)
            {
                return final is TransactionFailed
                    ? (CallOutcome.TransportError, SipCore.Failure(final, remote))
                    : (ct.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Timeout, SipCore.Failure(final, remote));
            }

            _notes.Take(received);
            var status = received.Response.StatusCode!.Value;
            if (status < 300)
            {
                return await AnsweredAsync(attempt, invite, received, stopped, ct).ConfigureAwait(false);
            }

            if (stopped)
            {
                return GaveUp(attempt, ct);
            }

            SipFailure? failure = null;
            if (status is 401 or 407)
            {
                var outcome = _digest.Take(received.Response);
                if (outcome == ChallengeOutcome.Retry)
                {
                    continue;
                }

                failure = Challenges.Failure(outcome);
            }

            return (CallNotes.OutcomeOf(status), failure ?? CallNotes.Rejection(received.Response));
        }
    }

    private SipMessage BuildInvite(IPEndPoint remote, uint cseq, byte[] offer)
    {
        var uri = request.Target.ToString();
        var headers = core.NewHeaders(remote, $"<{request.From}>;tag={LocalTag}", $"<{uri}>", CallId, cseq, "INVITE")
            .Add("Contact", core.Contact(remote, request.From.User))
            .Add("Allow", SipCore.Allow)
            .Add("Accept", "application/sdp");
        _digest.Authorize(headers, "INVITE", uri);
        return SipMessage.Request("INVITE", uri, headers.Add("Content-Type", "application/sdp"), offer);
    }

    private static (CallOutcome Outcome, SipFailure? Failure) GaveUp(InviteAttempt attempt, CancellationToken ct) =>
        (ct.IsCancellationRequested, attempt.Progressed) switch
        {
            (true, _) => (CallOutcome.Cancelled, null),
            (_, true) => (CallOutcome.NoAnswer, new SipFailure("sip-no-answer", "It rang, but nobody answered before the ring timeout: check the dialled number, or wait longer.")),
            _ => (CallOutcome.Timeout, new SipFailure("sip-timeout", "No answer to the INVITE before the ring timeout: check that the far end lets this bot's address in and that the Request-URI names its domain.")),
        };

    private async Task<(CallOutcome Outcome, SipFailure? Failure)> AnsweredAsync(
        InviteAttempt attempt, SipMessage invite, ResponseReceived answer, bool stopped, CancellationToken ct)
    {
        _dialog = Dialog.FromAnswer(core, invite, answer.Response, answer.Source);
        var hop = await _dialog.NextHopAsync(CancellationToken.None).ConfigureAwait(false);
        SipFailure? failure = null;
        await core.Transactions.SendAsync(_dialog.Ack(hop), hop).ConfigureAwait(false);
        keep(_late.AcknowledgeAsync(attempt, invite, _dialog, hop));
        if (SdpAudio.TryParse(answer.Response.Body, out var audio))
        {
            failure = _media!.Take(audio);
        }
        else if (_media!.Remote is null)
        {
            failure = new SipFailure("sip-no-session-description", "The far end answered without a session description: it has to answer our offer in its 200.");
        }

        SipFailure? notPressed = null;
        if (!stopped && failure is null)
        {
            notPressed = _media.Press();
            await TalkAsync(ct).ConfigureAwait(false);
        }

        _notes.Media = await _media.StopAsync().ConfigureAwait(false);
        if (failure is null && _notes.Media is { PacketsSent: 0, PacketsUnsent: > 0 })
        {
            failure = new SipFailure("sip-media-not-sent", $"This machine could not send one packet of media to {_media.Remote}: check its route to that address.");
        }

        // Asked anew: a re-INVITE may have moved the far end.
        await HangUpAsync(await _dialog.NextHopAsync(CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        _notes.Audio = failure is null && !stopped
            ? _media.Judge(_notes.Media)
            : AudioProof.NotMeasured("Audio was not measured: there was no talk.");
        if (stopped)
        {
            // The answer crossed our CANCEL: the call was real, and it was ended at once.
            return GaveUp(attempt, ct);
        }

        return (ct.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Answered, failure ?? notPressed);
    }

    private async Task TalkAsync(CancellationToken ct)
    {
        var longest = request.Longest;
        var spent = TimeSpan.Zero;
        for (var next = request.TalkTime < longest ? request.TalkTime : longest; next > TimeSpan.Zero; next = spent + Again < longest ? Again : longest - spent)
        {
            try
            {
                await _farBye.Task.WaitAsync(next, core.Time, ct).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TimeoutException)
            {
                spent += next;
                if (spent >= longest || _media!.HeardEnough())
                {
                    return;
                }
            }
        }
    }

    private async Task HangUpAsync(IPEndPoint hop)
    {
        if (_farBye.Task.IsCompletedSuccessfully)
        {
            var (bye, at) = await _farBye.Task.ConfigureAwait(false);
            _notes.Ended(HungUpBy.FarEnd, at, bye);
            return;
        }

        _notes.Ended(HungUpBy.Us, core.Time.GetTimestamp(), null);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var transaction = core.Transactions.Begin(_dialog!.Bye(hop, _digest), hop);
            var final = core.FinalAsync(transaction, null, CancellationToken.None);
            await Task.WhenAny(final, Task.Delay(EndWait, core.Time, CancellationToken.None)).ConfigureAwait(false);
            if (!final.IsCompleted)
            {
                keep(final);
                return;
            }

            if (await final.ConfigureAwait(false) is not ResponseReceived { Response: var response, Timestamp: var at })
            {
                return;
            }

            if (response.StatusCode is 401 or 407 && _digest.Take(response) == ChallengeOutcome.Retry)
            {
                continue;
            }

            _notes.DisconnectDelay = response.StatusCode < 300 ? core.Time.GetElapsedTime(transaction.StartedAt, at) : null;
            return;
        }
    }
}
