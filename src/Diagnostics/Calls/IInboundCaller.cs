using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Calls;

/// <summary>Has the carrier call a number of a trunk, which costs money. Implemented by the Twilio room.</summary>
public interface IInboundCaller
{
    /// <summary>Places the call, once: after an answer that was lost it is looked for, never sent again.</summary>
    Task<InboundPlacement> PlaceAsync(InboundCall call, SiteProfile site, CancellationToken cancellationToken);

    /// <summary>What the carrier says of the call now; null when it can't be read.</summary>
    Task<InboundStanding?> StandingAsync(InboundCall call, string sid, SiteProfile site, CancellationToken cancellationToken);

    /// <summary>Ends a call that may still be under way, so that it costs no more. Best effort.</summary>
    Task EndAsync(string sid, SiteProfile site, CancellationToken cancellationToken);
}

/// <param name="To">E.164 with its plus: a number of the trunk.</param>
/// <param name="From">E.164 with its plus: a number of the account, or one that is verified there.</param>
/// <param name="Play">What the carrier plays; null: it sends back what it hears.</param>
/// <param name="RingLimit">How long it may ring.</param>
/// <param name="Limit">How long it may last.</param>
public sealed record InboundCall(string To, string From, Uri? Play, TimeSpan RingLimit, TimeSpan Limit, DateTimeOffset At);

/// <param name="Sentence">For people, such as <c>Twilio: busy; the trunk's leg to sip:198.51.100.4:5060: busy</c>.</param>
/// <param name="Ended">The call is over, whether it was answered or not.</param>
public sealed record InboundStanding(string Sentence, bool Ended);

/// <summary>What became of the wish for a call.</summary>
/// <param name="Sid">The call's id at the carrier; null when it was not placed, or when that is not known.</param>
/// <param name="Code">Why not, or why it is not known; null when it was placed.</param>
/// <param name="Sentence">The same for people; empty when it was placed.</param>
/// <param name="MayCome">False when it is certain that no call comes.</param>
public sealed record InboundPlacement(string? Sid, string? Code, Sentence Sentence, bool MayCome);
