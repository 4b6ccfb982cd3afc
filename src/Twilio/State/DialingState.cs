using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.State;

/// <summary>Whether the account may call the country of a number (Twilio: Voice dialing geographic permissions).</summary>
/// <param name="Number">E.164 with its plus.</param>
/// <param name="Country">Name; null when no country fits or none could be read.</param>
/// <param name="Allowed">Low-risk numbers of the country; null when that could not be read.</param>
internal sealed record DialingState(string Number, string? Country, bool? Allowed)
{
    /// <summary>The country whose code is the longest beginning of the number.</summary>
    public static DialingState Of(string number, IReadOnlyList<DialingCountry> countries)
    {
        var digits = Digits(number);
        var best = countries
            .SelectMany(c => (c.CountryCodes ?? []).Select(code => (Country: c, Code: Digits(code))))
            .Where(c => c.Code.Length > 0 && digits.StartsWith(c.Code, StringComparison.Ordinal))
            .OrderByDescending(c => c.Code.Length)
            .Select(c => c.Country)
            .FirstOrDefault();
        return new($"+{digits}", best?.Name ?? best?.IsoCode, best?.LowRiskNumbersEnabled);
    }

    /// <summary>The same, asked of Twilio; a key that may not ask makes it unknown, and that is no reason to stop.</summary>
    public static async Task<IReadOnlyList<DialingState>> ReadAsync(TwilioSession session, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        IReadOnlyList<DialingCountry> countries = [];
        try
        {
            countries = await session.ListAsync(TwilioCalls.DialingPermissions(), cancellationToken);
        }
        catch (TwilioException e) when (e.Trouble != TwilioTrouble.NotAllowed)
        {
            // Unknown, below.
        }

        return [.. numbers.Select(n => Of(n, countries))];
    }

    private static string Digits(string number) => new([.. number.Where(char.IsAsciiDigit)]);
}
