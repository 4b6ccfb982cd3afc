using System.Text;
using System.Text.Json;

namespace TrunkBot.Lab.Control;

/// <summary>A disturbance that a test has asked for.</summary>
/// <param name="Kind">One of <see cref="Faults.Kinds"/>.</param>
/// <param name="Text">What it applies to; its meaning depends on the kind.</param>
internal sealed record Fault(string Kind, string Text);

/// <summary>
/// The disturbances that are switched on, on disk because CLI sessions are processes of their own.
/// </summary>
internal sealed class Faults(string dataDirectory)
{
    /// <summary>Every kind, with what it does and what its text means.</summary>
    public static readonly IReadOnlyDictionary<string, string> Kinds = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["refuse-line"] = "SBC: the next line that contains the text is refused",
        ["drop-connection-at"] = "SBC: the connection is cut when the next line that contains the text arrives; the line has no effect",
        ["drop-connection-after"] = "SBC: the connection is cut after the next line that contains the text took effect, unanswered",
        ["hang-at"] = "SBC: the session never answers the next line that contains the text; the line has no effect",
        ["hang-after"] = "SBC: the session never answers the next line that contains the text; the line took effect",
        ["slow"] = "SBC: every line is answered after so many milliseconds",
        ["banner"] = "SBC: the text is shown before the greeting",
        ["lose-answer"] = "MetaView: the next update whose request contains the text is applied, then the connection is cut",
        ["stale-sequence"] = "MetaView: the next update whose request contains the text is refused as out of date",
        ["status-unsupported"] = "MetaView: the Status and Alarms groups are not answered; the text is not used",
        [Conditions.OptionsUnanswered] = "MetaView: bindings whose name contains the text stay in alarm",
        ["odd-prefixes"] = "MetaView: answers use other namespace prefixes; the text is not used",
        ["extra-fields"] = "MetaView: a pulled binding holds one more element, whose name is the text",
        ["wrap-at-65535"] = "MetaView: every stored sequence number counts as 65535, so the next update must carry 1; the text is not used",
        [Conditions.MetaViewDown] = "MetaView: every connection is cut before it is answered; the text is not used",
        [Conditions.NoRights] = "MetaView: every request is refused for want of rights; the text is not used",
        [Conditions.OtherClientWrites] = "MetaView: somebody else writes bindings whose name contains the text, once before every pull",
        [Conditions.KeyRevoked] = "Twilio: the API key is not taken any more; the text is not used",
        [Conditions.CallerNotVerified] = "Twilio: the calling number is not verified (32204); the text is not used",
        [Conditions.CallerInvalid] = "Twilio: the calling number is none (32206); the text is not used",
        [Conditions.CallsPerSecondUsed] = "Twilio: the trunk's calls per second are used up by others (32001); the text is not used",
        [Conditions.EdgeDown] = "world: nothing answers at the edge whose name the text is",
        [Conditions.DnsFails] = "world: the names of the edge whose name the text is are not found",
        [Conditions.DnsAdds] = "world: the names of an edge also have another address; the text is EDGE ADDRESS",
        [Conditions.RingsLate] = "world: the called side rings so many seconds late",
        [Conditions.AcknowledgementsLost] = "world: no ACK arrives; the text is not used",
        [Conditions.FarEndCodecs] = "world: the called side speaks nothing but the codec whose name the text is",
        [Conditions.SoundLostOut] = "world: no RTP of the caller arrives; the text is not used",
        [Conditions.SoundLostIn] = "world: no RTP of the called side arrives, its RTCP does; the text is not used",
        [Conditions.SoundBlocked] = "world: neither RTP nor RTCP of the called side arrives; the text is not used",
        [Conditions.SoundLoss] = "world: so many percent of the called side's RTP are lost",
        [Conditions.SoundJitter] = "world: the called side's RTP comes with so many milliseconds of jitter (RFC 3550)",
    };

    private readonly string _path = Path.Combine(dataDirectory, "faults.json");

    public IReadOnlyList<Fault> All()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
        return [.. document.RootElement.EnumerateArray().Select(fault => new Fault(fault.GetProperty("kind").GetString()!, fault.GetProperty("text").GetString()!))];
    }

    /// <summary>The text of a lasting fault, or null when it is off.</summary>
    public string? Lasting(string kind) => All().LastOrDefault(fault => fault.Kind == kind)?.Text;

    public void Add(Fault fault)
    {
        using var turn = ExclusiveFile.Take(_path + ".lock");
        Write([.. All(), fault]);
    }

    /// <summary>Takes a fault that happens once, if one of the kind fits the line.</summary>
    public bool Consume(string kind, string line)
    {
        // Most lines meet no fault: look before taking the lock.
        if (!All().Any(Fits))
        {
            return false;
        }

        using var turn = ExclusiveFile.Take(_path + ".lock");
        var all = All().ToList();
        var found = all.FindIndex(Fits);
        if (found < 0)
        {
            return false;
        }

        all.RemoveAt(found);
        Write(all);
        return true;

        bool Fits(Fault fault) => fault.Kind == kind && line.Contains(fault.Text, StringComparison.Ordinal);
    }

    public void Clear()
    {
        using var turn = ExclusiveFile.Take(_path + ".lock");
        Write([]);
    }

    private void Write(IReadOnlyList<Fault> faults)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var fault in faults)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", fault.Kind);
                writer.WriteString("text", fault.Text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        ExclusiveFile.Replace(_path, Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
