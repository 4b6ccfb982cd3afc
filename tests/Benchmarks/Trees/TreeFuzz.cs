using System.Diagnostics;
using System.Globalization;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;

namespace TrunkBot.Benchmarks.Trees;

/// <summary>Hostile configurations by the million: read, written again and compared letter by letter, understood, and changed into the one before.</summary>
internal static class TreeFuzz
{
    public static int Run(string[] args)
    {
        long documents = 1_000_000, from = 0;
        for (var at = 0; at < args.Length; at += 2)
        {
            if (at + 1 == args.Length || !long.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return 2;
            }

            switch (args[at])
            {
                case "--documents":
                    documents = number;
                    break;
                case "--from":
                    from = number;
                    break;
                default:
                    return 2;
            }
        }

        var watch = Stopwatch.StartNew();
        var totals = new Totals();
        var failed = false;
        Parallel.For(from, from + documents, () => new Totals(), (number, loop, own) =>
        {
            try
            {
                own.Add(Check(number));
            }
            catch (Exception e)
            {
                Console.Error.WriteLine($"Document {number}: {e}");
                failed = true;
                loop.Stop();
            }

            return own;
        }, own =>
        {
            lock (totals)
            {
                totals.Add(own);
            }
        });

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.Documents:N0} documents, {totals.Lines:N0} lines, {totals.Letters:N0} letters in {watch.Elapsed.TotalSeconds:F0} s: {totals.Known:N0} lines understood, {totals.Unknown:N0} kept unknown, {totals.Diagnostics:N0} diagnostics, {totals.Sent:N0} lines to send and to undo, {totals.Left:N0} differences left to a person. {(failed ? "FAILED" : "No crash, no loss.")}"));
        return failed ? 1 : 0;
    }

    private static Totals Check(long number)
    {
        var text = HostileDocuments.Make(number);
        var tree = ConfigTree.Read(text);
        using var written = new StringWriter();
        tree.Write(written);
        Ensure(written.ToString() == text, "what is written is not what was read");
        Ensure(tree.LineCount == text.Count(letter => letter == '\n') + (text.Length > 0 && text[^1] != '\n' ? 1 : 0), "lines were lost");
        var (known, unknown) = (0, 0);
        foreach (var line in tree.Root.Descendants())
        {
            known += line.Kind == LineKind.Known ? 1 : 0;
            unknown += line.Kind == LineKind.Unknown ? 1 : 0;
            Ensure(line.Meaning is not null && line.Arguments is not null, "a line has no meaning");
        }

        var found = ConfigurationLints.Of(RunningConfiguration.Of(tree));
        Ensure(found.All(finding => finding.Line >= 1 && finding.Line <= tree.LineCount && finding.Finding.Sentence.ToString().All(letter => letter is >= ' ' and <= '~')), "a finding has no line, or a sentence that a terminal could be harmed by");
        Ensure(ConfigDifference.Between(tree.Root, tree.Root, activation: true).Lines.Count == 0, "it differs from itself");
        Ensure(!UnifiedDifference.Between(tree, tree).Any(), "it differs from itself in the unified difference");
        var self = ConfigChange.Between(tree, tree);
        Ensure(self.Send.Count == 0 && self.Undo.Count == 0, "lines would be sent from it to itself");

        var before = ConfigTree.Read(HostileDocuments.Make(number - 1));
        var change = ConfigChange.Between(before, tree);
        foreach (var line in change.Send.Concat(change.Undo).SelectMany(block => block.Lines))
        {
            Ensure(line.Length is > 0 and <= 500 && line.All(letter => letter is >= ' ' and <= '~') && line[0] is not ('!' or '#') && !line.Contains('?'), $"the line \"{line}\" would be sent");
        }

        Ensure(change.Send.DistinctBy(block => (block.Object, block.Purpose)).Count() == change.Send.Count, "a block would be sent twice");
        foreach (var block in change.Send.Concat(change.Undo))
        {
            Ensure(ConfigTree.Read(string.Join('\n', block.Lines)).Root.Descendants().All(line => line.Kind != LineKind.Unknown), $"the block of {block.Object} is not understood when it is read");
        }

        GC.KeepAlive(UnifiedDifference.Between(before, tree).Count());
        return new Totals
        {
            Documents = 1,
            Lines = tree.LineCount,
            Letters = text.Length,
            Known = known,
            Unknown = unknown,
            Diagnostics = tree.Diagnostics.Count,
            Sent = change.Send.Concat(change.Undo).Sum(block => block.Lines.Count),
            Left = change.Left.Count + change.LeftAfterUndo.Count,
        };
    }

    private static void Ensure(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    private sealed class Totals
    {
        public long Documents { get; set; }

        public long Lines { get; set; }

        public long Letters { get; set; }

        public long Known { get; set; }

        public long Unknown { get; set; }

        public long Diagnostics { get; set; }

        public long Sent { get; set; }

        public long Left { get; set; }

        public void Add(Totals other)
        {
            Documents += other.Documents;
            Lines += other.Lines;
            Letters += other.Letters;
            Known += other.Known;
            Unknown += other.Unknown;
            Diagnostics += other.Diagnostics;
            Sent += other.Sent;
            Left += other.Left;
        }
    }
}
