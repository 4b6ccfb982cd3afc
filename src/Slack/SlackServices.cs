using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Files;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack;

/// <summary>Composition of this room.</summary>
public static class SlackServices
{
    /// <summary>
    /// Slack in and out, with its settings from the section <c>Slack</c>, refused at start when they are wrong. Adds one <see cref="IChannel"/>; asks for
    /// <see cref="IInstallStore"/>, <see cref="IDataProtectionProvider"/> and <see cref="Chat.Messages.IBlockKitRenderer"/>.
    /// </summary>
    public static IServiceCollection AddSlack(this IServiceCollection services)
    {
        services.AddOptions<SlackOptions>().BindConfiguration(SlackOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<SlackOptions>, SlackOptions.Validation>();
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSlackWebApi().AddSlackIncoming();
    }

    private static IServiceCollection AddSlackWebApi(this IServiceCollection services)
    {
        // A redirect or a proxy would carry token and message to where nobody checked; the ways of a file hold its permission, so nothing logs them.
        services.AddHttpClient(SlackWire.ClientName, http => (http.Timeout, http.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, 1024 * 1024))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
            .RemoveAllLoggers();
        services.AddDataProtection();
        services.AddSingleton<SlackWire>();
        services.AddSingleton<Pace>();
        services.AddSingleton<InstallBook>();
        services.AddSingleton<OAuthAccess>();
        services.AddSingleton<WorkspaceTokens>();
        services.AddSingleton<IInstallEvents>(provider => provider.GetRequiredService<WorkspaceTokens>());
        services.AddSingleton<InstallState>();
        services.AddSingleton<InstallPages>();
        services.AddSingleton<ISlackApi, SlackApi>();
        services.AddSingleton<FileUpload>();
        services.AddSingleton<MessageBlocks>();
        services.AddSingleton<IChannel, SlackChannel>();
        return services;
    }
}
