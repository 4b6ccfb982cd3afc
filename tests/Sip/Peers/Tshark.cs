using System.Diagnostics;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>tshark as the judge of a capture.</summary>
internal static class Tshark
{
    /// <summary>Reads a capture, with checksums checked and SIP told on which port it is.</summary>
    public static async Task<string[]> ReadAsync(byte[] capture, int sipPort, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, capture);
            var start = new ProcessStartInfo(
                "tshark", ["-r", file, "-n", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-d", $"udp.port=={sipPort},sip", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await error);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
