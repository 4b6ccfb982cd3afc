using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

namespace TrunkBot.Trunks.Language;

/// <summary>
/// Something to be said to people: an English template and its values, not yet put together, so that who shows it can say it in another language. The compiler makes it of
/// an interpolated string. Values are only ever inserted: what a device or a person wrote, with braces or without, is never read as a template.
/// </summary>
[InterpolatedStringHandler]
[JsonConverter(typeof(SentenceJson))]
public sealed class Sentence : IEquatable<Sentence>
{
    private readonly StringBuilder template;
    private readonly List<object> values;

    public Sentence(int literalLength, int formattedCount)
    {
        template = new(literalLength + (4 * formattedCount));
        values = new(formattedCount);
    }

    internal Sentence(string template, IEnumerable<object> values)
    {
        this.template = new(template);
        this.values = [.. values];
    }

    /// <summary>With the values as <c>{0}</c>, <c>{1:0.0}</c> and braces of the text doubled; of a sentence without values the text itself. The key of its entry in other languages.</summary>
    public string Template => values.Count == 0 ? Single(template.ToString()) : template.ToString();

    /// <summary>Each a string, written as it is shown, or another sentence.</summary>
    public IReadOnlyList<object> Values => values;

    public bool IsEmpty => template.Length == 0;

    /// <summary>The same sentence; for where the compiler does not see that one is wanted, as in <c>a ? Sentence.Of($"...") : $"..."</c>.</summary>
    public static Sentence Of(Sentence sentence) => sentence;

    /// <summary>One after the other.</summary>
    public static Sentence Joined(string separator, IEnumerable<Sentence> sentences)
    {
        var all = new Sentence(0, 4);
        foreach (var sentence in sentences)
        {
            if (all.values.Count > 0)
            {
                all.AppendLiteral(separator);
            }

            all.AppendFormatted(sentence);
        }

        return all;
    }

    /// <summary>With every value, and text that was finished already, changed; for taking out what may not be shown.</summary>
    public Sentence With(Func<string, string> change) => values.Count == 0
        ? change(Template)
        : new Sentence(Template, values.Select(v => v is Sentence inner ? inner.With(change) : (object)change((string)v)));

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string literal) => template.Append(literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>Called by the compiler. A number or a time is written at once, the same in all languages.</summary>
    /// <param name="format">Format of the value, such as <c>0.0</c>.</param>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        template.Append('{').Append(values.Count);
        if (format is not null)
        {
            template.Append(':').Append(format);
        }

        template.Append('}');
        values.Add(value switch
        {
            Sentence sentence => sentence,
            IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
            _ => value?.ToString() ?? "",
        });
    }

    /// <summary>In the language of <paramref name="translate"/>, which gives the template of a template.</summary>
    public string Write(Func<string, string> translate)
    {
        var said = translate(Template);
        return values.Count == 0 ? said : Filled(said, translate);
    }

    /// <summary>In English.</summary>
    public override string ToString() => Write(english => english);

    /// <summary>Both say the same in English.</summary>
    public bool Equals(Sentence? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Sentence);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(Sentence? one, Sentence? other) => one is null ? other is null : one.Equals(other);

    public static bool operator !=(Sentence? one, Sentence? other) => !(one == other);

    /// <summary>A sentence without values, which may have an entry in other languages. What a device said is a value: <c>$"{text}"</c>.</summary>
    public static implicit operator Sentence(string text)
    {
        var sentence = new Sentence(text.Length, 0);
        sentence.AppendLiteral(text);
        return sentence;
    }

    /// <summary>English, for log, audit, contracts and scripts. What people read in chat goes through the Chat room's <c>Localized</c>.</summary>
    [return: NotNullIfNotNull(nameof(sentence))]
    public static implicit operator string?(Sentence? sentence) => sentence?.ToString();

    private static string Single(string text) => text.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    /// <summary>A value that ends with a full stop takes the one that follows it in the template.</summary>
    private string Filled(string said, Func<string, string> translate)
    {
        var text = new StringBuilder(said.Length + (16 * values.Count));
        for (var i = 0; i < said.Length; i++)
        {
            if (said[i] is '{' or '}' && i + 1 < said.Length && said[i + 1] == said[i])
            {
                text.Append(said[i++]);
            }
            else if (said[i] == '{' && said.IndexOf('}', i) is > 0 and var end)
            {
                var value = IndexOf(said.AsSpan(i + 1, end - i - 1)) is { } index && index < values.Count
                    ? values[index] is Sentence inner ? inner.Write(translate) : (string)values[index]
                    : "";
                text.Append(value);
                i = value.EndsWith('.') && end + 1 < said.Length && said[end + 1] == '.' ? end + 1 : end;
            }
            else
            {
                text.Append(said[i]);
            }
        }

        return text.ToString();
    }

    private static int? IndexOf(ReadOnlySpan<char> hole)
    {
        var colon = hole.IndexOf(':');
        return int.TryParse(colon < 0 ? hole : hole[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }
}
