using Microsoft.Extensions.Time.Testing;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Tests.Calls;

public sealed class CallGateTests
{
    private static readonly SiteProfile Site = Given.Site;

    private readonly FakeProbe probe = new();
    private readonly Counters budget = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));

    private CallGate Gate => field ??= new(probe, budget, time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rule_that_stands_against_a_call_costs_nothing_and_names_itself()
    {
        var call = await Gate.CallAsync(new TestCallOrder { To = "911" }, Given.Intent(), Site, Ct);

        Assert.Equal((CallOutcome.NotPlaced, "call-emergency-number", "911"), (call.Outcome, call.FailureCode, call.To));
        Assert.StartsWith("The test call was not placed: 911 is, or leads to, an emergency number.", call.Sentence);
        Assert.Equal(0, probe.Calls);
        Assert.Empty(budget.Used);
    }

    [Fact]
    public async Task What_the_day_has_left_is_taken_before_the_call()
    {
        var site = Site with { Calls = new CallRules { PerTrunkPerDay = 1 } };
        Assert.Equal(CallOutcome.Answered, (await Gate.CallAsync(Given.Intent(), site, Ct)).Outcome);

        var call = await Gate.CallAsync(Given.Intent(), site, Ct);

        Assert.Equal((CallOutcome.NotPlaced, "call-budget-used"), (call.Outcome, call.FailureCode));
        Assert.Equal("The test call was not placed: The call would be more than calls.perTrunkPerDay in the profile of site lab lets a day have (1). It counts anew at 00:00 UTC; raise the limit there if it is too low.", call.Sentence);
        Assert.Equal(1, probe.Calls);
    }

    [Fact]
    public async Task Calls_that_may_cost_money_use_up_begun_minutes_of_the_longest_that_they_may_last()
    {
        var site = Site with { Tests = new SipTestSite { TalkSeconds = 60 }, Calls = new CallRules { Countries = ["GB"], PerSecond = 100 } };

        await Gate.CallAsync(Given.Intent(), site, Ct);
        Assert.DoesNotContain("paid-minutes/site/LAB", budget.Used.Keys);
        time.Advance(TimeSpan.FromSeconds(1));
        await Gate.CallAsync(new TestCallOrder { To = "+441618508378" }, Given.Intent(), site, Ct);

        Assert.Equal(2, budget.Used["paid-minutes/site/LAB"]);
        Assert.Equal(2, budget.Used["calls/site/LAB"]);
    }

    [Fact]
    public async Task Calls_of_one_account_are_spaced_and_never_come_in_a_burst()
    {
        List<DateTimeOffset> placed = [];
        probe.OnCall = _ =>
        {
            placed.Add(time.GetUtcNow());
            return Task.FromResult(Given.Call());
        };
        time.Advance(TimeSpan.FromMinutes(5));
        var begin = time.GetUtcNow();

        var calls = Enumerable.Range(0, 3).Select(_ => Gate.CallAsync(Given.Intent(), Site, Ct)).ToList();
        while (!calls.TrueForAll(c => c.IsCompleted))
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(3, placed.Count);
        Assert.True(placed[1] - begin >= TimeSpan.FromSeconds(1));
        Assert.True(placed[2] - begin >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_moment_of_a_call_is_asked_of_the_budget_that_all_processes_share_and_waited_for()
    {
        budget.Free["twilio/AC" + new string('0', 32)] = time.GetUtcNow();
        budget.Free[Site.Twilio.Element] = time.GetUtcNow().AddSeconds(4);

        var call = Gate.CallAsync(Given.Intent(), Site with { Calls = new CallRules { PerSecond = 0.5 } }, Ct);

        Assert.Equal(time.GetUtcNow().AddSeconds(6), budget.Free[Site.Twilio.Element]);
        time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(CallOutcome.Answered, (await call).Outcome);
    }

    private sealed class Counters : ICallBudget
    {
        public Dictionary<string, int> Used { get; } = [];

        public Dictionary<string, DateTimeOffset> Free { get; } = [];

        public Task<DateTimeOffset> SlotAsync(string account, DateTimeOffset now, TimeSpan spacing, CancellationToken cancellationToken)
        {
            var at = Free.TryGetValue(account, out var free) && free > now ? free : now;
            Free[account] = at + spacing;
            return Task.FromResult(at);
        }

        public Task<CallShare?> TakeAsync(DateOnly day, IReadOnlyList<CallShare> shares, CancellationToken cancellationToken)
        {
            if (shares.FirstOrDefault(s => Used.GetValueOrDefault(s.Key) + s.Amount > s.Limit) is { } over)
            {
                return Task.FromResult<CallShare?>(over);
            }

            foreach (var share in shares)
            {
                Used[share.Key] = Used.GetValueOrDefault(share.Key) + share.Amount;
            }

            return Task.FromResult<CallShare?>(null);
        }
    }
}
