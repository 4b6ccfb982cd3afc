using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Teams.Authentication;
using TrunkBot.Teams.Connector;
using TrunkBot.Teams.Files;
using TrunkBot.Teams.Incoming;
using TrunkBot.Teams.Outgoing;

namespace TrunkBot.Teams;

/// <summary>Composition of this room.</summary>
public static class BotFrameworkServices
{
    /// <summary>
    /// The Activity protocol in and out, with its settings from the sections <c>BotFramework</c> and <c>Teams</c>, refused at start when they are wrong.
    /// Adds one <see cref="IChannel"/> for <c>msteams</c> and one for <c>webchat</c>; asks for <see cref="ICardRenderer"/> and <see cref="Chat.Turns.ITurnIntake"/>.
    /// </summary>
    public static IServiceCollection AddBotFramework(this IServiceCollection services)
    {
        services.AddOptions<BotFrameworkOptions>().BindConfiguration(BotFrameworkOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<BotFrameworkOptions>, BotFrameworkOptions.Validation>();
        services.AddOptions<TeamsOptions>().BindConfiguration(TeamsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<TeamsOptions>, TeamsOptions.Validation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();

        // A redirect or a proxy would carry what the bot says to where nobody checked.
        services.AddHttpClient<ConnectorClient>((provider, http) => http.Timeout = provider.GetRequiredService<IOptions<BotFrameworkOptions>>().Value.ConnectorTimeout)
            .ConfigurePrimaryHttpMessageHandler(Straight);
        foreach (var name in new[] { ChannelKeys.ClientName, ConnectorTokens.ClientName, FileConsent.ClientName })
        {
            services.AddHttpClient(name, http => (http.Timeout, http.MaxResponseContentBufferSize) = (TimeSpan.FromSeconds(10), 1024 * 1024))
                .ConfigurePrimaryHttpMessageHandler(Straight);
        }

        services.AddSingleton<IChannel, TeamsChannel>();
        services.AddSingleton<IChannel, WebChatChannel>();
        services.AddSingleton<Members>();
        services.AddSingleton<PrivateChats>();
        services.AddSingleton<ConversationPace>();
        services.AddSingleton<FileOffers>();
        services.AddSingleton<FileConsent>();
        services.AddSingleton<ServiceHosts>();
        services.AddSingleton<ChannelKeys>();
        services.AddSingleton<TokenCheck>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<ConnectorTokens>();
        services.AddSingleton<LoopbackGate>();
        services.AddSingleton<TurnReader>();
        services.AddSingleton<InvokeAnswering>();
        services.AddSingleton<Invokes>();
        services.AddSingleton<FrontDoor>();
        return services;
    }

    private static SocketsHttpHandler Straight() => new() { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
}
