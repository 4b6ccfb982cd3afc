using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Probes;

/// <summary>Runs one check under its own time limit, so that one dead system holds up nobody.</summary>
internal static class TimeLimit
{
    /// <summary>The check's value, or why there is none. Only cancellation by the caller is thrown.</summary>
    public static async Task<(T? Value, Missed? Problem)> RunAsync<T>(
        Func<CancellationToken, Task<T>> check, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        using var clock = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        try
        {
            // WaitAsync as well as the token: a check that does not heed its token must not hold up the others.
            return (await check(both.Token).WaitAsync(limit, time, cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return (null, new Missed($"no answer within {(int)limit.TotalSeconds} s", IsLate: true));
        }
        catch (Exception e)
        {
            // The text of an unexpected exception may hold anything; its kind is all that is fit for a card.
            return (null, new Missed($"the check broke off ({e.GetType().Name})", IsLate: false));
        }
    }
}

/// <summary>Why a check gave nothing.</summary>
/// <param name="IsLate">It had no answer within its time limit.</param>
internal sealed record Missed(Sentence Why, bool IsLate);
