namespace TrunkBot.Hosting;

/// <summary>Builds and runs the bot.</summary>
public static class TrunkBotHost
{
    /// <summary>Runs until the process is told to end. 0: ended in order; 2: a setting is wrong (said on standard error).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    /// <summary>Builds the host without starting it.</summary>
    /// <exception cref="SettingsException">A setting is wrong; the message names file and key.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        return builder.Build();
    }
}
