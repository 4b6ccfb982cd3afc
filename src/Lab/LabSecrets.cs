using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TrunkBot.Lab;

/// <summary>
/// The lab's passwords: random, made at first start, in <c>secrets.json</c> (mode 0600) in a shape that the bot's configuration
/// can overlay: <c>{"Secrets":{"lab-perimeta":"..."}}</c>.
/// </summary>
public sealed class LabSecrets
{
    public const string Perimeta = "lab-perimeta";

    /// <summary>The SBC user <c>defread</c>, who may look and not touch.</summary>
    public const string PerimetaReadOnly = "lab-perimeta-read-only";

    public const string MetaView = "lab-metaview";
    public const string Twilio = "lab-twilio";
    public const string Subscriber = "lab-subscriber";

    private static readonly string[] Names = [Perimeta, PerimetaReadOnly, MetaView, Twilio, Subscriber];

    private readonly Dictionary<string, string> _values;

    private LabSecrets(Dictionary<string, string> values) => _values = values;

    public string this[string name] => _values[name];

    /// <summary>Reads the file, and adds what is missing from it.</summary>
    public static LabSecrets Open(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "secrets.json");
        var values = File.Exists(path) ? Read(path) : [];
        var missing = Names.Where(name => !values.ContainsKey(name)).ToList();
        foreach (var name in missing)
        {
            // 32 hexadecimal digits: as long as a Twilio auth token, and safe in every file and header.
            values[name] = RandomNumberGenerator.GetHexString(32, lowercase: true);
        }

        if (missing.Count > 0)
        {
            ExclusiveFile.Replace(path, Print(values));
        }

        return new LabSecrets(values);
    }

    private static Dictionary<string, string> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty("Secrets").EnumerateObject().ToDictionary(secret => secret.Name, secret => secret.Value.GetString()!);
    }

    private static string Print(Dictionary<string, string> values)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("Secrets");
            foreach (var (name, value) in values)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
