using System.ComponentModel;
using System.Diagnostics;

namespace TrunkBot.Lab.Perimeta.Login;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    /// <param name="input">Written to the program's standard input: where a secret goes, since arguments are public.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="LabException">It is not installed or failed.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start) ?? throw new LabException($"{program} did not start");
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? await output
                : throw new LabException($"{program} failed with exit code {process.ExitCode}: {(await errors).Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new LabException($"{program} is not installed: apt-get install openssh-server openssh-client openssl", e);
        }
    }
}
