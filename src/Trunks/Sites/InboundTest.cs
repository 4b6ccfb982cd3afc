using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Sites;

/// <summary>How Twilio calls a trunk for a test (<c>test NAME inbound</c>).</summary>
public sealed record InboundTest
{
    /// <summary>The number (E.164) that Twilio calls: one of the trunk, which the switch leads to the test subscriber. Null: the first of the trunk's numbers.</summary>
    public string? Number { get; init; }

    /// <summary>Who calls (E.164): another number of the account, or one that is verified there. Null: another of the trunk's numbers.</summary>
    public string? Caller { get; init; }

    /// <summary>WAV file that Twilio plays, made by <c>trunkbot sip signal</c>; null: Twilio sends back what it hears, which proves both ways.</summary>
    public Uri? Play { get; init; }

    /// <summary>The seed with which that file was made.</summary>
    public ulong PlaySeed { get; init; }

    /// <summary>How long it rings at most, in seconds.</summary>
    public int RingSeconds { get; init; } = 25;

    internal IEnumerable<(string Place, string Reason)> Wrong()
    {
        foreach (var (place, number) in new[] { ("number", Number), ("caller", Caller) })
        {
            if (number is not null && !IsE164(number))
            {
                yield return ($"tests.inbound.{place}", NoE164(number));
            }
        }

        if (Play is { } play && (!play.IsAbsoluteUri || (play.Scheme != Uri.UriSchemeHttp && play.Scheme != Uri.UriSchemeHttps) || play.UserInfo.Length > 0))
        {
            yield return ("tests.inbound.play", "must be an http or https address from which Twilio can load the file, without a login");
        }

        if (RingSeconds is < 5 or > 120)
        {
            yield return ("tests.inbound.ringSeconds", "must be from 5 to 120 seconds");
        }
    }

    internal static bool IsE164(string number) => number is ['+', ..] && number.Length is >= 8 and <= 16 && number[1..].All(char.IsAsciiDigit);

    internal static string NoE164(string number) => $"{ParameterChecks.Show(number)} must be a number with + and country code, such as +13035550100";
}
