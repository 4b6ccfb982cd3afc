using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio;

/// <summary>How the host adds Twilio.</summary>
public static class TwilioServices
{
    /// <summary>Adds Twilio as a system of changes, a reader of status and an inventory. Needs ISecrets and IConfiguration.</summary>
    public static IServiceCollection AddTwilio(this IServiceCollection services)
    {
        services.AddOptions<TwilioOptions>().BindConfiguration(TwilioOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<Webhooks.TwilioWebhookOptions>().BindConfiguration(Webhooks.TwilioWebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient(TwilioClient.HttpClientName, (provider, http) =>
                http.Timeout = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<TwilioOptions>>().Value.TimeoutSeconds))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // A redirect could carry the login to another host.
                AllowAutoRedirect = false,
                UseCookies = false,
                Proxy = new ProxyBeyondThisMachine(HttpClient.DefaultProxy),
            })
            .RemoveAllLoggers();
        services.AddSingleton<TwilioClient>();
        services.AddSingleton<Check.TwilioCheck>();
        services.AddSingleton<INetworkSystem, TwilioSystem>();
        services.AddSingleton<IStatusReader, TwilioStatus>();
        services.AddSingleton<ICallInsights, TwilioInsights>();
        services.AddSingleton<ITrunkInventory, Inventory.TwilioInventory>();
        services.AddSingleton<IInboundCaller, InboundCaller>();
        return services;
    }
}
