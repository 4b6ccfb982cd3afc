namespace TrunkBot.Perimeta.Configuration;

/// <summary>Something odd in a configuration text that a person should look at.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Code">Stable code, such as <c>sbc-config-misspelled</c>.</param>
public sealed record ConfigDiagnostic(int Line, string Code, string Sentence);

/// <summary>A configuration text as a tree; the lines of its nodes one after another are the text, character for character.</summary>
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
}
