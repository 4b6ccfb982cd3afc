using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Probes;

namespace TrunkBot.Diagnostics;

/// <summary>The systems' readers in the order of a call's way, each under its time limit, so that one dead system holds up nobody.</summary>
public sealed class StatusReaders(IEnumerable<IStatusReader> readers, TimeProvider time, IOptions<DiagnosticsOptions> options)
{
    public IReadOnlyList<IStatusReader> InOrder { get; } = [.. readers.OrderBy(r => CallWay.PlaceOf(r.System))];

    /// <summary>What a reader says, or why it says nothing. Only cancellation by the caller is thrown.</summary>
    internal Task<(IReadOnlyList<StatusLine>? Lines, Missed? Problem)> WithinLimitAsync(Func<CancellationToken, Task<IReadOnlyList<StatusLine>>> read, CancellationToken cancellationToken) =>
        TimeLimit.RunAsync(read, options.Value.ReadLimit, time, cancellationToken);
}
