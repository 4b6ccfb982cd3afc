using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Views;

namespace TrunkBot.Slack;

/// <summary>Composition of this room.</summary>
public static class SlackServices
{
    /// <summary>Slack in and out, with its settings from the section <c>Slack</c>, refused at start when they are wrong.</summary>
    public static IServiceCollection AddSlack(this IServiceCollection services)
    {
        services.AddOptions<SlackOptions>().BindConfiguration(SlackOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        return services.AddIncoming();
    }

    private static IServiceCollection AddIncoming(this IServiceCollection services)
    {
        // A redirect or a proxy would carry what the bot says to where nobody checked.
        services.AddHttpClient(ResponseUrl.ClientName, http => http.Timeout = TimeSpan.FromSeconds(10))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
        services.AddSingleton<RequestSignature>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<WorkspaceDirectory>();
        services.AddSingleton<ResponseUrl>();
        services.AddSingleton<Modals>();
        services.AddSingleton<HomeTab>();
        services.AddSingleton<Answering>();
        services.AddSingleton<EventDeliveries>();
        services.AddSingleton<CommandDeliveries>();
        services.AddSingleton<InteractionDeliveries>();
        services.AddSingleton<Deliveries>();
        services.AddSingleton<SlackDoor>();
        return services;
    }
}
