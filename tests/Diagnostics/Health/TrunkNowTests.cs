using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class TrunkNowTests
{
    private static readonly StatusLine Fine = new(HealthState.Ok, "thing", "fine");
    private static readonly StatusLine Broken = new(HealthState.Failed, "thing", "broken", "broken-code", "mend");

    private readonly TrunkWatch watch = new(new HealthOptions());
    private TrunkNow? now;

    [Fact]
    public void Each_part_says_since_when_it_is_as_it_is()
    {
        Look(0, [Fine], Given.Up());
        Look(1, [Fine], Given.Up());
        Look(2, [Fine, Broken], Given.Up());
        Look(3, [Broken], Given.Silent());

        Assert.Equal(
            [("Perimeta", HealthState.Failed, "thing: broken", At(2)), ("umatilla", HealthState.Failed, "No answer.", At(3))],
            now!.Parts.Select(p => (p.Name, p.State, p.Detail, p.Since)));
        Assert.Equal((HealthState.Failed, At(3), At(3)), (now.State, now.Since, now.At));
    }

    [Fact]
    public void An_edge_that_was_not_asked_is_as_it_was_when_it_was_asked_last()
    {
        Look(0, [Fine], Given.Up());
        Look(1, [Fine], Given.Up() with { State = ProbeState.Unchecked, Status = null, RoundTripMilliseconds = null, Detail = "asked 4 s ago" });

        var edge = now!.Part("umatilla", isEdge: true)!;

        Assert.Equal((HealthState.Ok, "200 OK", At(0), 23.0), (edge.State, edge.Detail, edge.AskedAt, edge.RoundTripMilliseconds));
    }

    [Fact]
    public void An_edge_that_was_never_asked_is_not_available_and_has_no_time()
    {
        Look(0, [Fine], Given.Up() with { State = ProbeState.Unchecked, Detail = "not configured" });

        var edge = now!.Part("umatilla", isEdge: true)!;

        Assert.Equal((HealthState.NotAvailable, null, (double?)null), (edge.State, edge.AskedAt, edge.RoundTripMilliseconds));
    }

    private void Look(int minute, StatusLine[] lines, params EdgeProbe[] edges)
    {
        var failed = lines.Any(l => l.State == HealthState.Failed);
        var report = new HealthReport
        {
            Trunk = "acme",
            At = At(minute),
            Overall = failed ? HealthState.Failed : HealthState.Ok,
            Sentence = "",
            Systems = [new SystemHealth("Perimeta", lines, null)],
            Edges = edges,
        };
        watch.Look(report, new HashSet<string>(), isSilent: false);
        now = TrunkNow.After(now, report, "lab", watch, null);
    }

    private static DateTimeOffset At(int minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);
}
