namespace TrunkBot.Diagnostics.Health;

/// <summary>
/// What many trunks stand behind: an SBC, a switch, an account, an edge. When it is down that is one piece of news and not one for each trunk. Damped as a
/// trunk's state is. One look at a time.
/// </summary>
/// <param name="leastTrunks">For so many different trunks it must be down: an edge that is silent for one trunk alone may be that trunk's own matter.</param>
/// <param name="pause">Looks sooner than this after the last one that was counted are not: trunks that share one read of a system saw one thing.</param>
/// <param name="wasDown">It was down before the program was started.</param>
public sealed class Dependency(HealthOptions options, int leastTrunks, TimeSpan pause, bool wasDown = false)
{
    private readonly Damping damping = new(options, wasDown ? HealthState.Failed : HealthState.Ok);
    private readonly FlapDetection flaps = new(options);
    private readonly HashSet<string> sayDown = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset? counted;
    private bool wasUp = !wasDown;

    public bool IsDown => damping.Held == HealthState.Failed;

    /// <summary>It is up, and so was the last look: who looks and finds it up need say no more.</summary>
    public bool IsSettledUp => !IsDown && wasUp && !flaps.IsFlapping;

    public HealthNews? Look(string trunk, bool isDown, DateTimeOffset at)
    {
        if (isDown)
        {
            sayDown.Add(trunk);
        }
        else
        {
            sayDown.Remove(trunk);
        }

        if (counted is { } last && at - last < pause)
        {
            return null;
        }

        counted = at;
        wasUp = !isDown;
        var changed = damping.Look(isDown && (IsDown || sayDown.Count >= leastTrunks) ? HealthState.Failed : isDown ? HealthState.NotAvailable : HealthState.Ok);
        if (changed && !IsDown)
        {
            sayDown.Clear();
        }

        return flaps.Look(changed, at) is { } kind ? new HealthNews(kind, damping.Held!.Value, at) : null;
    }
}
