using System.Diagnostics;
using System.Text;

namespace TrunkBot.Bot.Tests.CommandLine;

/// <summary>The real program, started with a command, in a folder of its own.</summary>
internal sealed class TrunkBotProcess : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("trunkbot-command-").FullName;

    /// <summary>Settings that it finds in its environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public void Put(string name, string text) => File.WriteAllText(Path.Combine(Directory, name), text);

    public void Put(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(Directory, name), bytes);

    /// <summary>What it wrote to standard output and standard error, and its exit code.</summary>
    public Task<(string Output, string Error, int Code)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    public async Task<(string Output, string Error, int Code)> RunAsync(byte[] input, string[] arguments)
    {
        var (output, error, code) = await RunForBytesAsync(input, arguments);
        return (Encoding.UTF8.GetString(output), error, code);
    }

    public async Task<(byte[] Output, string Error, int Code)> RunForBytesAsync(byte[] input, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TrunkBot.dll"), .. arguments])
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var cancel = TestContext.Current.CancellationToken;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.BaseStream.WriteAsync(input, cancel);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(cancel);
        return (output.ToArray(), await error, process.ExitCode);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
