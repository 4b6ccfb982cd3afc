using TrunkBot.Lab.Perimeta.Cli;
using TrunkBot.Lab.Perimeta.Configuration;
using TrunkBot.Lab.Perimeta.Login;

namespace TrunkBot.Lab.Perimeta;

/// <summary>The simulated SBC: its configuration on disk and its login.</summary>
public static class PerimetaServer
{
    public const string PartName = "perimeta";

    public static LabPart Part { get; } = new(PartName, StartAsync);

    private static async Task<IAsyncDisposable> StartAsync(LabContext context, CancellationToken cancellationToken)
    {
        var directory = context.Options.DataDirectory;
        var file = new ConfigFile(directory);
        file.Lay(again: false);
        context.Sbc = new SbcView(directory);
        context.Resets.Add(_ =>
        {
            file.Lay(again: true);
            File.Delete(SessionLog.PathIn(directory));
            return ValueTask.CompletedTask;
        });

        var door = new SbcDoor(directory, context.Secrets);
        await door.OpenAsync(context.Options.SshPort, Stranger.Nothing, cancellationToken);
        context.Door = door;
        context.Ports[PartName] = door.Port;
        return door;
    }
}
