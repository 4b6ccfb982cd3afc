using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip.Tests.Transactions;

public sealed class Client_transactions
{
    private readonly FakeTimeProvider _time = new();

    private (FakeWire Wire, ClientTransaction Transaction) Begin(string method, bool reliable = false)
    {
        var wire = new FakeWire(reliable);
        var layer = new SipTransactions(wire, new SipTimers(), _time);
        return (wire, layer.Begin(FakeWire.Request(method), FakeWire.Hop));
    }

    /// <summary>When the request was sent, in milliseconds from the start.</summary>
    private List<int> SendTimes(FakeWire wire, int untilMilliseconds)
    {
        var times = new List<int>();
        for (var at = 0; at <= untilMilliseconds; at += 100)
        {
            times.AddRange(Enumerable.Repeat(at, wire.SentCount()));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return times;
    }

    [Fact]
    public void Timer_A_repeats_an_INVITE_in_doubling_steps_until_timer_B()
    {
        var (wire, transaction) = Begin("INVITE");

        Assert.Equal([0, 500, 1500, 3500, 7500, 15500, 31500], SendTimes(wire, 70_000));
        Assert.True(transaction.Events.TryRead(out var what));
        Assert.IsType<TransactionTimedOut>(what);
        Assert.True(transaction.Events.Completion.IsCompleted);
    }

    [Fact]
    public void Timer_E_repeats_a_request_up_to_every_4_seconds_until_timer_F()
    {
        var (wire, transaction) = Begin("OPTIONS");

        Assert.Equal([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], SendTimes(wire, 70_000));
        Assert.True(transaction.Events.TryRead(out var what));
        Assert.IsType<TransactionTimedOut>(what);
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void On_a_stream_nothing_is_repeated_but_the_time_limit_holds(string method)
    {
        var (wire, transaction) = Begin(method, reliable: true);

        Assert.Equal([0], SendTimes(wire, 31_800));
        Assert.False(transaction.Events.TryRead(out _));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(transaction.Events.TryRead(out var what));
        Assert.IsType<TransactionTimedOut>(what);
    }

    [Fact]
    public void A_provisional_stops_the_repetition_of_an_INVITE_and_its_time_limit()
    {
        var (wire, transaction) = Begin("INVITE");
        wire.Answer(transaction.Request, 180);

        Assert.Equal([0], SendTimes(wire, 120_000));
        Assert.Equal([180], Statuses(transaction));
    }

    [Fact]
    public void A_provisional_slows_the_repetition_of_other_requests_to_4_seconds()
    {
        var (wire, transaction) = Begin("OPTIONS");
        wire.Answer(transaction.Request, 100);

        Assert.Equal([0, 500, 4500, 8500], SendTimes(wire, 9_000));
    }

    [Fact]
    public void A_failure_is_acknowledged_within_the_transaction_each_time_it_comes()
    {
        var (wire, transaction) = Begin("INVITE");
        wire.SentCount();

        wire.Answer(transaction.Request, 486, tag: "t1");
        wire.Answer(transaction.Request, 486, tag: "t1");

        Assert.Equal([486], Statuses(transaction));
        Assert.Equal(2, wire.SentCount());
        _time.Advance(TimeSpan.FromSeconds(32));
        wire.Answer(transaction.Request, 486, tag: "t1");
        Assert.Equal(0, wire.SentCount());
    }

    [Fact]
    public async Task The_ACK_of_a_failure_has_the_branch_of_the_INVITE_and_the_tag_of_the_answer()
    {
        var (wire, transaction) = Begin("INVITE");
        await wire.NextAsync("INVITE");

        wire.Answer(transaction.Request, 404, tag: "t1");

        var ack = await wire.NextAsync("ACK");
        Assert.Equal("z9hG4bK1", ack.TopVia!.Branch);
        Assert.Equal("t1", ack.To!.Tag);
        Assert.Equal("1 ACK", ack.Headers["CSeq"]);
        Assert.Equal(transaction.Request.RequestUri, ack.RequestUri);
    }

    [Fact]
    public void A_2xx_is_not_acknowledged_by_the_transaction_and_its_copies_reach_the_call()
    {
        var (wire, transaction) = Begin("INVITE");
        wire.SentCount();

        wire.Answer(transaction.Request, 200);
        wire.Answer(transaction.Request, 200);

        Assert.Equal([200, 200], Statuses(transaction));
        Assert.Equal(0, wire.SentCount());
        _time.Advance(TimeSpan.FromSeconds(32));
        Assert.True(transaction.Events.Completion.IsCompleted);
    }

    [Fact]
    public void Repeated_finals_of_other_requests_are_swallowed()
    {
        var (wire, transaction) = Begin("BYE");

        wire.Answer(transaction.Request, 200);
        wire.Answer(transaction.Request, 200);

        Assert.Equal([200], Statuses(transaction));
        Assert.True(transaction.Events.Completion.IsCompleted);
    }

    [Fact]
    public void A_response_of_another_branch_or_method_is_nobodys()
    {
        var (wire, transaction) = Begin("OPTIONS");

        wire.Answer(FakeWire.Request("OPTIONS", "z9hG4bK2"), 200);
        wire.Answer(FakeWire.Request("BYE"), 200);

        Assert.Empty(Statuses(transaction));
    }

    [Fact]
    public void A_refused_connection_ends_the_transaction_at_once()
    {
        var wire = new FakeWire(true) { Refuse = true };

        var transaction = new SipTransactions(wire, new SipTimers(), _time).Begin(FakeWire.Request("OPTIONS"), FakeWire.Hop);

        Assert.True(transaction.Events.TryRead(out var what));
        Assert.IsType<TransactionFailed>(what);
    }

    private static List<int> Statuses(ClientTransaction transaction)
    {
        var statuses = new List<int>();
        while (transaction.Events.TryRead(out var what))
        {
            statuses.Add(((ResponseReceived)what).Response.StatusCode!.Value);
        }

        return statuses;
    }
}
