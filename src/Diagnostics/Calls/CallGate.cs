using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Calls;

/// <summary>
/// What every test call passes before it is placed, whoever wants it: where it may go (<see cref="CallPolicy"/>), what is left of the day
/// (<see cref="ICallBudget"/>), and the rate: calls of one Twilio account are spaced evenly. Both hold in all processes that share a database.
/// </summary>
public sealed class CallGate(ITrunkProbe probe, ICallBudget budget, TimeProvider time) : ITrunkProbe
{
    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => probe.OptionsAsync(intent, site, cancellationToken);

    public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => probe.AddressesAsync(intent, site, cancellationToken);

    public async Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        if (CallPolicy.Against(order, intent, site) is { } refusal)
        {
            return Refused(refusal);
        }

        var now = time.GetUtcNow();
        if (await budget.TakeAsync(DateOnly.FromDateTime(now.UtcDateTime), Shares(order, intent, site), cancellationToken) is { } over)
        {
            return Refused(new(
                "call-budget-used",
                $"The call would be more than {over.Setting} in the profile of site {site.Name} lets a day have ({over.Limit}). It counts anew at 00:00 UTC; raise the limit there if it is too low."));
        }

        await PaceAsync(site, cancellationToken);
        return await probe.CallAsync(order, intent, site, cancellationToken);

        TestCall Refused(CallRefusal refusal) => TestCall.NotPlaced(order, CallPolicy.NumberOf(order, intent, site) ?? "", time.GetUtcNow(), refusal.Code, refusal.Sentence);
    }

    private static List<CallShare> Shares(TestCallOrder order, TrunkIntent intent, SiteProfile site)
    {
        List<CallShare> shares =
        [
            new($"calls/trunk/{intent.Name.ToUpperInvariant()}", 1, site.Calls.PerTrunkPerDay, "calls.perTrunkPerDay"),
            new($"calls/site/{site.Name.ToUpperInvariant()}", 1, site.Calls.PerDay, "calls.perDay"),
        ];
        if (order.MayCost(intent))
        {
            // Carriers count begun minutes.
            shares.Add(new($"paid-minutes/site/{site.Name.ToUpperInvariant()}", (int)Math.Ceiling(CallLimits.Longest(site).TotalMinutes), site.Calls.PaidMinutesPerDay, "calls.paidMinutesPerDay"));
        }

        return shares;
    }

    private async Task PaceAsync(SiteProfile site, CancellationToken cancellationToken)
    {
        var at = await budget.SlotAsync(site.Twilio.Element, time.GetUtcNow(), TimeSpan.FromSeconds(1 / site.Calls.PerSecond), cancellationToken);
        if (at - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }
}

/// <summary>How long a test call lasts.</summary>
public static class CallLimits
{
    /// <summary>How much longer than the site says a call may talk while too little of our own signal came back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>From the answer to the hang-up, at most; what Twilio is told as the limit of a call that it places.</summary>
    public static TimeSpan Longest(SiteProfile site) => TimeSpan.FromSeconds(site.Tests.TalkSeconds) + Patience + TimeSpan.FromSeconds(5);
}
