namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>
/// The running configuration on disk. Every change is read, made and written under one lock, so two sessions cannot lose each
/// other's lines, and replaces the file in one rename, so a reader without the lock never sees half of it.
/// </summary>
internal sealed class ConfigFile(string dataDirectory)
{
    private readonly string _path = Path.Combine(dataDirectory, "perimeta", "running.config");

    public RunningConfig Read() => RunningConfig.Parse(Text());

    public string Text() => File.ReadAllText(_path);

    /// <summary>Replaces the text, whatever the CLI would say to it.</summary>
    public void Rewrite(Func<string, string> edit)
    {
        using var turn = ExclusiveFile.Take(_path + ".lock");
        ExclusiveFile.Replace(_path, edit(Text()));
    }

    /// <summary>Applies one line and writes at once: there is no commit.</summary>
    public Edit Apply(IReadOnlyList<string> path, string line)
    {
        using var turn = ExclusiveFile.Take(_path + ".lock");
        var config = Read();
        var edit = Editor.Apply(config, path, line);
        if (edit.Changed)
        {
            ExclusiveFile.Replace(_path, RunningConfig.Print(config.Root));
        }

        return edit;
    }

    /// <summary>Writes the configuration that the lab is delivered with.</summary>
    /// <param name="again">False leaves an existing file alone.</param>
    public void Lay(bool again)
    {
        using var turn = ExclusiveFile.Take(_path + ".lock");
        if (again || !File.Exists(_path))
        {
            ExclusiveFile.Replace(_path, FactoryConfig.Text);
        }
    }
}
