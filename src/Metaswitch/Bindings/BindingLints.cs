using System.Net;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Bindings;

/// <summary>
/// Checks of a binding's fields, the bot's own and those of a binding that is there already. Ids C01 to C12 are those of the lint list for the CFS; C04, C05 and C11 need
/// other systems and are made where those are known, C08 and C12 need an inventory of all bindings.
/// </summary>
internal static class BindingLints
{
    /// <summary>Twilio bans peers that poll faster than once in 10 to 15 seconds (Twilio documentation).</summary>
    private const int FastestPollingSeconds = 15;

    private const int LongestName = 30;
    private const string Domain = ".pstn.twilio.com";

    public static IReadOnlyList<Finding> Names(TrunkIntent intent) =>
    [
        .. new[] { Name("binding", intent.BindingName), Name("Remote Media Gateway Model", intent.MediaGatewayModel), Name("SIP trunk", intent.SipTrunkName) }
            .OfType<Finding>(),
    ];

    /// <summary>null for a name that the switch takes.</summary>
    /// <param name="what">Kind of the object, such as "binding".</param>
    public static Finding? Name(string what, string name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? new(
                "cfs-name-invalid",
                FindingSeverity.Error,
                $"The {what} name \"{PlainText.OneLine(name)}\" can't be used: it must have 1 to {LongestName} characters without blanks.",
                "Choose another name.",
                "metaswitch: identities are URL-encoded, and one published client encodes a blank wrongly")
            : null;

    /// <param name="domainName">The trunk's domain at Twilio, without region part.</param>
    public static IReadOnlyList<Finding> Fields(IReadOnlyList<ShField> fields, string domainName, SiteProfile site, BindingMapping mapping)
    {
        List<Finding> findings = [];
        var sipDomain = Value("SIPDomainName");
        var contact = Value("ContactDomainName");

        if (LabelOf(sipDomain, Domain) is null || !Same(sipDomain, domainName))
        {
            Error("sip-domain-wrong", $"SIP domain name is \"{sipDomain}\", but Twilio's trunk is {domainName}.",
                $"Set SIP domain name to {domainName}, without a region part.", "C01, seed article");
        }

        if (!Same(Value("ContactAddressScheme"), mapping.ContactAddressScheme) || IPAddress.TryParse(contact, out _))
        {
            Error("contact-not-a-domain", $"The contact is \"{contact}\" by \"{Value("ContactAddressScheme")}\": Twilio's addresses must be looked up.",
                $"Set Contact address scheme to \"{mapping.ContactAddressScheme}\" and use a domain name.", "C02, seed article");
        }
        else if (TerminationHost.Read(contact) is not { } host || !Same(host.Termination, TerminationHost.Read(sipDomain)?.Termination ?? ""))
        {
            Error("contact-of-another-trunk", $"Contact domain name \"{contact}\" does not belong to SIP domain name \"{sipDomain}\".",
                "Use the same name before .pstn in both.", "C03, seed article");
        }

        if (site.Perimeta.CoreAddresses.Count == 0)
        {
            findings.Add(new("core-addresses-not-configured", FindingSeverity.Warning,
                $"The site profile lists no core-side Perimeta addresses, so the proxy {Value("ProxyIPAddress")} can't be checked.",
                "Set perimeta.coreAddresses in the site profile.", "C06"));
        }
        else if (!site.Perimeta.CoreAddresses.Any(a => Same(a, Value("ProxyIPAddress"))))
        {
            Error("proxy-not-core-address", $"Proxy IP address {Value("ProxyIPAddress")} is not a core-side address of this site's Perimeta ({string.Join(", ", site.Perimeta.CoreAddresses)}).",
                "Choose one of them.", "C06, seed article");
        }

        if (!BindingFields.SameValue(Value("UseDNForIdentification"), "True"))
        {
            Error("use-dn-off", "Use DN for identification is not True: calls from Twilio would not be recognised.",
                "Set Use DN for identification to True.", "C07, seed article");
        }

        if (!BindingFields.SameValue(Value("PollPeerDevice"), "True"))
        {
            Warn("polling-off", "Poll peer device is not True: no alarm is raised when Twilio stops answering.", "Set Poll peer device to True.", "C09");
        }
        else if (int.TryParse(Value("PollingInterval"), out var seconds) && seconds < FastestPollingSeconds)
        {
            Warn("polling-too-fast", $"Polling interval is {seconds} s: Twilio may ban a peer that sends OPTIONS more often than every 10 to 15 s.",
                $"Set Polling interval to {FastestPollingSeconds} s or more.", "Twilio documentation");
        }

        return findings;

        string Value(string element) => PlainText.OneLine(fields.FirstOrDefault(f => f.Name == element)?.Value ?? "");
        void Error(string code, Sentence sentence, Sentence fix, string source) => findings.Add(new(code, FindingSeverity.Error, sentence, fix, source));
        void Warn(string code, Sentence sentence, Sentence fix, string source) => findings.Add(new(code, FindingSeverity.Warning, sentence, fix, source));
    }

    public static IReadOnlyList<Finding> Transport(MetaswitchSite site)
    {
        List<Finding> findings = [];
        if (site.User is not null && site.Url.Scheme == Uri.UriSchemeHttp && !site.Url.IsLoopback)
        {
            findings.Add(new("cfs-credentials-in-clear", FindingSeverity.Warning,
                $"User and password for {site.Url.Host} travel over plain HTTP.",
                "Use https, or a network that nobody else can listen to.", "metaswitch: interfaces"));
        }

        if (site.User is null != site.Password is null)
        {
            findings.Add(new("cfs-login-incomplete", FindingSeverity.Error,
                "The site's Metaswitch section has a user without a password or a password without a user.",
                "Set both, or neither.", "site profile"));
        }

        return findings;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string? LabelOf(string host, string suffix) =>
        host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && host.Length > suffix.Length ? host[..^suffix.Length] : null;
}
