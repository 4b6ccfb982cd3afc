namespace TrunkBot.Lab;

/// <summary>Files that several processes of the lab (host and CLI sessions) change.</summary>
internal static class ExclusiveFile
{
    /// <summary>Waits until no other process holds the lock file; disposing the result gives it back.</summary>
    public static FileStream Take(string lockPath)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(lockPath)!);
        var spin = default(SpinWait);
        while (true)
        {
            try
            {
                return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (File.Exists(lockPath))
            {
                spin.SpinOnce();
            }
        }
    }

    /// <summary>Puts new content in place of the old in one rename; only the owner may read it.</summary>
    public static void Replace(string path, string content)
    {
        var fresh = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(fresh, options))
        using (var writer = new StreamWriter(stream))
        {
            writer.Write(content);
        }

        File.Move(fresh, path, overwrite: true);
    }
}
