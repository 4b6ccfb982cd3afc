using System.Net;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;
using TrunkBot.Twilio.Steps;

namespace TrunkBot.Twilio;

/// <summary>What Twilio says of a trunk now.</summary>
public sealed class TwilioStatus(TwilioClient client, TimeProvider time, IOptions<TwilioOptions> options) : IStatusReader
{
    private static readonly TimeSpan AlertWindow = TimeSpan.FromHours(1);

    private readonly SharedRead<object> shared = new(time);

    public string System => TwilioSystem.SystemTitle;

    public string ElementOf(SiteProfile site) => site.Twilio.Element;

    public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
        ToldAsync(intent, async () => Lines(intent, await StateAsync(intent, new TwilioSession(client, site.Twilio, null), cancellationToken)));

    /// <inheritdoc/>
    /// <remarks>The account, its trunks and its lists serve all of its trunks. What Twilio tells only trunk by trunk (its lists, origination URLs, numbers) is kept.</remarks>
    public Task<IReadOnlyList<StatusLine>> WatchAsync(TrunkIntent intent, SiteProfile site, ReadAges ages, CancellationToken cancellationToken) => ToldAsync(intent, async () =>
    {
        var state = await StateAsync(intent, Watching(site.Twilio, ages.Shared, ages.Kept), cancellationToken);
        return Lines(intent, OfTrunk(intent, state).All(l => l.State is HealthState.Ok or HealthState.NotAvailable)
            ? state
            : await StateAsync(intent, Watching(site.Twilio, ages.Shared, ages.Shared), cancellationToken));
    });

    private TwilioSession Watching(TwilioSite site, TimeSpan ofAccount, TimeSpan ofTrunk)
    {
        string[] forAll = [TwilioCalls.Account(site).Path, TwilioCalls.Balance(site).Path, TwilioCalls.Trunks().Path, TwilioCalls.AccessControlLists(site).Path];
        return new TwilioSession(client, site, null)
        {
            // Another key may see other things.
            Shared = (request, read, token) => shared.GetAsync(
                $"{site.AccountSid} {site.ApiKeySid} {request.Product} {request.Path}", forAll.Contains(request.Path) ? ofAccount : ofTrunk, read, token),
        };
    }

    private static Task<TwilioState> StateAsync(TrunkIntent intent, TwilioSession session, CancellationToken cancellationToken) =>
        TwilioSystem.TellAsync("read the account", () => new StateReader(session, intent).ReadAsync(null, cancellationToken));

    private IReadOnlyList<StatusLine> Lines(TrunkIntent intent, TwilioState state) => [Account(state), Balance(state), .. OfTrunk(intent, state)];

    private static IReadOnlyList<StatusLine> OfTrunk(TrunkIntent intent, TwilioState state) => [.. Trunk(intent, state), .. Inbound(intent, state)];

    private static async Task<IReadOnlyList<StatusLine>> ToldAsync(TrunkIntent intent, Func<Task<IReadOnlyList<StatusLine>>> read)
    {
        try
        {
            return await read();
        }
        catch (SystemFailureException e)
        {
            var health = e.Code == TwilioSystem.SecretMissing ? HealthState.NotAvailable : HealthState.Failed;
            return [new(health, $"trunk {intent.DomainName}", e.Said, e.Code, e.Fix) { IsOfSystem = true }];
        }
    }

    /// <summary>Whether the test number's country may be called, and what Twilio's Monitor has to say of the trunk lately.</summary>
    public async Task<IReadOnlyList<StatusLine>> ReadDeeperAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            var session = new TwilioSession(client, site.Twilio, null);
            var dialing = await DialingState.ReadAsync(session, [intent.TestNumber], cancellationToken);
            var trunk = (await session.ListAsync(TwilioCalls.Trunks(), cancellationToken)).FirstOrDefault(t => string.Equals(t.DomainName, intent.DomainName, StringComparison.OrdinalIgnoreCase));
            var alerts = trunk is null ? [] : await session.ListAsync(TwilioCalls.Alerts(time.GetUtcNow() - AlertWindow), cancellationToken);
            return [Dialing(dialing[0]), .. Alerts(alerts.Where(a => a.ResourceSid == trunk!.Sid))];
        }
        catch (Exception e) when (e is TwilioException or SecretNotFoundException)
        {
            // Said already by who reads the trunk.
            return [];
        }
    }

    private static StatusLine Dialing(DialingState dialing) => dialing.Allowed switch
    {
        true => new(HealthState.Ok, $"calls to {dialing.Country}", "allowed"),
        false => new(HealthState.Failed, $"calls to {dialing.Country}", $"{dialing.Number} may not be called", "twilio-geo-permission", "Allow the country under Voice geographic permissions."),
        null => new(HealthState.NotAvailable, "dialing permissions", $"whether {dialing.Number} may be called is not told"),
    };

    private static IEnumerable<StatusLine> Alerts(IEnumerable<TwilioAlert> alerts) => alerts.GroupBy(a => a.ErrorCode).Select(alike => new StatusLine(
        HealthState.Attention,
        "alerts of the last hour",
        $"{alike.Count()} x {TwilioError.OneLine($"{alike.Key} {alike.First().AlertText}".Trim())}, last {alike.Max(a => a.DateGenerated ?? a.DateCreated):HH:mm:ss} UTC",
        alike.Key == "32222" ? "tls-version-refused" : "twilio-alert",
        "Read the alert in Twilio's Console."));

    private static StatusLine Account(TwilioState state) => state.AccountStatus == "active"
        ? new(HealthState.Ok, "account", "active")
        : new(HealthState.Failed, "account", state.AccountStatus is { } status ? Sentence.Of($"{TwilioError.OneLine(status)}") : "state not told", "twilio-account-not-active", "Look at the account in Twilio's Console.");

    private StatusLine Balance(TwilioState state)
    {
        Sentence text = state.Currency is null ? Sentence.Of($"{state.Balance}") : $"{state.Balance} {state.Currency}";
        return state.Balance switch
        {
            null => new(HealthState.NotAvailable, "balance", "not readable: a sub-account, or the key may not see it"),
            <= 0 => new(HealthState.Failed, "balance", text, "twilio-balance-empty", "Add funds: calls are declined with 603."),
            { } balance when balance < options.Value.LowBalance => new(HealthState.Attention, "balance", text, "twilio-balance-low", "Add funds soon."),
            _ => new(HealthState.Ok, "balance", text),
        };
    }

    private static IEnumerable<StatusLine> Trunk(TrunkIntent intent, TwilioState state)
    {
        Sentence what = $"trunk {intent.DomainName}";
        if (state.Trunk is not { } trunk)
        {
            yield return new(HealthState.Failed, what, "does not exist", "twilio-trunk-missing", "Provision the trunk.");
            yield break;
        }

        yield return new(HealthState.Ok, what, Ownership.Is(trunk.FriendlyName, Ownership.Trunk(intent)) ? Sentence.Of($"exists: {trunk.Sid}") : $"exists: {trunk.Sid}, \"{TwilioError.OneLine(trunk.FriendlyName ?? "")}\"");

        yield return trunk.AuthType.Split(',', StringSplitOptions.TrimEntries).Contains("IP_ACL")
            ? new(HealthState.Ok, $"{what}: authentication", $"{trunk.AuthType}")
            : new(HealthState.Failed, $"{what}: authentication", trunk.AuthType.Length == 0 ? "none: the domain takes no calls" : Sentence.Of($"{trunk.AuthType}"), "trunk-without-acl", "Map the access control list to the trunk.");

        var allowed = trunk.Acls.SelectMany(a => a.Addresses).Select(a => IPNetwork.Parse(a.Range)).ToList();
        var missing = intent.PublicAddresses.Where(a => !allowed.Any(n => Covers(n, a))).Select(AddressState.Text).ToList();
        yield return missing.Count == 0
            ? new(HealthState.Ok, $"{what}: access control list", $"covers {string.Join(", ", intent.PublicAddresses.Select(AddressState.Text))}")
            : new(HealthState.Failed, $"{what}: access control list", $"does not cover {string.Join(", ", missing)}", "acl-missing-address", "Add the address to the access control list.");

        yield return trunk.CredentialLists.Count == 0
            ? new(HealthState.Ok, $"{what}: credential lists", "none")
            : new(HealthState.Failed, $"{what}: credential lists", $"{TwilioError.OneLine(string.Join(", ", trunk.CredentialLists))}", "credential-list-attached", "Remove them: calls are challenged with 407.");

        var secure = intent.Transport == SipTransport.Tls;
        yield return trunk.Secure is { } found
            ? found == secure
                ? new(HealthState.Ok, $"{what}: secure trunking", found ? (Sentence)"on" : "off")
                : new(HealthState.Failed, $"{what}: secure trunking", found ? (Sentence)"on, and the trunk sends by UDP or TCP" : "off, and the trunk sends by TLS", "trunk-secure-differs", "Switch it as planned in Twilio's Console.")
            : new(HealthState.NotAvailable, $"{what}: secure trunking", "not told by Twilio");

        yield return trunk.SymmetricRtp switch
        {
            false => new(HealthState.Ok, $"{what}: Symmetric RTP", "off"),
            true => new(HealthState.Failed, $"{what}: Symmetric RTP", "on", DisableSymmetricRtp.FindingCode, DisableSymmetricRtp.Fix(trunk.Sid)),
            null => new(HealthState.NotAvailable, $"{what}: Symmetric RTP", "not told by Twilio"),
        };
    }

    private static IEnumerable<StatusLine> Inbound(TrunkIntent intent, TwilioState state)
    {
        if (state.Trunk is not { } trunk)
        {
            yield break;
        }

        if (intent is { Origination: true, PublicAddresses.Count: > 0 })
        {
            var url = TwilioPlanner.OriginationUrl(intent);
            var serving = trunk.OriginationUrls.FirstOrDefault(u => AddOrigination.Serves(url, u.SipUrl, u.Enabled))
                ?? trunk.OriginationUrls.FirstOrDefault(u => u.Enabled == true && LeadsHere(intent, u.SipUrl));
            yield return serving is not null
                ? new(HealthState.Ok, "origination URL", $"{serving.SipUrl}")
                : new(HealthState.Failed, "origination URL", $"{url} is missing or not enabled", "origination-url-missing", "Plan the trunk again.");
        }

        foreach (var number in state.Numbers)
        {
            yield return number.TrunkSid == trunk.Sid
                ? new(HealthState.Ok, $"number {number.Number}", "on the trunk")
                : new(HealthState.Failed, $"number {number.Number}", number.Sid is null ? (Sentence)"not a number of this account" : "not on the trunk", "number-not-attached", "Plan the trunk again.");
        }
    }

    /// <summary>A URL that people chose for an adopted trunk serves as well; a host name is not looked up.</summary>
    private static bool LeadsHere(TrunkIntent intent, string sipUrl) =>
        SipUrl.Parse(sipUrl) is { } url && (!IPAddress.TryParse(url.Host, out var address) || intent.PublicAddresses.Any(n => n.Contains(address)));

    private static bool Covers(IPNetwork network, IPNetwork range) => network.PrefixLength <= range.PrefixLength && network.Contains(range.BaseAddress);
}
