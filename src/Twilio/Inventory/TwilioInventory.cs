using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Inventory;

/// <summary>The trunks of a Twilio account, whoever built them. Never tried on a live account.</summary>
public sealed class TwilioInventory(TwilioClient client) : ITrunkInventory
{
    private const string Domain = ".pstn.twilio.com";

    public string Name => TwilioSystem.SystemName;

    public string Title => TwilioSystem.SystemTitle;

    /// <remarks>
    /// Without a termination name one request reads all trunks, and nothing below them: an account has up to 100. With it the trunk is read in depth, and
    /// every other trunk is asked once which access control lists it uses, because there is no reverse look-up.
    /// </remarks>
    public Task<IReadOnlyList<FoundPart>> FindAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken) =>
        TwilioSystem.TellAsync("list the trunks of the account", () => FindAllAsync(site, known, cancellationToken));

    public IReadOnlyList<ObjectDifference> Compare(OwnedTrunk trunk, SiteProfile site, SystemSnapshot snapshot) =>
        TrunkComparison.Of(trunk, site, TwilioState.Parse(snapshot.Content));

    public Task<IReadOnlyList<ChangeSeen>> ChangesSinceAsync(OwnedTrunk trunk, SiteProfile site, DateTimeOffset since, CancellationToken cancellationToken) =>
        TwilioSystem.TellAsync("tell who changed the trunk", () => new ChangeHistory(new(client, site.Twilio, null), trunk).ReadAsync(since, cancellationToken));

    public IReadOnlyList<ExportedFile> Export(TrunkIntent intent, SiteProfile site) => [TerraformFile.Of(intent)];

    private async Task<IReadOnlyList<FoundPart>> FindAllAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
    {
        var session = new TwilioSession(client, site.Twilio, null);
        var trunks = await session.ListAsync(TwilioCalls.Trunks(), cancellationToken);
        var named = trunks
            .Where(t => t.DomainName?.EndsWith(Domain, StringComparison.OrdinalIgnoreCase) == true && t.DomainName.Length > Domain.Length)
            .Select(t => (Termination: t.DomainName![..^Domain.Length].ToLowerInvariant(), Trunk: t))
            .OrderBy(t => t.Termination, StringComparer.Ordinal);
        if (known.GetValueOrDefault("termination") is not { Length: > 0 } asked)
        {
            return [.. named.Select(t => new FoundTrunk(t.Termination, t.Trunk).Listed())];
        }

        var label = asked.Trim().ToLowerInvariant();
        var termination = label.EndsWith(Domain, StringComparison.Ordinal) ? label[..^Domain.Length] : label;
        List<FoundPart> found = [];
        foreach (var (name, trunk) in named.Where(t => t.Termination == termination))
        {
            found.Add(await new FoundTrunk(name, trunk).ReadAsync(session, trunks, cancellationToken));
        }

        return found;
    }
}
