using System.CommandLine;
using TrunkBot.Sip.Results;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot sip signal FILE</c>: the signal that Twilio plays in inbound test calls, to be put where Twilio can load it.</summary>
internal static class SipSignalCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "WAV file to be written." };
        var seed = new Option<ulong>("--seed") { Description = "tests.inbound.playSeed of the site profile; otherwise 0.", HelpName = "NUMBER" };
        var seconds = new Option<int?>("--seconds") { Description = "How long it is, 5 to 120; otherwise 60.", HelpName = "SECONDS" };
        var command = new Command("signal", "Writes the signal that Twilio is to play in inbound test calls (tests.inbound.play of a site profile).") { file, seed, seconds };
        command.SetAction(async (result, cancellationToken) =>
        {
            if ((result.GetValue(seconds) ?? 60) is not (>= 5 and <= 120 and var length))
            {
                throw new InputException("--seconds must be from 5 to 120");
            }

            var name = result.GetRequiredValue(file);
            try
            {
                await File.WriteAllBytesAsync(name, SignalFile.Write(result.GetValue(seed), TimeSpan.FromSeconds(length)), cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"\"{name}\" can't be written: {e.Message}", e);
            }

            await result.InvocationConfiguration.Output.WriteLineAsync(Terminal.Printable(name));
            return ExitCode.Fine;
        });
        return command;
    }
}
