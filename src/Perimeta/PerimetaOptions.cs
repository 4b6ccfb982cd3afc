namespace TrunkBot.Perimeta;

/// <summary>How Perimetas are spoken with, for all sites; what one device says is in its dialect.</summary>
public sealed class PerimetaOptions
{
    public const string Section = "Perimeta";

    /// <summary>Folder with dialect files of the sites' own, NAME.json each (docs/perimeta-dialect.md); empty: only those that ship with the program.</summary>
    public string DialectDirectory { get; set; } = "";
}
