using System.Globalization;
using System.Text;
using TrunkBot.Diagnostics.Alerts;

namespace TrunkBot.Diagnostics.Alarms;

/// <summary>
/// Reads one syslog message: RFC 5424, else RFC 3164, which describes what is seen and binds nobody. Never fails: what is of neither form is all text, of facility user and
/// severity notice (RFC 3164 section 4.3.3).
/// </summary>
public static class SyslogMessage
{
    private static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    private static readonly string[] Levels = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

    /// <returns>
    /// Fields <c>facility</c> and <c>severity</c> in words, <c>host</c>, <c>app</c>, <c>procid</c>, <c>msgid</c>, <c>time</c> as the device wrote it, <c>text</c>, and structured data as
    /// <c>ID.PARAM</c>; what was not said has none.
    /// </returns>
    public static Alarm Read(ReadOnlySpan<byte> message, string from, DateTimeOffset at)
    {
        var text = Encoding.UTF8.GetString(message).TrimEnd('\0', '\r', '\n');
        var rest = text.AsSpan();
        var priority = Priority(ref rest) ?? 13;
        List<(string, string?)> fields = [("facility", Facilities[priority >> 3]), ("severity", Levels[priority & 7])];
        if (!Rfc5424(rest, fields))
        {
            Rfc3164(rest, fields);
        }

        return new Alarm(AlertSources.Syslog, from, at, Alarm.FieldsOf(fields));
    }

    /// <summary>How bad, in the words that all sources of alerts share.</summary>
    /// <param name="level">A field <c>severity</c>.</param>
    public static string SeverityOf(string? level) => Array.IndexOf(Levels, level) switch
    {
        >= 0 and <= 2 => Severities.Critical,
        3 => Severities.Error,
        4 => Severities.Warning,
        >= 5 => Severities.Info,
        _ => Severities.Unknown,
    };

    // "<" 1 to 3 digits up to 191 ">" (RFC 5424 section 6.2.1).
    private static int? Priority(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('>');
        if (end is < 2 or > 4 || rest[0] != '<' || !int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var priority) || priority > 191)
        {
            return null;
        }

        rest = rest[(end + 1)..];
        return priority;
    }

    private static bool Rfc5424(ReadOnlySpan<char> rest, List<(string, string?)> fields)
    {
        if (!rest.StartsWith("1 "))
        {
            return false;
        }

        rest = rest[2..];
        List<(string, string?)> header = [];
        foreach (var name in (string[])["time", "host", "app", "procid", "msgid"])
        {
            var end = rest.IndexOf(' ');
            if (end <= 0)
            {
                return false;
            }

            header.Add((name, rest[..end] is "-" ? null : rest[..end].ToString()));
            rest = rest[(end + 1)..];
        }

        if (!StructuredData(ref rest, header))
        {
            return false;
        }

        fields.AddRange(header);
        fields.Add(("text", rest.TrimStart(' ').TrimStart('\uFEFF').ToString()));
        return true;
    }

    // [ID NAME="VALUE" ...][...] with \" \\ \] in values (RFC 5424 section 6.3), or "-".
    private static bool StructuredData(ref ReadOnlySpan<char> rest, List<(string, string?)> fields)
    {
        if (rest is ['-', .. var none])
        {
            rest = none;
            return none.Length == 0 || none[0] == ' ';
        }

        if (rest is not ['[', ..])
        {
            return false;
        }

        while (rest is ['[', ..])
        {
            var end = rest[1..].IndexOfAny(' ', ']') + 1;
            if (end < 2)
            {
                return false;
            }

            var id = rest[1..end].ToString();
            rest = rest[end..];
            while (rest is [' ', ..])
            {
                rest = rest[1..];
                var equals = rest.IndexOf("=\"");
                if (equals <= 0 || Value(rest[(equals + 2)..], out var length) is not { } value)
                {
                    return false;
                }

                fields.Add(($"{id}.{rest[..equals]}", value));
                rest = rest[(equals + 2 + length)..];
            }

            if (rest is not [']', ..])
            {
                return false;
            }

            rest = rest[1..];
        }

        return rest.Length == 0 || rest[0] == ' ';
    }

    /// <summary>Up to the closing quote; null when there is none.</summary>
    private static string? Value(ReadOnlySpan<char> rest, out int length)
    {
        var value = new StringBuilder();
        for (length = 0; length < rest.Length; length++)
        {
            if (rest[length] == '"')
            {
                length++;
                return value.ToString();
            }

            if (rest[length] == '\\' && length + 1 < rest.Length && rest[length + 1] is '"' or '\\' or ']')
            {
                length++;
            }

            value.Append(rest[length]);
        }

        return null;
    }

    // "Mmm dd hh:mm:ss HOST TAG[PID]: TEXT" (RFC 3164 section 4.1); devices leave out the time, the host or the tag.
    private static void Rfc3164(ReadOnlySpan<char> rest, List<(string, string?)> fields)
    {
        const int TimeLength = 15;
        if (rest.Length > TimeLength && rest[TimeLength] == ' '
            && DateTime.TryParseExact(rest[..TimeLength], ["MMM dd HH:mm:ss", "MMM  d HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            fields.Add(("time", rest[..TimeLength].ToString()));
            rest = rest[(TimeLength + 1)..];
            var space = rest.IndexOf(' ');
            if (space > 0 && rest[space - 1] != ':')
            {
                fields.Add(("host", rest[..space].ToString()));
                rest = rest[(space + 1)..];
            }
        }

        // A tag is of letters, digits and a few signs, with or without [PID], and ends with a colon.
        var colon = rest.IndexOf(':');
        if (colon is > 0 and <= 64 && Tag(rest[..colon]) is { } tag)
        {
            fields.Add(("app", tag.Name));
            fields.Add(("procid", tag.ProcessId));
            rest = rest[(colon + 1)..];
        }

        fields.Add(("text", rest.ToString()));
    }

    private static (string Name, string? ProcessId)? Tag(ReadOnlySpan<char> tag)
    {
        string? id = null;
        var bracket = tag.IndexOf('[');
        if (bracket > 0 && tag[^1] == ']')
        {
            id = tag[(bracket + 1)..^1].ToString();
            tag = tag[..bracket];
        }

        foreach (var c in tag)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '/' or '.' or '%'))
            {
                return null;
            }
        }

        return (tag.ToString(), id);
    }
}
