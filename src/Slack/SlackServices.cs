using Microsoft.Extensions.DependencyInjection;

namespace TrunkBot.Slack;

/// <summary>Composition of this room.</summary>
public static class SlackServices
{
    /// <summary>Slack in and out, with its settings from the section <c>Slack</c>, refused at start when they are wrong.</summary>
    public static IServiceCollection AddSlack(this IServiceCollection services)
    {
        services.AddOptions<SlackOptions>().BindConfiguration(SlackOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }
}
