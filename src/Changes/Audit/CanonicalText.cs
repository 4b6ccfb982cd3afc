using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TrunkBot.Changes.Audit;

/// <summary>
/// The one text of a record that its hash is taken of, the same on every machine: a line that names the format, then a line for each field,
/// <c>name:length:value</c> with the length in bytes of UTF-8, <c>name:-</c> for a field without a value. A value may hold line breaks: the length says where it
/// ends. Documented in docs/audit.md for those who check it with a program of their own; never change what a format means.
/// </summary>
public sealed class CanonicalText(string format)
{
    private readonly StringBuilder _text = new StringBuilder(format).Append('\n');

    public CanonicalText Add(string name, string? value)
    {
        _text.Append(name).Append(':');
        _ = value is null ? _text.Append('-') : _text.Append(Encoding.UTF8.GetByteCount(value)).Append(':').Append(value);
        _text.Append('\n');
        return this;
    }

    public CanonicalText Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The time in the coarsest resolution that a database keeps, microseconds, with its offset.</summary>
    public CanonicalText Add(string name, DateTimeOffset value) => Add(name, value.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture));

    /// <summary>Lower-case hex SHA-256 of the text.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text.ToString())));

    public override string ToString() => _text.ToString();

    /// <summary>A time as every database gives it back.</summary>
    public static DateTimeOffset Storable(DateTimeOffset time) => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>A text as every database gives it back: no half of a character, no NUL.</summary>
    public static string Storable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
