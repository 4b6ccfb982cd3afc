namespace TrunkBot.Lab.Tests;

/// <summary>A data directory of one test's own, removed afterwards.</summary>
internal sealed class LabFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("trunkbot-lab-").FullName;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Read(params string[] parts) => System.IO.File.ReadAllText(File(parts));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
