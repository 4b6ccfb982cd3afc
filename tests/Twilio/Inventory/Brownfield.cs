using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Twilio.Tests.Lab;

namespace TrunkBot.Twilio.Tests.Inventory;

/// <summary>A trunk that people built in the Console: names of theirs, a list of its own, two origination URLs, a number.</summary>
internal sealed class Brownfield : IAsyncDisposable
{
    public const string Spare = "+13035550188";

    /// <summary>What a person and the other systems tell of it, and what Twilio tells.</summary>
    public static TrunkIntent Intent { get; } = Given.Intent with { Origination = true, Numbers = [Spare] };

    public TwilioLab Lab { get; private init; } = null!;

    public string Trunk { get; private set; } = "";

    public string Acl { get; private set; } = "";

    public string MainUrl { get; private set; } = "";

    public string SpareUrl { get; private set; } = "";

    public string Number { get; private set; } = "";

    public string Account => $"/2010-04-01/Accounts/{Lab.Site.Twilio.AccountSid}";

    public static async Task<Brownfield> StartAsync(bool byHand = false)
    {
        var field = new Brownfield { Lab = await TwilioLab.StartAsync(Intent, byHand) };
        var lab = field.Lab;
        field.Acl = await field.ListAsync("Denver SBC", ("203.0.113.16", "28"));
        field.Trunk = (await lab.PostAsync("/v1/Trunks", ("FriendlyName", "Acme (2019, ask Joe)"), ("DomainName", "acme.pstn.twilio.com"), ("TransferMode", "sip-only"), ("CnamLookupEnabled", "true")))["sid"]!.ToString();
        await lab.PostAsync($"/v1/Trunks/{field.Trunk}/IpAccessControlLists", ("IpAccessControlListSid", field.Acl));
        field.MainUrl = await field.UrlAsync("main", "sip:203.0.113.17:5060", 1, 60);
        field.SpareUrl = await field.UrlAsync("spare", "sip:203.0.113.18:5060;edge=ashburn", 2, 40);
        field.Number = await lab.NumberSidAsync(Spare);
        await lab.PostAsync($"/v1/Trunks/{field.Trunk}/PhoneNumbers", ("PhoneNumberSid", field.Number));
        return field;
    }

    public async Task<string> ListAsync(string name, params (string Address, string Prefix)[] entries)
    {
        var list = (await Lab.PostAsync($"{Account}/SIP/IpAccessControlLists.json", ("FriendlyName", name)))["sid"]!.ToString();
        foreach (var (address, prefix) in entries)
        {
            await Lab.PostAsync($"{Account}/SIP/IpAccessControlLists/{list}/IpAddresses.json", ("FriendlyName", $"node at {address}"), ("IpAddress", address), ("CidrPrefixLength", prefix));
        }

        return list;
    }

    public async Task<string> UrlAsync(string name, string url, int priority, int weight, bool enabled = true) =>
        (await Lab.PostAsync($"/v1/Trunks/{Trunk}/OriginationUrls", ("FriendlyName", name), ("SipUrl", url), ("Priority", $"{priority}"), ("Weight", $"{weight}"), ("Enabled", enabled ? "true" : "false")))["sid"]!.ToString();

    public Task<IReadOnlyList<FoundPart>> FindAllAsync(params (string Key, string Text)[] known) =>
        Lab.Inventory.FindAsync(Lab.Site, known.ToDictionary(k => k.Key, k => k.Text), TestContext.Current.CancellationToken);

    public async Task<FoundPart> FindAsync() => Assert.Single(await FindAllAsync(("termination", "acme")));

    /// <summary>As it stands under management after its adoption.</summary>
    public async Task<OwnedTrunk> AdoptAsync() => new(Intent, (await FindAsync()).Facts);

    public async Task<IReadOnlyList<ObjectDifference>> CompareAsync(OwnedTrunk owned)
    {
        var read = await Lab.Journey.System.ReadAsync(new(owned.Intent) { Owned = owned }, Lab.Site, TestContext.Current.CancellationToken);
        return Lab.Inventory.Compare(owned, Lab.Site, read);
    }

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
