using System.CommandLine;
using System.Globalization;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Results;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot sip parse FILE...</c>: whether each file is a SIP message, and otherwise why not and where.</summary>
internal static class SipParseCommand
{
    public static Command Make()
    {
        var files = new Argument<string[]>("FILE") { Description = "A file with one SIP message as it was on the wire, or - for standard input.", Arity = ArgumentArity.OneOrMore };
        var lf = new Option<bool>("--lf") { Description = "The files have Unix line ends: read each as CR LF." };
        var json = new Option<bool>("--json") { Description = "The verdicts as JSON, by a contract with a version." };
        var command = new Command("parse", "Says of each file whether it is a SIP message, and otherwise why not and in which line. Nothing is sent. Ends with 1 when one is none.") { files, lf, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            var verdicts = new List<Verdict>();
            foreach (var file in result.GetRequiredValue(files))
            {
                verdicts.Add(Judge(file, await ReadAsync(file, result.GetValue(lf), cancellationToken)));
            }

            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(Json(verdicts));
            }
            else
            {
                foreach (var verdict in verdicts)
                {
                    await output.WriteLineAsync(Terminal.Printable(verdict.ToString()));
                }
            }

            return verdicts.All(v => v.Error is null) ? ExitCode.Fine : ExitCode.Findings;
        });
        return command;
    }

    private static Verdict Judge(string file, byte[] bytes) => SipMessage.TryParse(bytes, out var message, out var error)
        ? new Verdict(file, message, null, 0)
        : new Verdict(file, null, error, bytes.AsSpan(0, Math.Min(error.Offset, bytes.Length)).Count((byte)'\n') + 1);

    private static async Task<byte[]> ReadAsync(string file, bool lf, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            await using var stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var read = new MemoryStream();
            await stream.CopyToAsync(read, cancellationToken);
            bytes = read.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"\"{file}\" can't be read: {e.Message}", e);
        }

        return lf ? [.. bytes.SelectMany((b, i) => b == '\n' && (i == 0 || bytes[i - 1] != '\r') ? "\r\n"u8.ToArray() : [b])] : bytes;
    }

    private static string Json(List<Verdict> verdicts) => ResultJson.Write(json =>
    {
        json.WriteStartArray("files");
        foreach (var (file, message, error, line) in verdicts)
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteBoolean("accepted", error is null);
            if (message is not null)
            {
                json.WriteString("firstLine", message.FirstLine);
                json.WriteNumber("headers", message.Headers.Count);
                json.WriteNumber("bodyBytes", message.Body.Length);
            }
            else
            {
                json.WriteString("code", error!.Code);
                json.WriteString("reason", error.Reason);
                json.WriteNumber("line", line);
                json.WriteNumber("byte", error.Offset);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <param name="Line">Line of the fault, from 1.</param>
    private sealed record Verdict(string File, SipMessage? Message, SipParseError? Error, int Line)
    {
        public override string ToString() => Message is not null
            ? string.Create(CultureInfo.InvariantCulture, $"{File}: accepted: {Message.FirstLine} ({Message.Headers.Count} headers, {Message.Body.Length} bytes of body)")
            : string.Create(CultureInfo.InvariantCulture, $"{File}: rejected: {Error!.Code} in line {Line}, byte {Error.Offset}: {Error.Reason}");
    }
}
