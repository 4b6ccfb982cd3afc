using System.CommandLine;
using System.Text.Json;
using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot perimeta diff RUNNING INTENDED</c>: the lines from one configuration to the other, and the lines back.</summary>
internal static class PerimetaDiffCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Make()
    {
        var running = new Argument<string>("RUNNING") { Description = "The configuration that is there, or - for standard input." };
        var intended = new Argument<string>("INTENDED") { Description = "The configuration that is wanted, or - for standard input." };
        var unified = new Option<bool>("--unified") { Description = "Show what differs, section by section, instead of lines to send." };
        var json = new Option<bool>("--json") { Description = "Lines to send, lines to undo and what is left to a person as JSON." };
        var fragment = new Option<bool>("--fragment") { Description = "INTENDED holds only the objects to change: what it does not name stays." };
        var active = new Option<bool>("--keep-active") { Description = "Change active adjacencies without taking them out of service; a device may refuse." };
        var repeatable = new Option<string[]>("--repeatable") { Description = "A keyword of an adjacency that may stand several times, such as remote-address-range. May be given again.", HelpName = "KEYWORD" };
        var command = new Command("diff", "Shows the lines that lead from one configuration to another, and the lines back. Ends with 1 when they differ.")
        {
            running, intended, unified, json, fragment, active, repeatable,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(running) == "-" && result.GetValue(intended) == "-")
            {
                result.AddError("Only one of RUNNING and INTENDED can be standard input.");
            }

            if (result.GetValue(unified) && (result.GetValue(json) || result.GetValue(fragment)))
            {
                result.AddError("--unified shows whole configurations as text: it goes with neither --json nor --fragment.");
            }

            foreach (var word in result.GetValue(repeatable) ?? [])
            {
                if (!KeywordTable.Published.Knows(word))
                {
                    result.AddError($"--repeatable: no mode knows the keyword \"{word}\".");
                }
            }
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            var output = result.InvocationConfiguration.Output;
            var before = ConfigTree.Read((await InputText.ReadAsync(result.GetRequiredValue(running), cancellationToken)).Text);
            var after = ConfigTree.Read((await InputText.ReadAsync(result.GetRequiredValue(intended), cancellationToken)).Text);
            if (result.GetValue(unified))
            {
                return Show(UnifiedDifference.Between(before, after), result.GetRequiredValue(running), result.GetRequiredValue(intended), output);
            }

            var change = ConfigChange.Between(before, after, new()
            {
                Fragment = result.GetValue(fragment),
                DeactivateBeforeEdit = !result.GetValue(active),
                Repeatable = result.GetValue(repeatable) ?? [],
            });
            change = change with { Left = Masked(change.Left), LeftAfterUndo = Masked(change.LeftAfterUndo) };
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(change, Indented));
            }
            else
            {
                Show("to send", change.Send, change.Left, output);
                Show("to undo", change.Undo, change.LeftAfterUndo, output);
            }

            return change.Send.Count + change.Left.Count > 0 ? ExitCode.Findings : ExitCode.Fine;
        });
        return command;
    }

    private static List<LeftToPerson> Masked(IReadOnlyList<LeftToPerson> left) => [.. left.Select(line => line with { Line = SecretLines.Mask(line.Line) })];

    private static int Show(IEnumerable<string> difference, string running, string intended, TextWriter output)
    {
        var code = ExitCode.Fine;
        foreach (var line in difference)
        {
            if (code == ExitCode.Fine)
            {
                output.WriteLine($"--- {Terminal.Printable(running)}");
                output.WriteLine($"+++ {Terminal.Printable(intended)}");
                code = ExitCode.Findings;
            }

            output.WriteLine(Terminal.Printable(line[0] + SecretLines.Mask(line[1..])));
        }

        return code;
    }

    private static void Show(string title, IReadOnlyList<ConfigBlock> blocks, IReadOnlyList<LeftToPerson> left, TextWriter output)
    {
        output.WriteLine($"# {title}: {(blocks.Count == 0 ? "nothing" : $"{blocks.Count} blocks, {blocks.Sum(block => block.Lines.Count)} lines")}");
        foreach (var block in blocks)
        {
            output.WriteLine($"# {block.Purpose}: {block.Object}");
            foreach (var line in block.Lines)
            {
                output.WriteLine(line);
            }
        }

        foreach (var (place, line, reason) in left)
        {
            output.WriteLine($"# left to a person: {Terminal.Printable($"{place}: {line}")}: {reason}");
        }

        output.WriteLine();
    }
}
