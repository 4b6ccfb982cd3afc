using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip;

/// <summary>How the next call is taken.</summary>
public sealed record AnswerRequest
{
    private static readonly SipUri Nobody = SipUri.Parse("sip:nobody@invalid");

    /// <summary>The user part of the Request-URI that is ours; null takes a call to any.</summary>
    public string? User { get; init; }

    /// <summary>How long to wait for the call.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From the INVITE until it is answered; zero answers without ringing.</summary>
    public TimeSpan RingFor { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The codecs that are taken, best first.</summary>
    public IReadOnlyList<AudioCodec> Codecs { get; init; } = [AudioCodec.Pcmu, AudioCodec.Pcma];

    /// <summary>From the answer until we hang up, at least; at most two minutes.</summary>
    public TimeSpan TalkTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How much longer to talk when by then too little of our own signal came back.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>True keeps the whole call: what was heard and every packet of it.</summary>
    public bool Record { get; init; }

    /// <summary>True when the caller plays our voice back: then its absence is a finding.</summary>
    public bool ExpectEcho { get; init; }

    /// <summary>The distinctive signal that we send; null draws one.</summary>
    public TestSignal? Signal { get; init; }

    /// <summary>What the caller sends, where that is ours too: then its coming is looked for, and not that of our own. Null for anybody else.</summary>
    public TestSignal? FarSignal { get; init; }

    /// <summary>The same as a call of ours, for the media path that both share; it does not ask who calls whom.</summary>
    internal CallRequest AsCall() => new()
    {
        Target = Nobody,
        From = Nobody,
        Codecs = Codecs,
        TalkTime = TalkTime,
        Patience = Patience,
        RingTimeout = RingFor,
        Record = Record,
        ExpectEcho = ExpectEcho,
        Signal = Signal,
        FarSignal = FarSignal,
    };
}

/// <summary>A call that was taken, or that nobody made.</summary>
/// <param name="Caller">The URI of From. Hostile text; null when no call came.</param>
/// <param name="Called">The Request-URI. Hostile text; null when no call came.</param>
/// <param name="Call">What was measured, as of a call of ours. Its delays are null: they are the caller's to measure.</param>
public sealed record AnsweredCall(string? Caller, string? Called, CallResult Call);
