using System.Net.Sockets;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>One call to us: ring, answer, talk, hang up, and everything measured on the way (RFC 3261 13.3).</summary>
internal sealed class IncomingCall(SipCore core, AnswerRequest request, Action<Task> keep) : IAsyncDisposable
{
    private readonly CallNotes _notes = new(core.Time);
    private readonly TaskCompletionSource<SipMessage> _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ServerTransaction> _invited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CallRequest _likeOurs = request.AsCall();
    private readonly string _localTag = SipCore.Token(8);
    private CallMedia? _media;
    private CallSession? _session;

    /// <summary>Offers an INVITE outside of a dialog; false when it is for somebody else, or a call came already.</summary>
    public bool Offer(ServerTransaction incoming) =>
        (request.User is null || (SipUri.TryParse(incoming.Request.RequestUri, out var called) && called.User == request.User)) && _invited.TrySetResult(incoming);

    /// <summary>Takes a CANCEL; false when it is of another call.</summary>
    public bool Cancel(ServerTransaction cancel)
    {
        if (!_invited.Task.IsCompletedSuccessfully || _invited.Task.Result is not { } invite
            || cancel.Request.TopVia?.Branch != invite.Request.TopVia?.Branch || cancel.Request.CallId != invite.Request.CallId)
        {
            return false;
        }

        cancel.Respond(200, "OK", _localTag);
        _cancelled.TrySetResult(cancel.Request);
        return true;
    }

    public async Task<AnsweredCall> RunAsync(CancellationToken ct)
    {
        ServerTransaction incoming;
        try
        {
            incoming = await _invited.Task.WaitAsync(request.Wait, core.Time, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            if (_invited.TrySetCanceled(CancellationToken.None))
            {
                var outcome = e is TimeoutException ? CallOutcome.Timeout : CallOutcome.Cancelled;
                var failure = e is TimeoutException
                    ? new SipFailure("sip-nobody-called", $"No call came within {request.Wait.TotalSeconds:0} s: check that the number is routed to this subscriber and that it is registered.")
                    : null;
                return new AnsweredCall(null, null, _notes.Result(outcome, failure, new SipTrace(core.Time)));
            }

            incoming = await _invited.Task.ConfigureAwait(false);
        }

        var invite = incoming.Request;
        var trace = core.Trace(invite.CallId);
        trace.Add(invite, incoming.Source, false);
        try
        {
            var (outcome, failure) = await TakeAsync(incoming, ct).ConfigureAwait(false);
            return new AnsweredCall(invite.From?.UriText, invite.RequestUri, _notes.Result(outcome, failure, trace) with
            {
                FinalStatus = incoming.FinalStatus,
                RemoteSignalling = incoming.Source,
                RemoteContact = invite.ContactUri?.ToString(),
                RemoteMedia = _media?.Remote,
                Tls = core.TlsPeer(incoming.Source),
            });
        }
        finally
        {
            core.EndTrace(invite.CallId);
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

    private async Task<(CallOutcome Outcome, SipFailure? Failure)> TakeAsync(ServerTransaction incoming, CancellationToken ct)
    {
        var invite = incoming.Request;
        if (Renegotiation.Refuse(incoming, _localTag))
        {
            return (CallOutcome.Rejected, new SipFailure("sip-call-refused", $"The caller's INVITE was refused with {incoming.FinalStatus}: it demands what this bot does not know."));
        }

        SdpAudio? offer = null;
        if (invite.Body.Length > 0 && !SdpAudio.TryParse(invite.Body, out offer))
        {
            incoming.Respond(488, "Not Acceptable Here", _localTag);
            return (CallOutcome.Rejected, new SipFailure("sip-no-session-description", "The caller's INVITE holds a body that is no session description with audio."));
        }

        if (!await RingAsync(incoming, ct).ConfigureAwait(false))
        {
            var byCaller = _cancelled.Task.IsCompleted;
            incoming.Respond(byCaller ? 487 : 480, byCaller ? "Request Terminated" : "Temporarily Unavailable", _localTag);
            return (CallOutcome.Cancelled, null);
        }

        // Media begins with the answer, not before: nobody is to hear us while it rings.
        byte[]? description;
        try
        {
            _media = new CallMedia(_likeOurs, core.ShownAddress(incoming.Source), core.LocalAddress(incoming.Source), core.Time);
            _notes.LocalSignalling = core.LocalEndPoint(incoming.Source);
            _notes.LocalMedia = _media.Local;
            description = _media.Answer(offer);
        }
        catch (SocketException e)
        {
            incoming.Respond(500, "Server Internal Error", _localTag);
            return (CallOutcome.TransportError, SipCore.TransportRefused(e, incoming.Source));
        }

        if (description is null)
        {
            incoming.Respond(488, "Not Acceptable Here", _localTag);
            return (CallOutcome.Rejected, _media.Take(offer!));
        }

        var user = SipUri.TryParse(invite.RequestUri, out var called) ? called.User : null;
        _session = new CallSession(core, _media, invite.CallId, _localTag, user, new DigestSession(null), keep);
        _session.Accept(Dialog.FromInvite(core, invite, _localTag, new SipHop(incoming.Source, null)), incoming, description);
        _notes.Answered(core.Time.GetTimestamp());
        return await TalkAsync(_session, _media, ct).ConfigureAwait(false);
    }

    /// <summary>False when the caller or our own side gave up.</summary>
    private async Task<bool> RingAsync(ServerTransaction incoming, CancellationToken ct)
    {
        if (request.RingFor <= TimeSpan.Zero)
        {
            return !_cancelled.Task.IsCompleted && !ct.IsCancellationRequested;
        }

        // Who demands reliable provisional responses gets none but 100: then there is nothing to repeat (RFC 3262 3).
        var demanded = incoming.Request.Headers.Values("Require").Contains("100rel", StringComparer.OrdinalIgnoreCase);
        incoming.Respond(demanded ? 100 : 180, demanded ? "Trying" : "Ringing", _localTag, h =>
        {
            if (!demanded)
            {
                h.Add("Contact", core.Contact(incoming.Source, request.User));
            }
        });
        try
        {
            await _cancelled.Task.WaitAsync(request.RingFor, core.Time, ct).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<(CallOutcome Outcome, SipFailure? Failure)> TalkAsync(CallSession session, CallMedia media, CancellationToken ct)
    {
        var answeredAt = core.Time.GetTimestamp();
        await session.TalkAsync(_likeOurs.TalkTime, _likeOurs.Longest, ct).ConfigureAwait(false);
        _notes.Media = await media.StopAsync().ConfigureAwait(false);
        var failure = session.Failure;

        // Before the ACK the called side must not hang up (RFC 3261 15), and without one the call ends by itself after 64 T1.
        var left = core.Options.Timers.Transaction - core.Time.GetElapsedTime(answeredAt);
        try
        {
            await Task.WhenAny(session.Acknowledged.Task, session.Ended).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, core.Time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            failure ??= new SipFailure("sip-no-ack", "The caller never acknowledged our answer: the ACK is lost on its way, and such calls are cut after about 30 s. Check the Contact and Record-Route of the 200.");
        }

        await session.HangUpAsync(_notes).ConfigureAwait(false);
        _notes.Audio = failure is null ? media.Judge(_notes.Media) : AudioProof.NotMeasured("Audio was not measured: the call was not set up wholly.");
        return (ct.IsCancellationRequested ? CallOutcome.Cancelled : CallOutcome.Answered, failure);
    }
}
