using PhoneNumbers;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Calls;

/// <summary>A rule of the site that stands against a call.</summary>
/// <param name="Code">Stable, such as <c>call-number-denied</c>.</param>
/// <param name="Sentence">The rule, where it is set and what to do.</param>
public sealed record CallRefusal(string Code, Sentence Sentence);

/// <summary>
/// Where a test call may go. The only place that decides it; <see cref="CallGate"/> asks before every call. What is not known is refused.
/// Numbers are read and classified by the tables of libphonenumber.
/// </summary>
public static class CallPolicy
{
    /// <summary>Service numbers of up to this many digits, such as 112, 911, 116117, are read as they stand too, without a country.</summary>
    private const int LongestShortNumber = 6;

    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();
    private static readonly ShortNumberInfo ShortNumbers = ShortNumberInfo.GetInstance();

    /// <summary>The number that an order calls, as it is written; null when the trunk or the site names none.</summary>
    public static string? NumberOf(TestCallOrder order, TrunkIntent intent, SiteProfile site) => order switch
    {
        { To: { } typed } => typed,
        { Route: CallRoute.Inbound } => site.Tests.Inbound.Number ?? (intent.Numbers is [var first, ..] ? first : null),
        _ => intent.TestNumber,
    };

    /// <summary>The number in E.164 with its plus; null when it is none.</summary>
    public static string? InE164(string number, SiteProfile site) => Read(number, site.Calls.Country) is { } read ? Numbers.Format(read, PhoneNumberFormat.E164) : null;

    /// <summary>What stands against the call, but for what was used up already; null when nothing does.</summary>
    public static CallRefusal? Against(TestCallOrder order, TrunkIntent intent, SiteProfile site)
    {
        if (NumberOf(order, intent, site) is not { } number)
        {
            return new("inbound-number-missing", $"Trunk {intent.Name} has no number that Twilio could call. Give it one (change {intent.Name} numbers=...), or set tests.inbound.number in the profile of site {site.Name}.");
        }

        var rules = site.Calls;
        var where = $"calls.* in the profile of site {site.Name}";
        if (IsEmergency(number, rules.Country))
        {
            return new("call-emergency-number", $"{Shown(number)} is, or leads to, an emergency number. Test calls never go there, and no setting allows it.");
        }

        if (Read(number, rules.Country) is not { } read)
        {
            return new("call-number-unreadable", $"{Shown(number)} is no telephone number that could be called: write it with + and country code, such as +441618508378. Numbers without + are read as of {rules.Country} (calls.country of site {site.Name}).");
        }

        var e164 = Numbers.Format(read, PhoneNumberFormat.E164);
        if (IsEmergency(Numbers.GetNationalSignificantNumber(read), Numbers.GetRegionCodeForNumber(read)))
        {
            return new("call-emergency-number", $"{e164} leads to an emergency number. Test calls never go there, and no setting allows it.");
        }

        if (Numbers.GetNumberType(read) is var kind and not (PhoneNumberType.FIXED_LINE or PhoneNumberType.MOBILE or PhoneNumberType.FIXED_LINE_OR_MOBILE or PhoneNumberType.VOIP or PhoneNumberType.TOLL_FREE))
        {
            return new("call-premium-number", $"{e164} is a number of kind \"{kind.ToString().ToLowerInvariant().Replace('_', ' ')}\". Test calls go to geographic, mobile, VoIP and toll-free numbers alone, and no setting allows others.");
        }

        if (rules.Denied.FirstOrDefault(p => e164.StartsWith(p, StringComparison.Ordinal)) is { } denied)
        {
            return new("call-number-denied", $"{e164} begins with {denied}, which calls.denied in the profile of site {site.Name} keeps from being called. Call another number, or have that changed.");
        }

        if (order.Route == CallRoute.Inbound && !intent.Numbers.Contains(e164))
        {
            return new("inbound-number-not-of-trunk", $"{e164} is no number of trunk {intent.Name}: Twilio would call by another way, and the call would say nothing of the trunk. Its numbers: {(intent.Numbers.Count == 0 ? (Sentence)"none" : Sentence.Of($"{string.Join(", ", intent.Numbers)}"))}.");
        }

        return IsOwn(order, read, e164, intent, site) || rules.Prefixes.Any(p => e164.StartsWith(p, StringComparison.Ordinal)) || rules.Countries.Contains(Numbers.GetRegionCodeForNumber(read))
            ? null
            : new("call-destination-not-allowed", $"{e164} ({Numbers.GetRegionCodeForNumber(read)}) is neither the trunk's test number nor in calls.countries or calls.prefixes ({where}). Add the country or a prefix there, or call another number.");
    }

    /// <summary>The trunk's own numbers were approved with it.</summary>
    private static bool IsOwn(TestCallOrder order, PhoneNumber read, string e164, TrunkIntent intent, SiteProfile site) =>
        order is { To: null } || intent.Numbers.Contains(e164) || (Read(intent.TestNumber, site.Calls.Country) is { } test && test.Equals(read));

    /// <summary>Null for everything that the number plans do not know.</summary>
    private static PhoneNumber? Read(string number, string country)
    {
        // Translations of a switch hold international numbers without their plus.
        foreach (var text in number.StartsWith('+') ? (string[])[number] : [$"+{number}", number])
        {
            try
            {
                if (Numbers.Parse(text, country) is { HasExtension: false } read && Numbers.IsValidNumber(read))
                {
                    return read;
                }
            }
            catch (NumberParseException)
            {
                // The next way to read it.
            }
        }

        return null;
    }

    private static bool IsEmergency(string number, string? country)
    {
        var digits = new string([.. number.Where(char.IsAsciiDigit)]);
        return (country is not null && ShortNumbers.ConnectsToEmergencyNumber(digits, country))
            || (digits.Length <= LongestShortNumber && Numbers.GetSupportedRegions().Any(r => ShortNumbers.IsEmergencyNumber(digits, r)));
    }

    private static string Shown(string number) => number.Length > 24 ? $"{number[..24]}..." : number;
}
