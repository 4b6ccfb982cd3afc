namespace TrunkBot.Lab.Perimeta.Login;

/// <summary>The SBC's host keys, the client's pin file for them, and a key with which <c>defcraft</c> may log in.</summary>
/// <param name="directory">Where host keys lie.</param>
internal sealed class Keys(string dataDirectory, string directory)
{
    private static readonly string[] HostKeyTypes = ["ed25519", "rsa"];

    public IEnumerable<string> HostKeys => HostKeyTypes.Select(HostKey);

    public string AuthorizedKeys => Path.Combine(directory, "authorized_keys");

    private string ClientKey => Path.Combine(dataDirectory, "craft_key");

    /// <summary>Makes the keys that are not there yet.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(HostKeyTypes.Select(type => GenerateAsync(HostKey(type), type, cancellationToken)).Append(GenerateAsync(ClientKey, "ed25519", cancellationToken)));
        ExclusiveFile.Replace(AuthorizedKeys, await File.ReadAllTextAsync(ClientKey + ".pub", cancellationToken));
    }

    /// <summary>Writes the known_hosts form: <c>[127.0.0.1]:PORT type key</c>, one line for each host key.</summary>
    public void WriteKnownHosts(int port)
    {
        var lines = HostKeys.Select(key => File.ReadAllText(key + ".pub").Split(' ')).Select(words => $"[127.0.0.1]:{port} {words[0]} {words[1].Trim()}\n");
        ExclusiveFile.Replace(Path.Combine(dataDirectory, "known_hosts"), string.Concat(lines));
    }

    private string HostKey(string type) => Path.Combine(directory, $"host_{type}");

    private static async Task GenerateAsync(string path, string type, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            // A longer RSA key takes the better part of a second to make, and protects nothing here. For Ed25519 the length means nothing.
            await Tool.RunAsync("ssh-keygen", ["-q", "-t", type, "-b", "2048", "-N", "", "-C", "trunkbot-lab", "-f", path], "", cancellationToken);
        }
    }
}
