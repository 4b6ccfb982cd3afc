using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using StackExchange.Redis;
using TrunkBot.Alerts;
using TrunkBot.Chat.Templates;
using TrunkBot.Metrics;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.SignIn;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Installs;
using TrunkBot.Storage;
using TrunkBot.Storage.Database;
using TrunkBot.Teams.Incoming;
using TrunkBot.Trunks.Sites;
using TrunkBot.WebChat;

namespace TrunkBot.Hosting;

/// <summary>Builds and runs the bot.</summary>
public static class TrunkBotHost
{
    /// <summary>Runs until the process is told to end. 0: ended in order; 2: a setting or a data file is wrong or a port is taken (said on standard error in one line).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await BuildAsync(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (Reason(e) is not null)
        {
            await Console.Error.WriteLineAsync($"The bot does not start: {Reason(e)}");
            return 2;
        }
    }

    /// <summary>What whoever starts the bot can mend, in one line each; null for everything else.</summary>
    internal static string? Reason(Exception e) => e switch
    {
        SettingsException or OptionsValidationException or SiteProfileException or TemplateException or DialectFormatException => e.Message,
        StorageException => $"Storage: {e.Message}",
        RedisConnectionException or RedisClusteringException => $"Cluster:Redis: the Redis of the cluster can't be used: {e.Message}",
        InvalidDataException { InnerException: { } inner } => Unreadable(e, inner),
        IOException { InnerException: AddressInUseException } => $"Urls: {e.Message}",
        _ => null,
    };

    // .NET's own message names the file, the innermost one line and reason.
    private static string Unreadable(Exception e, Exception inner) =>
        $"{e.Message.TrimEnd('.')}: {(inner.GetBaseException() is JsonException json ? $"line {json.LineNumber + 1}: {json.Message.Split(" LineNumber:")[0]}" : inner.GetBaseException().Message)}";

    /// <summary>Builds the host and brings the store up to date, without starting to listen.</summary>
    /// <exception cref="SettingsException">A setting is wrong; the message names file and key.</exception>
    /// <exception cref="OptionsValidationException">Settings do not go together, such as the lab's open door outside a lab.</exception>
    /// <exception cref="SiteProfileException">A site profile is wrong; the message names file, line and reason.</exception>
    /// <exception cref="InvalidDataException">A file of settings or secrets is no JSON.</exception>
    public static Task<WebApplication> BuildAsync(string[] args) => BuildAsync(args, _ => { });

    /// <param name="adapt">Puts something in the place of a part of the bot, for tests that need the rest as it is.</param>
    /// <inheritdoc cref="BuildAsync(string[])"/>
    internal static async Task<WebApplication> BuildAsync(string[] args, Action<WebApplicationBuilder> adapt)
    {
        // The settings and cards lie beside the program; data and site folders count from where it is started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddTrunkBot();
        adapt(builder);
        var app = builder.Build();

        // Before anything else is made, so that a wrong setting is one line and not a failed start with a stack trace.
        app.Services.GetService<IStartupValidator>()?.Validate();
        StartCheck.Run(app.Services, app.Configuration);
        app.MapBotFrameworkMessages();
        app.MapSlack();
        app.MapSlackInstall();
        app.MapWebChat();
        app.MapSignIn();
        app.MapAlertWebhooks();
        app.MapMetrics();
        app.MapHealthChecks("/healthz");
        await app.Services.MigrateAsync(CancellationToken.None);
        return app;
    }
}
