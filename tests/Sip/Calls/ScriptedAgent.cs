using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Transactions;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>An agent whose far end is the test, on a wire without a network and with time standing still unless moved.</summary>
public abstract class ScriptedAgent : IAsyncDisposable
{
    private protected const string Sdp = "v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n";

    private protected readonly WatchedTime _time = new();
    private protected readonly FakeWire _wire = new();
    private protected readonly SipUserAgent _agent;
    private protected readonly CancellationTokenSource _giveUp = new();

    protected ScriptedAgent() => _agent = SipUserAgent.Start(_wire, new SipUserAgentOptions { TimeProvider = _time });

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _wire.DisposeAsync();
        _giveUp.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static void Contact(SipHeaders headers) => headers.Add("Contact", "<sip:far@127.0.0.1:5090>");

    private protected Task<CallResult> CallAsync(TimeSpan talkTime, TimeSpan ringTimeout, Func<CallRequest, CallRequest>? with)
    {
        var request = new CallRequest
        {
            Target = SipUri.Parse("sip:+16504894546@127.0.0.1:5090"),
            From = SipUri.Parse("sip:+13035550100@127.0.0.1"),
            TalkTime = talkTime,
            RingTimeout = ringTimeout,
        };
        return _agent.CallAsync(with?.Invoke(request) ?? request, _giveUp.Token);
    }
}
