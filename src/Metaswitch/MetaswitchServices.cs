using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Routes;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Inventory;
using TrunkBot.Metaswitch.Routes;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;

namespace TrunkBot.Metaswitch;

/// <summary>How the host adds the CFS.</summary>
public static class MetaswitchServices
{
    /// <summary>Adds the CFS as a system of changes, an inventory and a reader of status. Needs ISecrets, ITrunkStore and IConfiguration.</summary>
    public static IServiceCollection AddMetaswitch(this IServiceCollection services)
    {
        services.AddOptions<MetaswitchOptions>().BindConfiguration(MetaswitchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ShTransport>();
        services.AddSingleton<ShClient>();
        services.AddSingleton<CfsBindings>();
        services.AddSingleton<ShadowDatabase>();
        services.AddSingleton<INetworkSystem, MetaswitchSystem>();
        services.AddSingleton<ITrunkInventory, MetaswitchInventory>();
        services.AddSingleton<IStatusReader, MetaswitchStatus>();
        services.AddSingleton<IRoutePreview, CfsRoutes>();
        return services;
    }
}
