using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Switch.Path;
using TrunkBot.Lab.Switch.Sip;

namespace TrunkBot.Lab.Switch;

/// <summary>
/// One SIP server (RFC 3261, UDP and TCP) that plays the call server, the way through the SBC, and Twilio's test number.
/// A request fails for the reason that is really wrong, named in <c>X-Lab-Reason</c> ("code; sentence"), in <c>Reason</c> and, where Twilio refuses, in <c>X-Twilio-Error</c>.
/// </summary>
public sealed class SipSwitch : ICallPath, IAsyncDisposable
{
    internal const string Allow = "INVITE, ACK, BYE, CANCEL, OPTIONS, REGISTER";

    /// <summary>RFC 3261 17.2: a transaction is remembered for 64 T1.</summary>
    private const int MemoryInT1 = 64;

    private readonly SipSwitchOptions options;
    private readonly SipLoop loop;
    private readonly SipWire wire;
    private readonly Registrar registrar;
    private readonly PathJudge judge;
    private readonly CallLog log = new();
    private readonly Dictionary<string, ServerTransaction> transactions = [];
    private readonly List<TestCall> calls = [];
    private readonly List<TestCall> ended = [];
    private readonly List<InboundCall> inbound = [];
    private readonly List<Task> ending = [];
    private readonly Task running;

    private SipSwitch(SipSwitchOptions options)
    {
        this.options = options;
        loop = new SipLoop(options.TimeProvider);
        judge = new PathJudge(options.Sbc, options.Cfs, options.Twilio, options.CfsAddress, options.Conditions);
        registrar = new Registrar(options.Cfs, new Digest(options.Realm, options.TimeProvider), options.TimeProvider);
        wire = SipWire.Open(options.Address, options.Port, arrival => loop.Post(() => Take(arrival)));
        running = loop.Run();
        wire.Start();
    }

    /// <summary>The port that is really listened on, UDP and TCP.</summary>
    public int Port => wire.Port;

    /// <summary>Calls and OPTIONS that were judged, oldest first. Those to the switch itself are not among them.</summary>
    public IReadOnlyList<CallRecord> Calls => log.Records;

    /// <summary>Datagrams and streams that were no SIP message.</summary>
    public long MalformedMessages => wire.Malformed;

    /// <summary>A fault of the switch itself, which cost one message or timer; null while there was none.</summary>
    public Exception? LastFault => loop.LastFault;

    public static Task<SipSwitch> StartAsync(SipSwitchOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // Made before the first call and not in it: everything waits while the switch's loop is at work.
        Media.Announcement.Encoded(options.AnnouncementLength, Media.G711.MuLaw);
        Media.Announcement.Encoded(options.AnnouncementLength, Media.G711.ALaw);
        return Task.FromResult(new SipSwitch(options));
    }

    public PathVerdict Judge(string bindingName) => judge.Judge(bindingName);

    /// <summary>Twilio brings a call to a number of a trunk: through the SBC and the call server to the subscriber, as far as their state lets it.</summary>
    public void Bring(InboundOffer offer, Action<InboundProgress> progress) => loop.Post(() =>
    {
        var (subscriber, judgement) = judge.JudgeInbound(offer);
        var contact = subscriber is null ? null : registrar.Find(subscriber.SipUser);
        if (judgement.Passes && contact is null)
        {
            judgement = new(480, "Temporarily Unavailable", "subscriber-not-registered", $"{subscriber!.SipUser} is not registered.") { Adjacency = judgement.Adjacency };
        }

        var number = log.Add(new CallRecord("INVITE", "", offer.From, offer.SipUrl, options.TimeProvider.GetUtcNow(), judgement) { FinalStatus = judgement.Silent || judgement.Passes ? null : judgement.Status });
        if (!judgement.Passes)
        {
            progress(new(judgement.Status == 480 ? "no-answer" : "failed", judgement.Code));
            return;
        }

        var call = new InboundCall(loop, options, offer, contact!, Port, Told, over =>
        {
            ending.RemoveAll(task => task.IsCompleted);
            ending.Add(over.Finished);
            loop.After(MemoryInT1 * options.T1, () => inbound.Remove(over));
        });
        inbound.Add(call);
        call.Begin();

        void Told(InboundProgress now)
        {
            log.Change(number, record => now.Status switch
            {
                "ringing" => record,
                "in-progress" => record with { FinalStatus = 200, AnsweredAt = options.TimeProvider.GetUtcNow() },
                _ => record with { EndedAt = options.TimeProvider.GetUtcNow() },
            });
            progress(now);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await wire.DisposeAsync();
        loop.Close();
        await running;
        foreach (var call in calls.Concat(ended).ToList())
        {
            await call.DisposeAsync();
        }

        foreach (var call in inbound.ToList())
        {
            await call.DisposeAsync();
        }

        await Task.WhenAll(ending);
    }

    /// <summary>Says in the answer what is wrong: for people, for the bot's diagnosis and for tests.</summary>
    internal static SipMessage Explain(SipMessage answer, Judgement judgement)
    {
        answer.Add("X-Lab-Reason", $"{judgement.Code}; {judgement.Reason}");
        if (!judgement.Passes)
        {
            answer.Add("Reason", $"SIP;cause={judgement.Status};text=\"{judgement.Code}\"");
        }

        if (judgement.TwilioError is { } error)
        {
            answer.Add("X-Twilio-Error", error);
        }

        return answer;
    }

    private void Take(SipArrival arrival)
    {
        var message = arrival.Message;
        if (message.Method is null)
        {
            if (message.CSeq.Method == "BYE")
            {
                ended.Find(call => call.CallId == message.CallId && call.Tag == message.From.Tag)?.Left();
            }

            inbound.Find(call => call.CallId == message.CallId)?.Take(message);
            return;
        }

        if (message.Via.Branch.Length == 0 || message.CallId.Length == 0 || message["From"] is null || message["To"] is null)
        {
            return; // Nothing to answer by: RFC 3261 8.2 needs these to build a response.
        }

        var key = $"{message.Via.SentBy} {message.Via.Branch}";
        if (message.Method == "ACK")
        {
            transactions.GetValueOrDefault($"INVITE {key}")?.Acknowledged();
            calls.Find(call => call.IsFor(message))?.Acknowledge();
            return;
        }

        if (transactions.TryGetValue($"{message.Method} {key}", out var known))
        {
            known.Again();
            return;
        }

        var transaction = new ServerTransaction(loop, arrival, options.T1, options.T2);
        transactions[$"{message.Method} {key}"] = transaction;
        loop.After(MemoryInT1 * options.T1, () => transactions.Remove($"{message.Method} {key}"));
        try
        {
            Handle(transaction, key);
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or FormatException or ArgumentException or System.Data.Common.DbException)
        {
            // One of the three states could not be read. The listener lives on and the caller is told.
            transaction.Send(transaction.Draft(500, "Server Internal Error").Add("X-Lab-Reason", $"lab-state-unreadable; {fault.GetType().Name}"));
        }
    }

    private void Handle(ServerTransaction transaction, string key)
    {
        var request = transaction.Request;
        switch (request.Method)
        {
            case var method when request.CSeq.Method != method || request.From.Tag is null:
                transaction.Send(400, "Bad Request");
                break;
            case not "CANCEL" when request["Max-Forwards"] == "0":
                transaction.Send(483, "Too Many Hops");
                break;
            case not "CANCEL" when request["Require"] is { } required:
                transaction.Send(transaction.Draft(420, "Bad Extension").Add("Unsupported", required));
                break;
            case "REGISTER":
                registrar.Register(transaction);
                break;
            case "OPTIONS":
                Probe(transaction);
                break;
            case "INVITE" or "BYE" when inbound.Find(call => call.IsFor(request)) is { } brought:
                brought.Take(transaction);
                break;
            case "INVITE" when request.To.Tag is not null:
                InCall(transaction, call => call.Change(transaction));
                break;
            case "INVITE":
                Invite(transaction);
                break;
            case "BYE":
                InCall(transaction, call => call.CallerHangsUp(transaction));
                break;
            case "CANCEL" when transactions.TryGetValue($"INVITE {key}", out var invite):
                transaction.Send(200, "OK");
                calls.Find(call => call.IsFrom(invite))?.Cancel();
                break;
            case "CANCEL":
                transaction.Send(481, "Call/Transaction Does Not Exist");
                break;
            default:
                transaction.Send(transaction.Draft(405, "Method Not Allowed").Add("Allow", Allow));
                break;
        }
    }

    private void InCall(ServerTransaction transaction, Action<TestCall> act)
    {
        if (calls.Find(call => call.IsFor(transaction.Request)) is { } call)
        {
            act(call);
        }
        else
        {
            transaction.Send(481, "Call/Transaction Does Not Exist");
        }
    }

    private void Probe(ServerTransaction transaction)
    {
        var target = SipAddress.FromUri(transaction.Request.RequestUri);
        if (EdgeNames.TerminationDomain(target.Host) is null)
        {
            var ours = IsOurs(target.Host);
            transaction.Send(transaction.Draft(ours ? 200 : 404, ours ? "OK" : "Not Found").Add("Allow", Allow));
            return;
        }

        var judgement = judge.JudgeOptions(target.Host);
        Note(transaction, judgement, judgement.Silent ? null : judgement.Status);
        if (!judgement.Silent)
        {
            transaction.Send(Explain(transaction.Draft(judgement.Status, judgement.Phrase), judgement));
        }
    }

    private void Invite(ServerTransaction transaction)
    {
        var request = transaction.Request;
        var target = SipAddress.FromUri(request.RequestUri);
        Judgement judgement;
        if (EdgeNames.TerminationDomain(target.Host) is not null)
        {
            judgement = judge.JudgeDirectCall(target.Host, target.User, transaction.Arrival.Source.Address);
        }
        else if (registrar.LogIn(transaction, request.From.User, "Proxy-Authorization", 407, "Proxy Authentication Required", "Proxy-Authenticate") is not { } caller)
        {
            return;
        }
        else if (!registrar.IsRegistered(caller.SipUser))
        {
            Registrar.Refuse(transaction, "subscriber-not-registered", $"{caller.SipUser} is not registered.");
            return;
        }
        else
        {
            judgement = judge.JudgeCall(target.User);
        }

        var call = new TestCall(loop, options, transaction, judgement, log, Note(transaction, judgement, null), Port, Ended);
        calls.Add(call);
        call.Begin();
    }

    private int Note(ServerTransaction transaction, Judgement judgement, int? finalStatus) => log.Add(
        new CallRecord(transaction.Request.Method!, transaction.Request.CallId, transaction.Request.From.User, transaction.Request.RequestUri, options.TimeProvider.GetUtcNow(), judgement)
        {
            FinalStatus = finalStatus,
        });

    /// <summary>A call that is over is remembered until the answer to its BYE can no longer come.</summary>
    private void Ended(TestCall call)
    {
        calls.Remove(call);
        ended.Add(call);
        ending.RemoveAll(task => task.IsCompleted);
        ending.Add(call.Finished);
        loop.After(MemoryInT1 * options.T1, () => ended.Remove(call));
    }

    private bool IsOurs(string host) => host == options.Address.ToString() || host == options.Realm || host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
}
