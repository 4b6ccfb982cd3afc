using System.Text;

namespace TrunkBot.CommandLine;

/// <summary>An argument names something that can't be read.</summary>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A text from a file or standard input, of which the bytes come back as they were: UTF-8, UTF-16 where its mark says so, and otherwise byte by
/// byte, as a terminal's log of another age has them.
/// </summary>
/// <param name="Text">With its byte order mark, if it has one.</param>
internal sealed record InputText(string Text, Encoding Encoding)
{
    /// <summary>A file of this name, or standard input for <c>-</c>.</summary>
    /// <exception cref="InputException">There is no such file, or it can't be read.</exception>
    public static async Task<InputText> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken);
            return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"there is no file \"{name}\"", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"\"{name}\" can't be read: {e.Message}", e);
        }
    }

    public byte[] ToBytes() => Encoding.GetBytes(Text);

    internal static InputText Decode(ReadOnlySpan<byte> bytes)
    {
        Encoding first = bytes switch
        {
            [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
            _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        };
        try
        {
            return new(first.GetString(bytes), first);
        }
        catch (DecoderFallbackException)
        {
            return new(Encoding.Latin1.GetString(bytes), Encoding.Latin1);
        }
    }
}
