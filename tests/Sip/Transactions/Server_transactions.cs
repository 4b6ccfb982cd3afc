using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip.Tests.Transactions;

public sealed class Server_transactions : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeWire _wire = new();
    private readonly List<ServerTransaction> _requests = [];
    private int _acks;

    public Server_transactions() => _ = new SipTransactions(_wire, new SipTimers(), _time) { RequestReceived = _requests.Add, AckReceived = _ => _acks++ };

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    [Fact]
    public async Task A_repeated_request_gets_the_same_answer_and_is_handed_up_once()
    {
        _wire.Deliver(FakeWire.Request("BYE"));
        _requests[0].Respond(200, "OK", "us");
        _wire.Deliver(FakeWire.Request("BYE"));

        Assert.Single(_requests);
        var first = await _wire.NextAsync("200");
        var second = await _wire.NextAsync("200");
        Assert.Equal(first.ToBytes(), second.ToBytes());
        Assert.Equal("us", first.To!.Tag);
    }

    [Fact]
    public void After_timer_J_the_same_branch_is_a_new_request()
    {
        _wire.Deliver(FakeWire.Request("BYE"));
        _requests[0].Respond(200, "OK", "us");
        _time.Advance(TimeSpan.FromSeconds(32));

        _wire.Deliver(FakeWire.Request("BYE"));

        Assert.Equal(2, _requests.Count);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(488)]
    public void A_final_to_INVITE_is_repeated_until_its_ACK(int status)
    {
        _wire.Deliver(FakeWire.Request("INVITE"));
        _requests[0].Respond(status, "Reason", "us");
        Assert.Equal(1, _wire.SentCount());

        _time.Advance(TimeSpan.FromMilliseconds(500));
        _time.Advance(TimeSpan.FromMilliseconds(1_000));
        Assert.Equal(2, _wire.SentCount());

        _requests[0].Acknowledge();
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, _wire.SentCount());
    }

    [Fact]
    public void The_ACK_of_a_failure_stays_within_the_transaction_and_that_of_a_2xx_goes_up()
    {
        _wire.Deliver(FakeWire.Request("INVITE"));
        _requests[0].Respond(488, "No", "us");

        _wire.Deliver(FakeWire.Request("ACK"));
        Assert.Equal(0, _acks);

        _wire.Deliver(FakeWire.Request("ACK", "z9hG4bK-other"));
        Assert.Equal(1, _acks);
    }

    [Fact]
    public async Task The_answer_says_where_the_request_really_came_from()
    {
        _wire.Deliver(FakeWire.Request("OPTIONS", via: "10.9.9.9:5060;rport"));
        _requests[0].Respond(200, "OK", "us");

        var answer = await _wire.NextAsync("200");
        Assert.Equal("127.0.0.1", answer.TopVia!.Received!.ToString());
        Assert.Equal(5090, answer.TopVia.ReceivedPort);
        Assert.Equal(FakeWire.Peer, _wire.LastTarget);
    }

    [Fact]
    public async Task Without_rport_the_answer_goes_to_the_port_of_the_Via()
    {
        _wire.Deliver(FakeWire.Request("OPTIONS", via: "127.0.0.1:5070"));
        _requests[0].Respond(200, "OK", "us");

        await _wire.NextAsync("200");
        Assert.Equal(5070, _wire.LastTarget!.Port);
    }

    [Fact]
    public async Task A_request_that_comes_again_by_another_way_is_merged()
    {
        _wire.Deliver(FakeWire.Request("INVITE"));
        _wire.Deliver(FakeWire.Request("INVITE", "z9hG4bK-fork"));

        Assert.Single(_requests);
        var refused = await _wire.NextAsync("482");
        Assert.Equal(("z9hG4bK-fork", "Loop Detected"), (refused.TopVia!.Branch, refused.ReasonPhrase));
        Assert.NotNull(refused.To!.Tag);
    }

    [Fact]
    public void What_only_looks_alike_is_not_merged()
    {
        _wire.Deliver(FakeWire.Request("INVITE"));
        _wire.Deliver(FakeWire.Request("INVITE", "z9hG4bK2", cseq: 2));
        _wire.Deliver(FakeWire.Request("INVITE", "z9hG4bK3", fromTag: "another"));
        _wire.Deliver(FakeWire.Request("INVITE", "z9hG4bK4", callId: "c2"));
        _wire.Deliver(FakeWire.Request("CANCEL", "z9hG4bK1"));

        // Within a dialog a proxy may repeat itself with a new branch; the dialog's numbers tell.
        _wire.Deliver(FakeWire.Request("BYE", "z9hG4bK5", toTag: "us"));
        _wire.Deliver(FakeWire.Request("BYE", "z9hG4bK6", toTag: "us"));

        Assert.Equal(7, _requests.Count);
    }

    [Fact]
    public void After_its_end_the_same_request_is_a_new_one()
    {
        _wire.Deliver(FakeWire.Request("OPTIONS"));
        _requests[0].Respond(200, "OK", "us");
        _time.Advance(TimeSpan.FromSeconds(32));

        _wire.Deliver(FakeWire.Request("OPTIONS", "z9hG4bK2"));

        Assert.Equal(2, _requests.Count);
    }

    [Fact]
    public void Only_the_first_final_counts()
    {
        _wire.Deliver(FakeWire.Request("BYE"));
        _requests[0].Respond(200, "OK", "us");
        _requests[0].Respond(500, "Late", "us");

        Assert.Equal(1, _wire.SentCount());
    }

    [Fact]
    public void A_flood_of_requests_is_dropped_beyond_a_limit()
    {
        for (var i = 0; i < 2_500; i++)
        {
            _wire.Deliver(FakeWire.Request("OPTIONS", $"z9hG4bK{i}", cseq: (uint)i));
        }

        Assert.Equal(2_000, _requests.Count);
    }
}
