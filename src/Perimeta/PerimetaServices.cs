using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Inventory;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta;

/// <summary>Registers the Perimeta driver. Needs <see cref="ISecrets"/> from the host; with <see cref="ISites"/>, the sites' templates are checked when the host starts.</summary>
public static class PerimetaServices
{
    /// <param name="dialects">The dialects that sites may choose; null for the shipped ones only.</param>
    public static IServiceCollection AddPerimeta(this IServiceCollection services, DialectCatalogue? dialects = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(dialects ?? new DialectCatalogue(null));
        services.AddSingleton(provider => new SbcSessions(
            provider.GetRequiredService<ISecrets>(),
            provider.GetRequiredService<DialectCatalogue>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TemplateFiles(provider.GetService<ISites>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<TemplateFiles>());
        services.AddSingleton<INetworkSystem>(provider => new PerimetaSystem(
            provider.GetRequiredService<SbcSessions>(), provider.GetRequiredService<TemplateFiles>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ITrunkInventory>(provider => new PerimetaInventory(provider.GetRequiredService<SbcSessions>(), provider.GetRequiredService<TemplateFiles>()));
        services.AddSingleton<IStatusReader>(provider => new PerimetaStatus(provider.GetRequiredService<SbcSessions>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
