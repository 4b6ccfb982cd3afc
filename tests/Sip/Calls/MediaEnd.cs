using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Sdp;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>The media of a call without its signalling.</summary>
internal static class MediaEnd
{
    public static CallMedia Of(TestSignal ours, TestSignal theirs, MediaSecurity security, string digits = "") => new(
        new CallRequest
        {
            Target = SipUri.Parse("sip:far@127.0.0.1"),
            From = SipUri.Parse("sip:near@127.0.0.1"),
            Signal = ours,
            FarSignal = theirs,
            Security = security,
            Digits = digits,
        },
        IPAddress.Loopback,
        IPAddress.Loopback,
        TimeProvider.System);

    public static SdpAudio Read(byte[]? description) => SdpAudio.TryParse(description, out var audio) ? audio : throw new InvalidOperationException("No session description.");
}
