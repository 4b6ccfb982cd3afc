using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>One test call: INVITE with its challenges and redirects, ACK, talk, BYE, and everything measured on the way.</summary>
internal sealed class OutgoingCall(SipCore core, CallRequest request, Action<Task> keep) : IAsyncDisposable
{
    /// <summary>How long the result waits for the end of a CANCEL; the transaction itself goes on for as long as the RFC says.</summary>
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(4);

    /// <summary>How often a longer session interval is asked for: each hop on the way may demand one of its own.</summary>
    private const int MostIntervals = 3;

    private readonly DigestSession _digest = new(request.Credentials);
    private readonly LateAnswers _late = new(core, request.Credentials);
    private readonly Redirects _redirects = new(request.Target);
    private readonly CallNotes _notes = new(core.Time);
    private SipUri _uri = request.Target;
    private TimeSpan? _interval;
    private int _intervals;
    private Targets? _targets;
    private CallMedia? _media;
    private CallSession? _session;

    public string CallId { get; } = SipCore.Token(16);

    private string LocalTag { get; } = SipCore.Token(8);

    public async Task<CallResult> RunAsync(CancellationToken ct)
    {
        var trace = core.Trace(CallId);
        try
        {
            (_targets, var failure) = await core.LocateAsync(_uri, request.OutboundProxy, ct).ConfigureAwait(false);
            if (_targets is not { } targets)
            {
                return _notes.Result(CallOutcome.TransportError, failure, trace);
            }

            var first = targets.Current.EndPoint;
            _media = new CallMedia(request, core.ShownAddress(first), core.LocalAddress(first), core.Time);
            _notes.LocalSignalling = core.LocalEndPoint(first);
            _notes.LocalMedia = _media.Local;
            _session = new CallSession(core, _media, CallId, LocalTag, request.From.User, _digest, keep);
            var (outcome, reason) = await InviteAsync(_session, targets, ct).ConfigureAwait(false);
            _notes.RemoteMedia = _media.Remote;
            return _notes.Result(outcome, reason, trace) with { Tls = core.TlsPeer(_targets.Current.EndPoint), Skipped = _targets.Skipped };
        }
        catch (SocketException e) when (_targets is not null)
        {
            return _notes.Result(CallOutcome.TransportError, SipCore.TransportRefused(e, _targets.Current.EndPoint), trace);
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

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }

        if (_media is not null)
        {
            await _media.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<(CallOutcome Outcome, SipFailure? Failure)> InviteAsync(CallSession session, Targets targets, CancellationToken ct)
    {
        using var ring = new CancellationTokenSource(request.RingTimeout, core.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ring.Token, ct);
        var offer = request.LateOffer ? null : _media!.Offer();
        session.Offering = offer is not null;
        for (uint cseq = 1; ; cseq++)
        {
            var hop = targets.Current;
            var invite = BuildInvite(hop.EndPoint, cseq, offer);
            session.Early = new EarlyDialogs(core, _media!, request.LateOffer, _digest, keep, () => session.Offering = false);
            var attempt = new InviteAttempt(core, invite, hop, session.Early);
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
            if (!stopped && targets.MoveOn(final))
            {
                continue;
            }

            if (final is not ResponseReceived received)
            {
                return final is TransactionFailed
                    ? (CallOutcome.TransportError, SipCore.Failure(final, hop.EndPoint))
                    : (ct.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Timeout, SipCore.Failure(final, hop.EndPoint));
            }

            _notes.Take(received);
            var status = received.Response.StatusCode!.Value;
            if (status < 300)
            {
                return await AnsweredAsync(session, attempt, invite, received, stopped, ct).ConfigureAwait(false);
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
            else if (_intervals < MostIntervals && SessionTimer.Least(received.Response, _interval) is { } least)
            {
                (_interval, _intervals) = (least, _intervals + 1);
                continue;
            }
            else if (request.FollowRedirects && status < 600)
            {
                (var next, failure) = await RedirectedAsync(received.Response, ct).ConfigureAwait(false);
                if (next is not null)
                {
                    _targets = targets = next;
                    continue;
                }
            }

            return (CallNotes.OutcomeOf(status), failure ?? CallNotes.Rejection(received.Response));
        }
    }

    /// <summary>Where the next contact of a redirect lies; null when there is none left, with the reason when the last could not be called.</summary>
    private async Task<(Targets? Targets, SipFailure? Failure)> RedirectedAsync(SipMessage response, CancellationToken ct)
    {
        if (response.StatusCode < 400)
        {
            _redirects.Take(response);
        }

        SipFailure? failure = null;
        while (_redirects.Next() is { } contact)
        {
            (var targets, failure) = await core.LocateAsync(contact, request.OutboundProxy, ct).ConfigureAwait(false);
            if (targets is not null)
            {
                _uri = contact;
                return (targets, null);
            }
        }

        return (null, failure);
    }

    private SipMessage BuildInvite(IPEndPoint remote, uint cseq, byte[]? offer)
    {
        var uri = _uri.ToString();
        var headers = core.NewHeaders(remote, $"<{request.From}>;tag={LocalTag}", $"<{request.Target}>", CallId, cseq, "INVITE")
            .Add("Contact", core.Contact(remote, request.From.User))
            .Add("Allow", SipCore.Allow)
            .Add("Supported", SipCore.Supported)
            .Add("Accept", "application/sdp");
        if (_interval is { } interval)
        {
            SessionTimer.AskAtLeast(headers, interval);
        }

        _digest.Authorize(headers, "INVITE", uri);
        return SipMessage.Request("INVITE", uri, offer is null ? headers : headers.Add("Content-Type", "application/sdp"), offer);
    }

    private static (CallOutcome Outcome, SipFailure? Failure) GaveUp(InviteAttempt attempt, CancellationToken ct) =>
        (ct.IsCancellationRequested, attempt.Progressed) switch
        {
            (true, _) => (CallOutcome.Cancelled, null),
            (_, true) => (CallOutcome.NoAnswer, new SipFailure("sip-no-answer", "It rang, but nobody answered before the ring timeout: check the dialled number, or wait longer.")),
            _ => (CallOutcome.Timeout, new SipFailure("sip-timeout", "No answer to the INVITE before the ring timeout: check that the far end lets this bot's address in and that the Request-URI names its domain.")),
        };

    private async Task<(CallOutcome Outcome, SipFailure? Failure)> AnsweredAsync(
        CallSession session, InviteAttempt attempt, SipMessage invite, ResponseReceived answer, bool stopped, CancellationToken ct)
    {
        SipFailure? notPressed = null;
        var dialog = session.Early?.Find(answer.Response.To?.Tag);
        dialog?.Confirm(answer.Response);
        dialog ??= Dialog.FromAnswer(core, invite, answer.Response, attempt.Transaction.Hop with { EndPoint = answer.Source });
        var failure = Describe(dialog, answer.Response);
        session.Confirm(dialog, answer.Response);
        var hop = await dialog.NextHopAsync().ConfigureAwait(false);
        await core.Transactions.SendAsync(dialog.Ack(hop), hop).ConfigureAwait(false);
        keep(_late.AcknowledgeAsync(attempt, invite, dialog, hop));
        if (!stopped && failure is null)
        {
            notPressed = _media!.Press();
            await session.TalkAsync(request.TalkTime, request.Longest, ct).ConfigureAwait(false);
        }

        _notes.Media = await _media!.StopAsync().ConfigureAwait(false);
        failure ??= session.Failure;
        if (failure is null && _notes.Media is { PacketsSent: 0, PacketsUnsent: > 0 })
        {
            failure = new SipFailure("sip-media-not-sent", $"This machine could not send one packet of media to {_media.Remote}: check its route to that address.");
        }

        await session.HangUpAsync(_notes).ConfigureAwait(false);
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

    /// <summary>Takes the session description of the 2xx: the answer to our offer, or the offer whose answer goes into the ACK.</summary>
    private SipFailure? Describe(Dialog dialog, SipMessage answer)
    {
        var described = SdpAudio.TryParse(answer.Body, out var audio);
        if (described && request.LateOffer && _media!.Remote is null)
        {
            dialog.AckBody = _media.Answer(audio);
            return dialog.AckBody is null ? _media.Take(audio!) : null;
        }

        return described ? _media!.Take(audio!)
            : _media!.Remote is null ? new SipFailure("sip-no-session-description", "The far end answered without a session description: it has to answer our offer in its 200, or to make one itself when we made none.")
            : null;
    }
}
