using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta;

/// <summary>Registers the Perimeta driver. Needs <see cref="ISecrets"/> from the host.</summary>
public static class PerimetaServices
{
    /// <param name="dialectDirectory">Folder with the site's own dialect files; null for the shipped ones only.</param>
    /// <exception cref="DialectFormatException">A dialect file can't be used.</exception>
    public static IServiceCollection AddPerimeta(this IServiceCollection services, string? dialectDirectory = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new DialectCatalogue(dialectDirectory));
        services.AddSingleton(provider => new SbcSessions(
            provider.GetRequiredService<ISecrets>(),
            provider.GetRequiredService<DialectCatalogue>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<INetworkSystem>(provider => new PerimetaSystem(provider.GetRequiredService<SbcSessions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStatusReader>(provider => new PerimetaStatus(provider.GetRequiredService<SbcSessions>()));
        return services;
    }
}
