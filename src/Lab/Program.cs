using TrunkBot.Lab.Perimeta.Cli;

namespace TrunkBot.Lab;

/// <summary>
/// <c>run --data DIR [--ssh-port N] [--metaview-port N] [--twilio-port N] [--control-port N] [--sip-port N] [--dns-port N]</c> runs the whole lab;
/// <c>cli --data DIR</c> is one login at the simulated SBC, started by its sshd;
/// <c>causes</c>, <c>break CAUSE [--trunk NAME]</c> and <c>heal</c>, each with <c>[--lab URL]</c>, cause trouble in a running lab and end it;
/// <c>script --chat URL --lab URL</c> plays the people of the demo against a running lab and bot.
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

        return args switch
        {
            ["script", .. var rest] => await Script.ScriptProgram.RunAsync(rest),
            ["break" or "heal" or "causes", ..] => await Causes.CausesProgram.RunAsync(args),
            _ => await LabProgram.RunAsync(args),
        };
    }
}
