using System.Globalization;
using System.Text;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Plans;

/// <summary>
/// What a file that an engineer exported or pasted from a device's own tool shows of a worksheet: row by row. The file is anybody's text and only ever
/// compared; what it says beside the rows of the sheet is ignored. Forms that are read, line by line and mixed as they come: <c>Label: value</c>, label and
/// value parted by a tab, and CSV with the label first (comma or semicolon, RFC 4180 quotes).
/// </summary>
/// <param name="Rows">Every row of the sheet, in its order.</param>
/// <param name="Trouble">Why nothing could be read from the file; null when it was read.</param>
public sealed record WorksheetProof(IReadOnlyList<ProofRow> Rows, Sentence? Trouble = null)
{
    /// <summary>The largest file that is looked at, in bytes.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>No label and no value of a device's tool is longer; what is, is cut before it is compared.</summary>
    private const int LongestPart = 300;

    private const int LongestShown = 100;

    private static readonly string[] Yes = ["true", "yes", "on", "1", "ticked", "checked"];
    private static readonly string[] No = ["false", "no", "off", "0", "unticked", "unchecked"];
    private static readonly string[] InService = ["enable", "enabled", "active"];
    private static readonly string[] OutOfService = ["disable", "disabled", "inactive"];

    /// <summary>Every row that asks for an exact value is shown as it shall be, and there is one.</summary>
    public bool IsWhole => Trouble is null && Rows.Any(r => r.State == ProofState.Shown) && Rows.All(r => r.State is ProofState.Shown or ProofState.LeftToSite);

    /// <summary>A row is shown otherwise than it shall be.</summary>
    public bool Contradicts => Rows.Any(r => r.State == ProofState.Differs);

    /// <summary>Reads a file as it was uploaded: UTF-8, or UTF-16 with a byte order mark.</summary>
    public static WorksheetProof Read(Worksheet sheet, ReadOnlySpan<byte> file) => file.Length > MostBytes
        ? Unreadable(sheet, $"The file is {(file.Length + 1023) / 1024} KiB long; at most {MostBytes / 1024} KiB are read. Export only the object of this step.")
        : Read(sheet, Decoded(file));

    /// <summary>Reads the text of a file.</summary>
    public static WorksheetProof Read(Worksheet sheet, string text)
    {
        if (text.Length > MostBytes)
        {
            return Unreadable(sheet, $"The text is longer than {MostBytes / 1024} Ki characters. Export only the object of this step.");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return Unreadable(sheet, "The file is no text. Export as text or CSV.");
        }

        var wanted = sheet.Rows.SelectMany(r => Keys(r.Label)).ToHashSet(StringComparer.Ordinal);
        var said = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in text.TrimStart('\uFEFF').Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Pairs(line).FirstOrDefault(p => wanted.Contains(p.Key)) is { Key: not null } pair)
            {
                (said.TryGetValue(pair.Key, out var values) ? values : said[pair.Key] = []).Add(pair.Value);
            }
        }

        return new([.. sheet.Rows.Select(row => Judge(row, said))]);
    }

    private static WorksheetProof Unreadable(Worksheet sheet, Sentence trouble) =>
        new([.. sheet.Rows.Select(r => new ProofRow(r.Label, r.Value, null, ProofState.NotInFile))], trouble);

    private static ProofRow Judge(WorksheetRow row, Dictionary<string, List<string>> said)
    {
        List<string> values = [.. Keys(row.Label).SelectMany(k => said.GetValueOrDefault(k) ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (values.Count == 0)
        {
            return new(row.Label, row.Value, null, LeavesToSite(row) ? ProofState.LeftToSite : ProofState.NotInFile);
        }

        // A file that says two things of one label shows neither: it may be of several objects.
        return new(row.Label, row.Value, Shown(string.Join(" / ", values)),
            LeavesToSite(row) ? ProofState.LeftToSite : values.All(v => Same(row.Value, v)) ? ProofState.Shown : ProofState.Differs);
    }

    /// <summary>Sheets say "as in the site's usual SIP model", or "as it is", where no exact value is asked for.</summary>
    private static bool LeavesToSite(WorksheetRow row) => row.Value.StartsWith("as ", StringComparison.OrdinalIgnoreCase);

    private static bool Same(string wanted, string found)
    {
        (wanted, found) = (OneSpace(wanted), OneSpace(found));
        if (string.Equals(wanted, found, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IsOf(Yes, wanted, found) || IsOf(No, wanted, found) || IsOf(InService, FirstWord(wanted), found) || IsOf(OutOfService, FirstWord(wanted), found);
    }

    // Numbers are not truth values: where the sheet wants 1, "true" does not show it.
    private static bool IsOf(string[] words, string wanted, string found) =>
        !char.IsAsciiDigit(wanted.FirstOrDefault()) && words.Contains(wanted, StringComparer.OrdinalIgnoreCase) && words.Contains(found, StringComparer.OrdinalIgnoreCase);

    private static string FirstWord(string text) => text.Split([' ', ','], 2)[0];

    /// <summary>A label whole, and its last part: tools show "Use E164 numbers" where the sheet says in which section that is.</summary>
    private static IEnumerable<string> Keys(string label)
    {
        var whole = Bare(label);
        var last = Bare(label[(label.LastIndexOf('→') + 1)..]);
        return new[] { whole, last }.Where(k => k.Length > 0).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Every way to read a line as label and value.</summary>
    private static IEnumerable<(string Key, string Value)> Pairs(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        if (tab >= 0)
        {
            yield return Pair(line[..tab], line[(tab + 1)..].Trim('\t').Split('\t', 2)[0]);
        }

        foreach (var separator in ",;")
        {
            if (Field(line, 0, separator) is { } label && label.End < line.Length && Field(line, label.End + 1, separator) is { } value)
            {
                yield return Pair(label.Text, value.Text);
            }
        }

        // A label may hold a colon itself; one beyond the longest label parts nothing.
        for (var at = line.IndexOf(':', StringComparison.Ordinal); at >= 0 && at <= LongestShown; at = line.IndexOf(':', at + 1))
        {
            yield return Pair(line[..at], line[(at + 1)..]);
        }
    }

    private static (string Key, string Value) Pair(string label, string value) => (Bare(Cut(label)), Cut(value.Trim()).Trim('"').Trim());

    /// <summary>One CSV field, and where it ends; null where a quote is not closed on the line.</summary>
    private static (string Text, int End)? Field(string line, int from, char separator)
    {
        while (from < line.Length && line[from] == ' ')
        {
            from++;
        }

        if (from >= line.Length || line[from] != '"')
        {
            var end = line.IndexOf(separator, from);
            return (line[from..(end < 0 ? line.Length : end)], end < 0 ? line.Length : end);
        }

        var text = new StringBuilder();
        for (var i = from + 1; i < line.Length; i++)
        {
            if (line[i] != '"')
            {
                text.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '"')
            {
                text.Append(line[i++]);
            }
            else
            {
                var end = line.IndexOf(separator, i + 1);
                end = end < 0 ? line.Length : end;
                return string.IsNullOrWhiteSpace(line[(i + 1)..end]) ? (text.ToString(), end) : null;
            }
        }

        return null;
    }

    private static string Decoded(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(file[2..]),
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(file[2..]),
        _ => Encoding.UTF8.GetString(file),
    };

    /// <summary>Letters and digits in lower case: "Proxy IP address", "proxy-ip-address" and "ProxyIPAddress" are one label.</summary>
    private static string Bare(string label) => new([.. label.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static string OneSpace(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Cut(string text) => text.Length <= LongestPart ? text : text[..LongestPart];

    /// <summary>Fit for a card: no control character, nothing invisible or that turns the direction of text, cut.</summary>
    private static string Shown(string text)
    {
        var clean = new string([.. text.Select(c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate ? '?' : c)]);
        return clean.Length <= LongestShown ? clean : clean[..LongestShown] + "…";
    }
}

public enum ProofState
{
    /// <summary>The file shows the value that the sheet asks for.</summary>
    Shown,

    /// <summary>The file shows another value, or more than one.</summary>
    Differs,

    /// <summary>The file does not have the label.</summary>
    NotInFile,

    /// <summary>The sheet asks for no exact value.</summary>
    LeftToSite,
}

/// <param name="Found">What the file says, cleaned and cut; null where it does not have the label.</param>
public sealed record ProofRow(string Label, string Wanted, string? Found, ProofState State);
