using System.Text;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>Something odd in a configuration text that a person should look at.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Code">Stable code, such as <c>sbc-config-misspelled</c>.</param>
public sealed record ConfigDiagnostic(int Line, string Code, string Sentence);

/// <summary>A configuration text as a tree. Written back it is the same text, character for character.</summary>
public sealed class ConfigTree
{
    internal ConfigTree(ConfigNode root, IReadOnlyList<ConfigDiagnostic> diagnostics)
    {
        Root = root;
        Diagnostics = diagnostics;
    }

    public ConfigNode Root { get; }

    /// <summary>What is odd in the text, in the order of its lines.</summary>
    public IReadOnlyList<ConfigDiagnostic> Diagnostics { get; }

    /// <summary>Reads a configuration or a fragment of one. Never fails: what is not understood is kept as it is.</summary>
    public static ConfigTree Read(string text) => ConfigReader.Read(text, KeywordTable.Published);

    /// <summary>The text that was read.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        foreach (var node in Root.Descendants().Where(node => node.Kind != LineKind.Implied))
        {
            text.Append(node.Raw);
        }

        return text.ToString();
    }

    /// <summary>The same configuration in one form: parents written out, two blanks for each level, no blank lines, LF.</summary>
    public string WriteIndented()
    {
        var text = new StringBuilder();
        Write(Root, 0);
        return text.ToString();

        void Write(ConfigNode node, int depth)
        {
            foreach (var child in node.Children.Where(child => child.Kind is not (LineKind.Blank or LineKind.Move)))
            {
                text.Append(' ', depth * 2).Append(child.Text).Append('\n');
                Write(child, depth + 1);
            }
        }
    }
}
