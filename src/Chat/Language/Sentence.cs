using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TrunkBot.Chat.Language;

/// <summary>An interpolated string that is not yet put together, so that it can be said in another language; the compiler makes it.</summary>
[InterpolatedStringHandler]
public ref struct Sentence(int literalLength, int formattedCount)
{
    private readonly StringBuilder format = new(literalLength + 4 * formattedCount);
    private readonly object?[] values = new object?[formattedCount];
    private int count;

    /// <summary>With its values as <c>{0}</c>, <c>{1}</c>: the key of its entry.</summary>
    internal readonly string English => format.ToString();

    public readonly void AppendLiteral(string literal) => format.Append(literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <param name="shape">Format of the value, such as <c>0.0</c>.</param>
    public void AppendFormatted<T>(T value, string? shape = null)
    {
        format.Append('{').Append(count);
        if (shape is not null)
        {
            format.Append(':').Append(shape);
        }

        format.Append('}');
        values[count++] = value;
    }

    internal readonly string Write(string sentence) => string.Format(CultureInfo.InvariantCulture, sentence, values);
}
