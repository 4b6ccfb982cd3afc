namespace TrunkBot.Chat.Templates;

/// <summary>A card template cannot be expanded with its data; the message names the file and the place in it.</summary>
/// <param name="file">Template file.</param>
/// <param name="path">Place in the template, such as <c>body[2].text</c>.</param>
public sealed class TemplateException(string file, string path, string reason)
    : Exception($"{file}, {(path.Length == 0 ? "top" : path)}: {reason}")
{
    public string File { get; } = file;

    public string Path { get; } = path;
}

/// <summary>An expression is wrong or wants something that the data does not hold. The expander adds file and place.</summary>
internal sealed class ExpressionException(string message) : Exception(message);
