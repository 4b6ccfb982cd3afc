namespace TrunkBot.Lab.Perimeta.Login;

/// <summary>
/// The SBC's users. They exist for the private sshd alone: the Debian library nss_wrapper shows it account files of the lab's own
/// in place of the system's. Their user id is that of the user who runs the lab, so no privilege is gained.
/// </summary>
internal sealed class Accounts(string directory)
{
    public const string Craft = "defcraft";
    public const string ReadOnly = "defread";

    private const string Library = "libnss_wrapper.so";

    private static readonly EnumerationOptions OneLevelDown = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };

    private string Passwd => Path.Combine(directory, "passwd");

    private string Group => Path.Combine(directory, "group");

    private string Shadow => Path.Combine(directory, "shadow");

    /// <summary>What the sshd must find in its environment to see these accounts.</summary>
    public IReadOnlyDictionary<string, string> Environment() => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = FindLibrary() ?? throw new LabException("the library nss_wrapper is not installed: apt-get install libnss-wrapper"),
        ["NSS_WRAPPER_PASSWD"] = Passwd,
        ["NSS_WRAPPER_GROUP"] = Group,
        ["NSS_WRAPPER_SHADOW"] = Shadow,
    };

    /// <param name="craftPassword">That of <see cref="Craft"/>.</param>
    public async Task WriteAsync(string craftPassword, string readOnlyPassword, CancellationToken cancellationToken)
    {
        var userId = await IdAsync("-u", cancellationToken);
        var groupId = await IdAsync("-g", cancellationToken);

        // sshd itself drops to the account "sshd" before login; its home is compiled in.
        ExclusiveFile.Replace(Passwd, $"""
            {Craft}:x:{userId}:{groupId}:TrunkBot lab:{directory}:/bin/sh
            {ReadOnly}:x:{userId}:{groupId}:TrunkBot lab:{directory}:/bin/sh
            sshd:x:65533:65534::{PrivateSshd.PrivilegeSeparationDirectory}:/usr/sbin/nologin

            """);
        ExclusiveFile.Replace(Group, $"lab:x:{groupId}:\nnogroup:x:65534:\n");
        ExclusiveFile.Replace(Shadow, $"""
            {Craft}:{await HashAsync(craftPassword, cancellationToken)}:19000:0:99999:7:::
            {ReadOnly}:{await HashAsync(readOnlyPassword, cancellationToken)}:19000:0:99999:7:::

            """);
    }

    public static async Task<bool> RunsAsRootAsync(CancellationToken cancellationToken) => await IdAsync("-u", cancellationToken) == "0";

    // Debian keeps it under the machine's name (/usr/lib/x86_64-linux-gnu). It is looked for and not loaded: it must not wrap this process.
    private static string? FindLibrary() => new[] { "/usr/lib", "/usr/lib64" }
        .Where(Directory.Exists)
        .SelectMany(root => Directory.EnumerateFiles(root, Library, OneLevelDown))
        .FirstOrDefault();

    private static async Task<string> IdAsync(string which, CancellationToken cancellationToken) =>
        (await Tool.RunAsync("id", [which], "", cancellationToken)).Trim();

    private static async Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        (await Tool.RunAsync("openssl", ["passwd", "-6", "-stdin"], password + "\n", cancellationToken)).Trim();
}
