using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrunkBot.WebChat.Api;
using TrunkBot.WebChat.Connector;
using TrunkBot.WebChat.Conversations;
using TrunkBot.WebChat.Gallery;
using TrunkBot.WebChat.Page;

namespace TrunkBot.WebChat;

/// <summary>Composition of this room: a chat service of the lab that speaks to a bot by the Activity protocol, and its page.</summary>
public static class WebChatServices
{
    /// <summary>Adds the web chat with its settings from the section <c>WebChat</c>, refused at start when they are wrong. Asks for nothing of the bot's, to which it speaks over HTTP, but for the card templates that the gallery shows.</summary>
    public static IServiceCollection AddWebChat(this IServiceCollection services)
    {
        services.AddOptions<WebChatOptions>().BindConfiguration(WebChatOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<WebChatOptions>, WebChatOptions.Defaults>();
        services.AddSingleton<IValidateOptions<WebChatOptions>, WebChatOptions.Validation>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpClient<BotClient>((provider, http) => http.Timeout = provider.GetRequiredService<IOptions<WebChatOptions>>().Value.BotTimeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
        services.AddSingleton<Roster>();
        services.AddSingleton<ConversationBook>();
        services.AddSingleton<Introductions>();
        services.AddSingleton<EventStream>();
        return services;
    }

    /// <summary>Maps the page at <c>/</c>, the gallery of messages at <c>/gallery</c>, the API under <c>/webchat/api</c> and the connector under <c>/webchat/connector</c>. Outside the environment Lab nothing is mapped and false is returned: identities are not checked here.</summary>
    public static bool MapWebChat(this IEndpointRouteBuilder endpoints)
    {
        var environment = endpoints.ServiceProvider.GetRequiredService<IHostEnvironment>();
        if (!environment.IsEnvironment("Lab"))
        {
            return false;
        }

        endpoints.MapPage();
        endpoints.MapApi();
        endpoints.MapGallery();
        endpoints.MapConnector();
        return true;
    }
}
