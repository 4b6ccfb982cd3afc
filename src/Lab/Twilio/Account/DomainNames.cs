using System.Text.RegularExpressions;
using TrunkBot.Lab.Twilio.Rest;

namespace TrunkBot.Lab.Twilio.Account;

/// <summary>Twilio's published rules for a termination domain, <c>{name}.pstn.twilio.com</c>, with their codes.</summary>
internal static partial class DomainNames
{
    private const string Suffix = ".pstn.twilio.com";

    public static void Check(ResourceStore store, string domain, string? trunkSid)
    {
        if (!domain.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            throw new TwilioRefusalException(400, 21245, $"The domain name must end in {Suffix}");
        }

        var labels = domain[..^Suffix.Length].Split('.');
        if (!labels.All(label => Label().IsMatch(label)))
        {
            throw new TwilioRefusalException(400, 21245, "The domain name holds something other than letters, digits and hyphens");
        }

        if (labels.Any(label => AccountSid().IsMatch(label) && store.Find(Kind.Account, label) is null))
        {
            throw new TwilioRefusalException(400, 21245, "The domain name holds the SID of another account");
        }

        if (store.All(Kind.ForeignDomain).Any(other => Same(other.Text("domain_name"), domain))
            || store.All(Kind.Trunk).Any(other => other.Sid != trunkSid && Same(other.Text("domain_name"), domain)))
        {
            throw new TwilioRefusalException(400, 21248, $"The domain name {domain} is already taken");
        }

        if (labels.Length > 1)
        {
            var parent = domain[(domain.IndexOf('.', StringComparison.Ordinal) + 1)..];
            if (!store.All(Kind.Trunk).Any(other => Same(other.Text("domain_name"), parent)))
            {
                throw new TwilioRefusalException(400, 21247, $"The parent domain {parent} does not exist in this account");
            }
        }
    }

    /// <summary>A domain with sub-domains can neither go nor change.</summary>
    public static void CheckFree(ResourceStore store, Resource trunk)
    {
        if (trunk.Text("domain_name") is { } domain
            && store.All(Kind.Trunk).FirstOrDefault(other => other.Text("domain_name")?.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase) == true) is { } child)
        {
            throw new TwilioRefusalException(400, 21247, $"The domain {domain} has the sub-domain {child.Text("domain_name")}");
        }
    }

    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^[A-Za-z0-9-]{1,63}$")]
    private static partial Regex Label();

    [GeneratedRegex("^AC[0-9a-fA-F]{32}$")]
    private static partial Regex AccountSid();
}
