using System.Globalization;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Check;

/// <summary>Looks whether a site's Twilio account can be used, without any trunk. Read only.</summary>
public sealed class TwilioCheck(TwilioClient client, TimeProvider time, IOptions<TwilioOptions> options)
{
    /// <summary>More than this, and times in alerts, call lists and our own journal can't be laid side by side.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromSeconds(30);

    /// <param name="testNumbers">Numbers that tests call, with or without their plus.</param>
    public async Task<TwilioCheckReport> RunAsync(SiteProfile site, IReadOnlyList<string> testNumbers, CancellationToken cancellationToken)
    {
        var (twilio, lines, findings) = (site.Twilio, new List<TwilioCheckLine>(), new List<Finding>());
        var credential = twilio.ApiKeySid is { } key ? $"API key {key}, {twilio.Secret}" : $"auth token of {twilio.AccountSid}, {twilio.Secret}";
        lines.Add(new("credential", credential));
        var reached = true;
        try
        {
            await TwilioSystem.TellAsync("read the account", async () =>
            {
                await ReadAsync(twilio, testNumbers, lines, findings, cancellationToken);
                return true;
            });
        }
        catch (SystemFailureException e)
        {
            reached = false;
            findings.Add(new(e.Code, FindingSeverity.Error, e.Said, e.Fix));
        }

        return new() { Site = site.Name, AccountSid = twilio.AccountSid, Credential = credential, Reached = reached, Lines = lines, Findings = findings };
    }

    private async Task ReadAsync(TwilioSite site, IReadOnlyList<string> testNumbers, List<TwilioCheckLine> lines, List<Finding> findings, CancellationToken cancellationToken)
    {
        var session = new TwilioSession(client, site, null);
        var answer = await client.AskAsync(site, TwilioCalls.Account(site), null, cancellationToken);
        var received = time.GetUtcNow();
        var account = TwilioSession.Read<TwilioAccount>(answer.Body);
        lines.Add(new("account", $"{account.Status ?? "state not told"}, {account.Type ?? "type not told"}{(account.OwnerAccountSid is { } owner && owner != site.AccountSid ? $", sub-account of {owner}" : "")}"));
        findings.AddRange(AccountLints.Standing(account.Status, account.Type));
        Clock(answer.Date - received, lines, findings);

        var (balance, currency) = await StateReader.BalanceAsync(session, cancellationToken);
        lines.Add(new("balance", balance is null ? "not readable: a sub-account, or the key may not see it" : string.Create(CultureInfo.InvariantCulture, $"{balance} {currency}")));
        findings.AddRange(AccountLints.Balance(balance, currency, options.Value.LowBalance));

        var trunks = await session.ListAsync(TwilioCalls.Trunks(), cancellationToken);
        lines.Add(new("trunks", string.Create(CultureInfo.InvariantCulture, $"{trunks.Count} of {AccountLints.MostTrunks}")));
        findings.AddRange(AccountLints.Account(site.AccountSid, trunks.Select(t => t.AccountSid)));

        foreach (var dialing in await DialingState.ReadAsync(session, [.. testNumbers.Distinct()], cancellationToken))
        {
            lines.Add(new($"calls to {dialing.Number}", $"{TwilioError.OneLine(dialing.Country ?? "country not known")}: {dialing.Allowed switch { null => "not known", true => "allowed", false => "not allowed" }}"));
            findings.AddRange(AccountLints.Dialing(dialing));
        }
    }

    /// <summary>Twilio's clock, as far as the header Date of an answer tells it: to the second.</summary>
    private static void Clock(TimeSpan? ahead, List<TwilioCheckLine> lines, List<Finding> findings)
    {
        if (ahead is not { } skew)
        {
            lines.Add(new("clock", "Twilio did not tell the time"));
            return;
        }

        var seconds = Math.Abs(skew.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        Sentence words = skew > TimeSpan.Zero ? Sentence.Of($"{seconds} s behind Twilio's") : $"{seconds} s ahead of Twilio's";
        lines.Add(new("clock", skew.Duration() <= LargestSkew ? "agrees with Twilio's" : words.ToString()));
        if (skew.Duration() > LargestSkew)
        {
            findings.Add(new("twilio-clock-skew", FindingSeverity.Warning, $"This machine's clock is {words}.", "Set it by NTP: times of calls and alerts would not fit those of the journal.", "RFC 9110 section 6.6.1"));
        }
    }
}
