using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Planning;

/// <summary>Checks of the account, whatever trunk it is about: for a plan, and for a check without one.</summary>
internal static class AccountLints
{
    public const int MostTrunks = 100;

    public static IEnumerable<Finding> Standing(string? status, string? type)
    {
        if (status is not "active")
        {
            yield return new("twilio-account-not-active", FindingSeverity.Error, $"The Twilio account is {TwilioError.OneLine(status ?? "in an unknown state")}.", "Look at the account in Twilio's Console.", "Twilio documentation");
        }

        if (string.Equals(type, "Trial", StringComparison.OrdinalIgnoreCase))
        {
            yield return Warning("twilio-account-trial", "The Twilio account is a trial: one trunk, one number, 4 calls at a time, verified numbers only.", "Upgrade the account before the trunk carries traffic.");
        }
    }

    /// <param name="low">Below this a warning; 0 for none.</param>
    public static IEnumerable<Finding> Balance(decimal? balance, string? currency, decimal low)
    {
        if (balance <= 0)
        {
            yield return Warning("twilio-balance-empty", $"The Twilio account has {balance} {currency}: calls are declined with 603.", "Add funds.");
        }
        else if (balance < low)
        {
            yield return Warning("twilio-balance-low", $"The Twilio account has {balance} {currency} left.", "Add funds soon.");
        }
    }

    /// <summary>Hosts without an account in the path act on the account of the login: with a parent's key the trunk would be made in the parent.</summary>
    public static IEnumerable<Finding> Account(string accountSid, IEnumerable<string?> seen)
    {
        if (seen.FirstOrDefault(s => !string.IsNullOrEmpty(s) && s != accountSid) is { } other)
        {
            yield return new("twilio-account-differs", FindingSeverity.Error, $"The login shows trunks of account {TwilioError.OneLine(other)}, but the site profile names {accountSid}: lists would be made in one account and the trunk in the other.",
                "Use an API key of the account itself.", "twilio: authentication");
        }
    }

    public static IEnumerable<Finding> Dialing(DialingState dialing)
    {
        if (dialing.Allowed == false)
        {
            yield return Warning("dialing-not-permitted", $"The Twilio account may not call {TwilioError.OneLine(dialing.Country ?? "that country")}: a call to {dialing.Number} is refused with 403 (32205).",
                "Allow the country in Twilio's Console: Voice, Settings, Geo permissions.");
        }
        else if (dialing.Allowed is null)
        {
            yield return new("dialing-permission-unknown", FindingSeverity.Info, $"Whether the Twilio account may call {dialing.Number} can't be read.", "Look in Twilio's Console: Voice, Settings, Geo permissions.", "Twilio documentation");
        }
    }

    private static Finding Warning(string code, Sentence sentence, Sentence fix) => new(code, FindingSeverity.Warning, sentence, fix, "Twilio documentation");
}
