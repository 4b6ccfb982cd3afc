using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Insights;

/// <summary>Finds what the carrier measured of a test call of ours. Read only. Implemented by Twilio (Voice Insights).</summary>
public interface ICallInsights
{
    /// <summary>Looks for the call by what both sides know of it: the trunk, the called number, the time. Never throws for what the carrier does.</summary>
    Task<CallInsights> FindAsync(TrunkIntent intent, SiteProfile site, TestCall call, CancellationToken cancellationToken);
}

/// <summary>What the carrier has of a call by now.</summary>
/// <param name="Detail">In a sentence.</param>
public sealed record CallInsights(InsightsState State, string Detail)
{
    /// <summary>null unless one call fits.</summary>
    public CarrierFigures? Figures { get; init; }
}

public enum InsightsState
{
    /// <summary>The account has it switched off; to switch it on costs money, and is a person's decision.</summary>
    Off,

    /// <summary>It could not be asked now.</summary>
    CannotAsk,

    /// <summary>No such call is listed, yet or at all.</summary>
    NotListed,

    /// <summary>More than one call fits, and nothing tells them apart.</summary>
    Several,

    /// <summary>Found; its figures may still change.</summary>
    Partial,

    Complete,
}

/// <summary>A call as the carrier saw it, at the edge to our SBC. Unmeasured is null.</summary>
public sealed record CarrierFigures
{
    /// <summary>Its id there, such as CA….</summary>
    public required string CallId { get; init; }

    /// <summary>Call-ID on the side of the SBC: joins with traces of it.</summary>
    public string? SipCallId { get; init; }

    public string? State { get; init; }

    /// <summary>SIP status that ended the setup, such as 200.</summary>
    public string? LastSipResponse { get; init; }

    /// <summary>Who hung up, in the carrier's words: caller, callee, twilio.</summary>
    public string? DisconnectedBy { get; init; }

    public double? PostDialDelayMilliseconds { get; init; }

    public string? Edge { get; init; }

    /// <summary>Where it sent RTP.</summary>
    public string? MediaAddress { get; init; }

    /// <summary>What it complains of, such as <c>silence</c> or <c>high_jitter</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public CarrierFlow? FromUs { get; init; }

    public CarrierFlow? ToUs { get; init; }
}

/// <summary>RTP of one direction.</summary>
/// <param name="Packets">Received from us, or sent to us.</param>
public sealed record CarrierFlow(string? Codec, double? Packets, double? Lost, double? JitterMilliseconds);
