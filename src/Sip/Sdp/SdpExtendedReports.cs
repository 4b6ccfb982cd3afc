using System.Globalization;

namespace TrunkBot.Sip.Sdp;

/// <summary>
/// Which extended reports the writer of a session description wants to get (<c>a=rtcp-xr</c>, RFC 3611 5.1), as far as they are known here. The run-length
/// encoded kinds and packet receipt times are passed over: nobody is owed a report (5.2).
/// </summary>
internal sealed record SdpExtendedReports
{
    /// <summary>Bytes of a DLRR block about one source: its head and three words (RFC 3611 4.5).</summary>
    private const int DelayBlockBytes = 16;

    /// <summary>All that are known here.</summary>
    public static SdpExtendedReports Known { get; } = new() { RoundTrip = true, Loss = true, Duplicates = true, Jitter = true, VoipMetrics = true };

    /// <summary>Receiver reference time and the delay since the last one (<c>rcvr-rtt</c>). Both ends of a call send, so its two modes are one here.</summary>
    public bool RoundTrip { get; init; }

    /// <summary><c>stat-summary</c> with <c>loss</c>.</summary>
    public bool Loss { get; init; }

    /// <summary><c>stat-summary</c> with <c>dup</c>.</summary>
    public bool Duplicates { get; init; }

    /// <summary><c>stat-summary</c> with <c>jitt</c>.</summary>
    public bool Jitter { get; init; }

    /// <summary><c>voip-metrics</c>.</summary>
    public bool VoipMetrics { get; init; }

    /// <summary>True when a statistics summary is wanted.</summary>
    public bool Summary => Loss || Duplicates || Jitter;

    /// <summary>Reads what stands behind <c>a=rtcp-xr:</c>, and adds it to what other such lines said. What is not known is passed over.</summary>
    public static SdpExtendedReports Read(string value, SdpExtendedReports? before)
    {
        var read = before ?? new();
        foreach (var format in value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = format.IndexOf('=', StringComparison.Ordinal);
            var (name, argument) = equals < 0 ? (format, "") : (format[..equals], format[(equals + 1)..]);
            read = name.ToLowerInvariant() switch
            {
                "rcvr-rtt" => read with { RoundTrip = read.RoundTrip || IsRoom(argument) },
                "stat-summary" => ReadFlags(argument, read),
                "voip-metrics" => read with { VoipMetrics = true },
                _ => read,
            };
        }

        return read;
    }

    /// <summary>The line without <c>a=</c>.</summary>
    public string ToLine()
    {
        string[] flags = [.. Loss ? ["loss"] : Array.Empty<string>(), .. Duplicates ? ["dup"] : Array.Empty<string>(), .. Jitter ? ["jitt"] : Array.Empty<string>()];
        string[] formats =
        [
            .. RoundTrip ? ["rcvr-rtt=all"] : Array.Empty<string>(),
            .. Summary ? [$"stat-summary={string.Join(',', flags)}"] : Array.Empty<string>(),
            .. VoipMetrics ? ["voip-metrics"] : Array.Empty<string>(),
        ];
        return $"rtcp-xr:{string.Join(' ', formats)}";
    }

    /// <summary>MODE or MODE:BYTES; false where the bytes leave no room for one source.</summary>
    private static bool IsRoom(string argument)
    {
        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        var mode = colon < 0 ? argument : argument[..colon];
        return mode is "all" or "sender"
            && (colon < 0 || (int.TryParse(argument[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes >= DelayBlockBytes));
    }

    /// <summary>Without flags the writer leaves the choice to us (RFC 3611 5.1).</summary>
    private static SdpExtendedReports ReadFlags(string argument, SdpExtendedReports read)
    {
        var flags = argument.Split(',');
        return read with
        {
            Loss = read.Loss || argument.Length == 0 || flags.Contains("loss", StringComparer.OrdinalIgnoreCase),
            Duplicates = read.Duplicates || argument.Length == 0 || flags.Contains("dup", StringComparer.OrdinalIgnoreCase),
            Jitter = read.Jitter || argument.Length == 0 || flags.Contains("jitt", StringComparer.OrdinalIgnoreCase),
        };
    }
}
