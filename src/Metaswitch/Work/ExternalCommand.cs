using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Work;

/// <summary>A program of the site's own that does a piece of work in a person's place. Part of the plan that people approve.</summary>
/// <param name="Path">Absolute path; no shell looks at it.</param>
/// <param name="Work">Which piece: <c>rmgm</c>, <c>binding-enable</c>, <c>sip-trunk</c> or <c>translations</c>.</param>
internal sealed record CommandCall(string Path, IReadOnlyList<string> Arguments, int TimeoutSeconds, string Work);

internal enum CommandOutcome
{
    Done,

    /// <summary>It says that it did nothing, or could not be started.</summary>
    Refused,

    /// <summary>It was started and nobody knows what it did: out of time, a crash, an answer that is none.</summary>
    Unknown,
}

/// <param name="Text">What it wrote, cut to what is kept.</param>
internal sealed record CommandAnswer(CommandOutcome Outcome, string Sentence, string Text);

/// <summary>Runs such a program: JSON in, JSON out, an environment without anything of this program's, an end in time. Its output is hostile.</summary>
internal sealed class ExternalCommand(TimeProvider time)
{
    private const int MostOutputBytes = 64 * 1024;
    private const int LongestSentence = 300;

    /// <summary>Exit code by which the program says that it did nothing, when it says nothing else.</summary>
    private const int DidNothing = 3;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <param name="input">One JSON document, by the schema in docs/metaswitch-command.schema.json.</param>
    public async Task<CommandAnswer> RunAsync(CommandCall call, string input, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartOf(call) };
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return new(CommandOutcome.Refused, $"{call.Path} can't be started: {PlainText.OneLine(e.Message)}", "");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(call.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var errors = ReadAsync(process.StandardError.BaseStream, either.Token);
            var output = ReadAsync(process.StandardOutput.BaseStream, either.Token);
            await WriteAsync(process, input, either.Token);
            var (text, whole) = await output.WaitAsync(either.Token);
            if (!whole)
            {
                return Unknown($"wrote more than {MostOutputBytes / 1024} KiB and was ended", text);
            }

            await process.WaitForExitAsync(either.Token);
            return Judge(process.ExitCode, text, (await errors.WaitAsync(either.Token)).Text);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unknown($"did not end within {call.TimeoutSeconds} s and was ended", "");
        }
        finally
        {
            End(process);
        }
    }

    private static CommandAnswer Judge(int exitCode, string text, string errors)
    {
        if (exitCode == DidNothing)
        {
            return new(CommandOutcome.Refused, Words(text) ?? Said(errors) ?? "The command did nothing and gave no reason.", text);
        }

        if (exitCode != 0)
        {
            return Unknown($"ended with exit code {exitCode}{(Said(errors) is { } said ? $", saying: {said}" : "")}", text);
        }

        return Read(text) switch
        {
            { Outcome: "done" } done => new(CommandOutcome.Done, Line(done.Sentence), text),
            { Outcome: "refused" } refused => new(CommandOutcome.Refused, Line(refused.Sentence), text),
            _ => Unknown("wrote no answer of the form {\"outcome\": \"done\" or \"refused\", \"sentence\": \"...\"}", text),
        };

        static string? Said(string errors) => Line(errors) is { Length: > 0 } line ? line : null;
        static string? Words(string text) => Read(text) is { } answer ? Line(answer.Sentence) : null;
    }

    private static Answer? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>(text, Strict) is { Sentence.Length: > 0 } answer ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Nothing of this program's environment goes along: it may hold secrets.</summary>
    private static ProcessStartInfo StartOf(CommandCall call)
    {
        var start = new ProcessStartInfo(call.Path, call.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(call.Path),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        return start;
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not read to the end; what it answers counts.
        }
    }

    /// <summary>Up to the limit; what comes after it is not read.</summary>
    private static async Task<(string Text, bool Whole)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostOutputBytes + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return (Encoding.UTF8.GetString(buffer, 0, length), true);
            }

            length += read;
        }

        return (Encoding.UTF8.GetString(buffer, 0, MostOutputBytes), false);
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }

    private static CommandAnswer Unknown(string what, string text) =>
        new(CommandOutcome.Unknown, $"The command {what}; nobody knows what it did.", text);

    private static string Line(string text) => PlainText.OneLine(text.Length > LongestSentence ? text[..LongestSentence] : text);

    private sealed record Answer(string Outcome, string Sentence);
}
