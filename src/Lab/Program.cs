using TrunkBot.Lab.Perimeta.Cli;

namespace TrunkBot.Lab;

/// <summary>
/// <c>run --data DIR [--ssh-port N] [--metaview-port N] [--twilio-port N] [--control-port N] [--sip-port N]</c> runs the whole lab;
/// <c>cli --data DIR</c> is one login at the simulated SBC, started by its sshd.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // A login must be quick: nothing of the web host may be touched on this way.
        if (args is ["cli", "--data", var directory])
        {
            return CliProgram.Run(directory);
        }

        return await LabProgram.RunAsync(args);
    }
}
