using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using TrunkBot.Perimeta.Planning;

namespace TrunkBot.Perimeta.Dialects;

/// <summary>A dialect file that can't be used: which file, where in it and why.</summary>
public sealed class DialectFormatException(string file, long? line, string reason, Exception? inner = null)
    : FormatException(line is null ? $"{file}: {reason}" : $"{file}, line {line}: {reason}", inner)
{
    public string File { get; } = file;

    /// <summary>From 1; null when no line can be named.</summary>
    public long? Line { get; } = line;

    public string Reason { get; } = reason;
}

/// <summary>Reads dialects from JSON: unknown members are refused, patterns are compiled, limits are checked.</summary>
public static class DialectFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new PatternConverter() },
    };

    /// <param name="file">Name for error messages.</param>
    /// <exception cref="DialectFormatException">The text is no dialect.</exception>
    public static Dialect Read(string file, string json)
    {
        try
        {
            var dialect = JsonSerializer.Deserialize<Dialect>(json, Json) ?? throw new DialectFormatException(file, 1, "the file is empty");
            Check(file, dialect);
            return dialect;
        }
        catch (JsonException e)
        {
            throw new DialectFormatException(file, e.LineNumber + 1, e.Message.Split(" Path:")[0], e);
        }
    }

    private static void Check(string file, Dialect dialect)
    {
        var wrong = new List<ValidationResult>();
        Validator.TryValidateObject(dialect.Limits, new ValidationContext(dialect.Limits), wrong, validateAllProperties: true);
        var reason = wrong.FirstOrDefault()?.ErrorMessage
            ?? (dialect.Prompt is { } prompt && !prompt.GetGroupNames().Contains("host") ? "prompt has no group named host" : null)
            ?? (dialect.Words.Leave.Length == 0 ? "words.leave is empty: configuration could not be left" : null)
            ?? DescriptionLine.Fault(dialect)
            ?? Lines(dialect).Where(line => !Session.CliLine.IsSafe(line)).Select(line => $"\"{Session.CliLine.Printable(line)}\" holds a control character").FirstOrDefault();
        if (reason is not null)
        {
            throw new DialectFormatException(file, null, reason);
        }
    }

    private static IEnumerable<string> Lines(Dialect dialect) => new[]
    {
        dialect.Menu.Choice, dialect.Pager.Off, dialect.Pager.Key, dialect.Words.Enter, dialect.Words.Leave, dialect.Words.Save,
        dialect.Show.Whole, dialect.Show.Here, dialect.Show.Include,
    }.OfType<string>();

    private sealed class PatternConverter : JsonConverter<Regex>
    {
        public override Regex Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                // Without backtracking a pattern takes linear time on whatever a device sends.
                return new Regex(reader.GetString() ?? "", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new JsonException($"is no usable pattern: {e.Message}", e);
            }
        }

        public override void Write(Utf8JsonWriter writer, Regex value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
