using TrunkBot.Changes.Life;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.CommandLine;

/// <summary>A trunk under management with its site, as a command names it.</summary>
internal sealed record NamedTrunk(TrunkIntent Intent, SiteProfile Site)
{
    /// <param name="name">Its name, case ignored.</param>
    /// <exception cref="InputException">There is no such trunk, its site's profile is gone, or the database can't be read; the message says which.</exception>
    public static async Task<NamedTrunk> FindAsync(string name, SiteServices services, CancellationToken cancellationToken)
    {
        var intent = await BotStore.ReadAsync(async store =>
        {
            var trunks = store.GetRequiredService<ITrunkStore>();
            if (await trunks.FindAsync(name, cancellationToken) is { } trunk)
            {
                return trunk.Intent;
            }

            var near = Nearest.To(name, await trunks.KeysAsync(cancellationToken)) is { } key ? (await trunks.FindAsync(key, cancellationToken))?.Intent.Name : null;
            throw new InputException($"there is no trunk \"{name}\" under management{(near is null ? "" : $"; did you mean {near}?")} (trunk-unknown)");
        });
        return new(intent, services.Site(intent.Site));
    }
}
