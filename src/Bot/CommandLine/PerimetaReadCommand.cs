using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot perimeta read FILE</c>: a configuration as a tree, with what is odd in it.</summary>
internal static class PerimetaReadCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "A text of \"show config\", or - for standard input." };
        var write = new Option<bool>("--write") { Description = "Write the text again, byte for byte, instead of the tree; findings go to standard error." };
        var json = new Option<bool>("--json") { Description = "Tree and findings as JSON." };
        var findings = new Option<bool>("--findings") { Description = "Show the findings alone." };
        var command = new Command("read", "Shows the tree of a configuration and what is odd in it. Ends with 1 when there are warnings or errors.") { file, write, json, findings };
        command.Validators.Add(result =>
        {
            if (new[] { write, json, findings }.Count(result.GetValue) > 1)
            {
                result.AddError("Choose one of --write, --json and --findings.");
            }
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            var input = await InputText.ReadAsync(result.GetRequiredValue(file), cancellationToken);
            var tree = ConfigTree.Read(input.Text);
            var found = ConfigurationLints.Of(RunningConfiguration.Of(tree));
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(write))
            {
                await WriteAsync(input, tree, output, cancellationToken);
                Show(found, error);
            }
            else if (result.GetValue(json))
            {
                await output.WriteLineAsync(Json(tree, found));
            }
            else
            {
                if (!result.GetValue(findings))
                {
                    Show(tree.Root, 0, output);
                    await output.WriteLineAsync();
                }

                Show(found, output);
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{tree.LineCount} lines, {Count(found, FindingSeverity.Error)} errors, {Count(found, FindingSeverity.Warning)} warnings, {Count(found, FindingSeverity.Info)} notes"));
            }

            return found.Any(finding => finding.Finding.Severity > FindingSeverity.Info) ? ExitCode.Findings : ExitCode.Fine;
        });
        return command;
    }

    private static int Count(IReadOnlyList<ConfigurationFinding> found, FindingSeverity severity) => found.Count(finding => finding.Finding.Severity == severity);

    // Through the tree and not past it, so that what is written is what was understood.
    private static async Task WriteAsync(InputText input, ConfigTree tree, TextWriter output, CancellationToken cancellationToken)
    {
        using var text = new StringWriter();
        tree.Write(text);
        await output.FlushAsync(cancellationToken);
        await using var bytes = Console.OpenStandardOutput();
        await bytes.WriteAsync((input with { Text = text.ToString() }).ToBytes(), cancellationToken);
    }

    private static void Show(ConfigNode parent, int depth, TextWriter output)
    {
        foreach (var child in parent.Children)
        {
            if (child.Kind != LineKind.Blank)
            {
                output.Write(new string(' ', depth * 2));
                output.Write(Shown(child));
                output.WriteLine(child.Kind switch
                {
                    LineKind.Unknown => "    ! not understood",
                    LineKind.Implied => "    ! not in the text",
                    _ => "",
                });
            }

            Show(child, depth + 1, output);
        }
    }

    private static string Shown(ConfigNode line) => Terminal.Printable(SecretLines.Mask(line.Text));

    private static void Show(IReadOnlyList<ConfigurationFinding> found, TextWriter output)
    {
        foreach (var (line, _, finding) in found)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"line {line}: {Word(finding.Severity)}: {finding.Code}: {Terminal.Printable(finding.Sentence)} {finding.Fix} ({finding.Source})"));
        }
    }

    private static string Word(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Info => "note",
        _ => "warning",
    };

    private static string Json(ConfigTree tree, IReadOnlyList<ConfigurationFinding> found)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("lines", tree.LineCount);
            json.WriteStartArray("findings");
            foreach (var (line, adjacency, finding) in found)
            {
                json.WriteStartObject();
                json.WriteNumber("line", line);
                json.WriteString("severity", Word(finding.Severity));
                json.WriteString("code", finding.Code);
                json.WriteString("sentence", finding.Sentence);
                json.WriteString("fix", finding.Fix);
                json.WriteString("source", finding.Source);
                json.WriteString("adjacency", adjacency);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("tree");
            Write(tree.Root, json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(ConfigNode parent, Utf8JsonWriter json)
    {
        foreach (var child in parent.Children)
        {
            if (child.Kind == LineKind.Blank)
            {
                continue;
            }

            json.WriteStartObject();
            if (child.Kind != LineKind.Implied)
            {
                json.WriteNumber("line", child.LineNumber);
            }

            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(child.Kind.ToString()));
            json.WriteString("text", SecretLines.Mask(child.Text));
            if (!child.Children.IsEmpty)
            {
                json.WriteStartArray("inside");
                Write(child, json);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
    }
}
