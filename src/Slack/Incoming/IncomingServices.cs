using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.SocketMode;
using TrunkBot.Slack.Views;

namespace TrunkBot.Slack.Incoming;

/// <summary>Composition of what Slack sends, over HTTP or WebSockets.</summary>
internal static class IncomingServices
{
    public static IServiceCollection AddSlackIncoming(this IServiceCollection services)
    {
        services.AddMetrics();

        // A redirect or a proxy would carry what the bot says to where nobody checked. The address is a permission, so nothing logs it.
        services.AddHttpClient(ResponseUrl.ClientName, http => http.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
            .RemoveAllLoggers();
        services.AddSingleton<RequestSignature>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<WorkspaceDirectory>();
        services.AddSingleton<ResponseUrl>();
        services.AddSingleton<Modals>();
        services.AddSingleton<HomeTab>();
        services.AddSingleton<Answering>();
        services.AddSingleton<Removal>();
        services.AddSingleton<EventDeliveries>();
        services.AddSingleton<CommandDeliveries>();
        services.AddSingleton<InteractionDeliveries>();
        services.AddSingleton<Deliveries>();
        services.AddSingleton<SlackDoor>();
        services.AddSingleton<SocketModeState>();
        services.AddHostedService<SocketModeService>();
        services.AddHealthChecks().AddCheck<SocketModeState>("slack");
        return services;
    }
}
