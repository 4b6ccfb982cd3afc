using PhoneNumbers;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Sites;

/// <summary>Where test calls of a site may go, how many there may be and what they may cost. Asked before every call, whoever wants it.</summary>
public sealed record CallRules
{
    /// <summary>Test calls over one trunk in a day (UTC), whoever places them.</summary>
    public int PerTrunkPerDay { get; init; } = 500;

    /// <summary>Test calls of the whole site in a day (UTC).</summary>
    public int PerDay { get; init; } = 5000;

    /// <summary>Minutes of calls that may cost money in a day (UTC): those that Twilio places, and those to a number that somebody typed. Each counts with the longest it may last.</summary>
    public int PaidMinutesPerDay { get; init; } = 60;

    /// <summary>Test calls a second, evenly spaced and without burst. Twilio takes 1 of a trunk and of an account unless more was ordered.</summary>
    public double PerSecond { get; init; } = 1;

    /// <summary>Country (ISO 3166, such as <c>US</c>) of numbers without a plus, and whose emergency numbers are never called; those of other countries are not either.</summary>
    public string Country { get; init; } = "US";

    /// <summary>Countries to which <c>test NAME to NUMBER</c> may call. The trunk's own test number and numbers need none.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Beginnings of further numbers that may be called, such as <c>+44161850</c>.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Beginnings of numbers that are never called, whatever else allows them.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>False: calls that may cost money are placed without a question in chat.</summary>
    public bool ConfirmPaid { get; init; } = true;

    internal IEnumerable<(string Place, string Reason)> Wrong()
    {
        foreach (var (place, value) in new[] { ("perTrunkPerDay", PerTrunkPerDay), ("perDay", PerDay), ("paidMinutesPerDay", PaidMinutesPerDay) })
        {
            if (value is < 0 or > 1_000_000)
            {
                yield return ($"calls.{place}", "must be from 0 (none) to 1000000");
            }
        }

        if (PerSecond is not (>= 0.01 and <= 100))
        {
            yield return ("calls.perSecond", "must be from 0.01 to 100");
        }

        foreach (var (place, country) in Countries.Select(c => ("countries", c)).Prepend(("country", Country)))
        {
            if (!PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(country))
            {
                yield return ($"calls.{place}", $"{ParameterChecks.Show(country)} is no country with telephone numbers: write it in two capitals, such as US");
            }
        }

        foreach (var (place, prefix) in Prefixes.Select(p => ("prefixes", p)).Concat(Denied.Select(p => ("denied", p))))
        {
            if (prefix is not ['+', _, ..] || prefix.Length > 16 || !prefix[1..].All(char.IsAsciiDigit))
            {
                yield return ($"calls.{place}", $"{ParameterChecks.Show(prefix)} must begin with + and a country code, such as +44161");
            }
        }
    }
}
