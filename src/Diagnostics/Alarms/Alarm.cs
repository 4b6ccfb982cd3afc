using System.Text;

namespace TrunkBot.Diagnostics.Alarms;

/// <summary>What a device said by itself, whatever the protocol, as named texts that rules look at. All of it is hostile: anybody who may send may write anything.</summary>
/// <param name="Source"><see cref="Alerts.AlertSources.Syslog"/> or <see cref="Alerts.AlertSources.Snmp"/>.</param>
/// <param name="From">Address of the sender.</param>
/// <param name="At">When it arrived: the device's own clock is a field.</param>
/// <param name="Fields">By name, case ignored; of SNMP, varbinds by their OID. On one line each, without control characters.</param>
public sealed record Alarm(string Source, string From, DateTimeOffset At, IReadOnlyDictionary<string, string> Fields)
{
    private const int LongestField = 2000;
    private const int MostFields = 128;

    /// <summary>The texts as fields: on one line, cut, so many of them; of two with one name the first stands.</summary>
    public static IReadOnlyDictionary<string, string> FieldsOf(IEnumerable<(string Name, string? Value)> all)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in all)
        {
            if (value is not null && fields.Count < MostFields)
            {
                fields.TryAdd(OneLine(name, 200), OneLine(value, LongestField));
            }
        }

        return fields;
    }

    private static string OneLine(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= longest)
            {
                break;
            }

            line.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
        }

        return line.ToString().Trim();
    }
}
