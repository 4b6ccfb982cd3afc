using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TrunkBot.Chat.Language;

/// <summary>An interpolated string that is not yet put together, so that it can be said in another language; the compiler makes it.</summary>
[InterpolatedStringHandler]
public ref struct Sentence(int literalLength, int formattedCount)
{
    private readonly StringBuilder key = new(literalLength + 4 * formattedCount);
    private readonly object?[] values = new object?[formattedCount];
    private int count;

    /// <summary>With its values as <c>{0}</c>, <c>{1}</c>: the key of its entry.</summary>
    internal readonly string English => key.ToString();

    public readonly void AppendLiteral(string literal) => key.Append(literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <param name="format">Format of the value, such as <c>0.0</c>.</param>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        key.Append('{').Append(count);
        if (format is not null)
        {
            key.Append(':').Append(format);
        }

        key.Append('}');
        values[count++] = value;
    }

    internal readonly string Write(string sentence) => string.Format(CultureInfo.InvariantCulture, sentence, values);
}
