using Microsoft.Extensions.Options;
using TrunkBot.Storage;
using TrunkBot.Teams.Incoming;
using TrunkBot.Trunks.Sites;
using TrunkBot.WebChat;

namespace TrunkBot.Hosting;

/// <summary>Builds and runs the bot.</summary>
public static class TrunkBotHost
{
    /// <summary>Runs until the process is told to end. 0: ended in order; 2: a setting or a data file is wrong (said on standard error).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await BuildAsync(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (e is SettingsException or OptionsValidationException or SiteProfileException)
        {
            await Console.Error.WriteLineAsync($"The bot does not start: {e.Message}");
            return 2;
        }
    }

    /// <summary>Builds the host and brings the store up to date, without starting to listen.</summary>
    /// <exception cref="SettingsException">A setting is wrong; the message names file and key.</exception>
    /// <exception cref="OptionsValidationException">Settings do not go together, such as the lab's open door outside a lab.</exception>
    /// <exception cref="SiteProfileException">A site profile is wrong; the message names file, line and reason.</exception>
    public static async Task<WebApplication> BuildAsync(string[] args)
    {
        // The settings and cards lie beside the program; data and site folders count from where it is started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddTrunkBot();
        var app = builder.Build();

        // Before anything else is made, so that a wrong setting is one line and not a failed start with a stack trace.
        app.Services.GetService<IStartupValidator>()?.Validate();
        app.MapBotFrameworkMessages();
        app.MapWebChat();
        app.MapHealthChecks("/healthz");
        await app.Services.MigrateAsync(CancellationToken.None);
        return app;
    }
}
