using TrunkBot.Changes.Life;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Hosting;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.CommandLine;

/// <summary>The sites and the systems' drivers with the bot's own settings, without the bot: nothing is stored, nothing listens.</summary>
internal sealed class SiteServices : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private SiteServices(ServiceProvider services) => this.services = services;

    /// <summary>Reads settings, secrets and site profiles where the bot would.</summary>
    /// <exception cref="InputException">One of them is wrong; the message says which.</exception>
    public static SiteServices Open()
    {
        try
        {
            return new(Composition.SystemsAlone());
        }
        catch (Exception e) when (TrunkBotHost.Reason(e) is { } reason)
        {
            throw new InputException(reason);
        }
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <param name="name">null where there is only one.</param>
    /// <exception cref="InputException">There is no such site, or no name and several sites.</exception>
    public SiteProfile Site(string? name)
    {
        var sites = Get<ISites>();
        var known = string.Join(", ", sites.All.Select(s => s.Name));
        return name is null
            ? sites.All is [var only] ? only : throw new InputException($"there are several sites: say --site with one of {known}")
            : sites.Find(name) ?? throw new InputException($"there is no site \"{name}\"; {(Nearest.To(name, sites.All.Select(s => s.Name)) is { } near ? $"did you mean {near}?" : $"there is {known}")}");
    }

    /// <summary>Without the values of the site's secrets.</summary>
    public IReadOnlyList<SystemSnapshot> Cleaned(IReadOnlyList<SystemSnapshot> read, SiteProfile site)
    {
        var redaction = Get<Redactor>().For(site);
        return [.. read.Select(snapshot => snapshot with { Content = redaction.Clean(snapshot.Content) })];
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
