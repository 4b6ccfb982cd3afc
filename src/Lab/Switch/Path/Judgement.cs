using System.Net;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>What becomes of a call or an OPTIONS, and the one thing that is really wrong when it fails.</summary>
/// <param name="Status">The SIP status the caller ends up with; for a call that nobody answers, the 408 of the call server's timer.</param>
/// <param name="Code">Stable, kebab-case; the same words in the answer's <c>X-Lab-Reason</c>.</param>
/// <param name="Reason">One sentence with the names and values that do not fit.</param>
/// <param name="Silent">Nobody answers: the far side drops the request.</param>
/// <param name="TwilioError">Number and text of <c>X-Twilio-Error</c>; null when it is not Twilio that refuses.</param>
/// <param name="CalledNumber">The number as it stands in the request line that reaches Twilio.</param>
public sealed record Judgement(int Status, string Phrase, string Code, string Reason, bool Silent = false, string? TwilioError = null, string? CalledNumber = null)
{
    /// <summary>The adjacency that the request leaves the SBC by; null when it does not get that far.</summary>
    public string? Adjacency { get; init; }

    /// <summary>The trunk whose call it is at Twilio; null when it does not get there.</summary>
    public string? TrunkSid { get; init; }

    /// <summary>False when the call is answered and no sound passes (Symmetric RTP on both sides: each waits for the other).</summary>
    public bool Media { get; init; } = true;

    public bool Passes => Status == 200;
}

/// <summary>A way out of the SBC towards Twilio, or what is in it.</summary>
/// <param name="Source">The public signalling address that Twilio sees; null when there is no way.</param>
internal sealed record SbcWay(string? Adjacency, IPAddress? Source, Judgement? Refusal)
{
    public bool OffersSrtp { get; init; }

    /// <summary>As many calls as the adjacency lets pass; null without a limit.</summary>
    public int? CallsPerMinute { get; init; }

    /// <summary>The adjacency speaks no TLS that Twilio takes.</summary>
    public bool HasOldTls { get; init; }
}
