namespace TrunkBot.Perimeta.Dialects;

/// <summary>The dialects that ship with the program and those of a folder of the site's own, which go first.</summary>
public sealed class DialectCatalogue
{
    private const string Prefix = "dialects/";
    private readonly Dictionary<string, Dialect> _dialects = new(StringComparer.Ordinal);

    /// <param name="directory">Folder with <c>NAME.json</c> files; null for none.</param>
    /// <exception cref="DialectFormatException">A file can't be used.</exception>
    public DialectCatalogue(string? directory)
    {
        var assembly = typeof(DialectCatalogue).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Add(name, reader.ReadToEnd());
        }

        foreach (var path in directory is null ? [] : Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal).ToArray())
        {
            Add(path, File.ReadAllText(path));
        }
    }

    public IReadOnlyCollection<string> Names => _dialects.Keys;

    public Dialect? Find(string name) => _dialects.GetValueOrDefault(name);

    private void Add(string file, string json)
    {
        var dialect = DialectFile.Read(file, json);
        _dialects[dialect.Name] = dialect.Name == Path.GetFileNameWithoutExtension(file)
            ? dialect
            : throw new DialectFormatException(file, null, $"the name \"{dialect.Name}\" differs from the file's");
    }
}
