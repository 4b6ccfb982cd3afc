using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip;

/// <summary>A call of either side once there is a dialog: what the far end asks within it, the talk, and its end.</summary>
internal sealed class CallSession : IAsyncDisposable
{
    /// <summary>How long the result waits for the end of a BYE; the transaction itself goes on for as long as the RFC says.</summary>
    private static readonly TimeSpan EndWait = TimeSpan.FromSeconds(4);

    /// <summary>How often is asked, after the talk time, whether enough came back.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly SipCore _core;
    private readonly CallMedia _media;
    private readonly DigestSession _digest;
    private readonly Action<Task> _keep;
    private readonly Renegotiation _renegotiation;
    private readonly SessionTimer _timer;
    private readonly TaskCompletionSource<(SipMessage Bye, long At)> _farBye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _expired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>Whether a re-INVITE of ours is under way: then none of the far end's is taken (RFC 3261 14.2).</summary>
    private volatile bool _inviting;
    private bool _updateAllowed;

    public CallSession(SipCore core, CallMedia media, string callId, string localTag, string? user, DigestSession digest, Action<Task> keep)
    {
        _core = core;
        _media = media;
        _digest = digest;
        _keep = keep;
        LocalTag = localTag;
        CallId = callId;
        _timer = new SessionTimer(core.Time, () => keep(RefreshAsync()), () => _expired.TrySetResult());
        _renegotiation = new Renegotiation(core, media, _timer, localTag, user, () => _inviting || Offering);
        core.Sessions[(callId, localTag)] = this;
    }

    public string CallId { get; }

    public string LocalTag { get; }

    /// <summary>The dialogs of an INVITE of ours that is not answered yet.</summary>
    public EarlyDialogs? Early { get; set; }

    /// <summary>The dialog of the call, once it was answered.</summary>
    public Dialog? Dialog { get; private set; }

    /// <summary>Whether our offer in the INVITE waits for its answer.</summary>
    public bool Offering { get; set; }

    /// <summary>Completed by the ACK of our first 2xx.</summary>
    public TaskCompletionSource Acknowledged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed by the far end's BYE.</summary>
    public Task Ended => _farBye.Task;

    /// <summary>Null, or why a call that was well otherwise had to be ended.</summary>
    public SipFailure? Failure => _expired.Task.IsCompleted
        ? new SipFailure("sip-session-expired", $"The far end was to refresh the session within {_timer.Interval?.TotalSeconds:0} s and did not (RFC 4028), so the call was hung up: a call that lasts would be cut.")
        : null;

    /// <summary>Our INVITE was answered.</summary>
    public void Confirm(Dialog dialog, SipMessage answer)
    {
        Dialog = dialog;
        Offering = false;
        _updateAllowed = answer.Headers.Values("Allow").Contains("UPDATE", StringComparer.OrdinalIgnoreCase);
        _timer.Take(answer, weAreClient: true);
    }

    /// <summary>We answer an INVITE.</summary>
    public void Accept(Dialog dialog, ServerTransaction incoming, byte[] description)
    {
        Dialog = dialog;
        _updateAllowed = incoming.Request.Headers.Values("Allow").Contains("UPDATE", StringComparer.OrdinalIgnoreCase);
        _renegotiation.Expect(incoming);
        incoming.Respond(200, "OK", LocalTag, h => _renegotiation.Describe(h, incoming, described: true), description);
    }

    /// <summary>Takes a request that the far end sends within this call.</summary>
    public void Take(ServerTransaction incoming)
    {
        var message = incoming.Request;
        var tag = message.From?.Tag;
        var dialog = Dialog is not null && tag == Dialog.RemoteTag ? Dialog : Early?.Find(tag);
        if (dialog is null)
        {
            incoming.Respond(481, "Call/Transaction Does Not Exist", LocalTag);
        }
        else if (message.Method == "CANCEL")
        {
            // Of a re-INVITE, which we answered at once: there is nothing left to cancel (RFC 3261 9.2).
            incoming.Respond(200, "OK", LocalTag);
        }
        else if (!dialog.TakeRemote(message))
        {
            incoming.Respond(500, "CSeq Out Of Order", LocalTag);
        }
        else if (message.Method == "BYE")
        {
            incoming.Respond(200, "OK", LocalTag);
            _farBye.TrySetResult((message, _core.Time.GetTimestamp()));
        }
        else if (Renegotiation.Refuse(incoming, LocalTag))
        {
            // Answered there.
        }
        else if (message.Method is "INVITE" or "UPDATE")
        {
            _renegotiation.Take(incoming, dialog);
        }
        else if (message.Method is "OPTIONS" or "INFO")
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
        if (ack.From?.Tag == Dialog?.RemoteTag && _renegotiation.TakeAck(ack))
        {
            Acknowledged.TrySetResult();
        }
    }

    /// <summary>Talks for the least time, then until enough came back or the longest time is over; the far end's BYE, an expired session or the caller end it sooner.</summary>
    public async Task TalkAsync(TimeSpan least, TimeSpan longest, CancellationToken ct)
    {
        var over = Task.WhenAny(_farBye.Task, _expired.Task);
        var spent = TimeSpan.Zero;
        for (var next = least < longest ? least : longest; next > TimeSpan.Zero; next = spent + Again < longest ? Again : longest - spent)
        {
            try
            {
                await over.WaitAsync(next, _core.Time, ct).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TimeoutException)
            {
                spent += next;
                if (spent >= longest || _media.HeardEnough())
                {
                    return;
                }
            }
        }
    }

    /// <summary>Hangs up, unless the far end did.</summary>
    public async Task HangUpAsync(CallNotes notes)
    {
        if (_farBye.Task.IsCompletedSuccessfully)
        {
            var (bye, at) = await _farBye.Task.ConfigureAwait(false);
            notes.Ended(HungUpBy.FarEnd, at, bye);
            return;
        }

        notes.Ended(HungUpBy.Us, _core.Time.GetTimestamp(), null);
        var ending = Dialog!.RequestAsync("BYE", _digest);
        await Task.WhenAny(ending, Task.Delay(EndWait, _core.Time, CancellationToken.None)).ConfigureAwait(false);
        if (!ending.IsCompleted)
        {
            _keep(ending);
            return;
        }

        var (_, startedAt, what) = await ending.ConfigureAwait(false);
        notes.DisconnectDelay = what is ResponseReceived { Response.StatusCode: < 300, Timestamp: var ended } ? _core.Time.GetElapsedTime(startedAt, ended) : null;
    }

    public ValueTask DisposeAsync()
    {
        _core.Sessions.TryRemove((CallId, LocalTag), out _);
        _timer.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Refreshes the session: by UPDATE where the far end takes it, else by a re-INVITE with what was described before.</summary>
    private async Task RefreshAsync()
    {
        if (Dialog is not { } dialog || _timer.Interval is not { } interval || _farBye.Task.IsCompleted)
        {
            return;
        }

        TimeSpan? longer = null;
        void Ask(SipHeaders headers)
        {
            headers.Add("Supported", "timer").Add("Session-Expires", $"{(longer ?? interval).TotalSeconds:0};refresher=uac");
            if (longer is not null)
            {
                headers.Add("Min-SE", $"{longer.Value.TotalSeconds:0}");
            }
        }

        Task<Exchange> AskAsync() => _updateAllowed ? dialog.RequestAsync("UPDATE", _digest, Ask) : dialog.RequestAsync("INVITE", _digest, Ask, _media.Answer(null));
        _inviting = !_updateAllowed;
        var exchange = await AskAsync().ConfigureAwait(false);
        if (exchange.What is ResponseReceived { Response: var refusal } && (longer = SessionTimer.Least(refusal, interval)) is not null)
        {
            exchange = await AskAsync().ConfigureAwait(false);
        }

        _inviting = false;
        if (exchange.What is ResponseReceived { Response: { StatusCode: < 300 } answer })
        {
            dialog.Refresh(answer);
            _timer.Take(answer, weAreClient: true);
        }
        else if (exchange.What is ResponseReceived { Response.StatusCode: 491 })
        {
            _timer.Postpone();
        }
        else if (exchange.What is not ResponseReceived || exchange.What is ResponseReceived { Response.StatusCode: 408 or 481 })
        {
            // The far end does not know the call any more (RFC 4028 10).
            _expired.TrySetResult();
        }
    }
}
