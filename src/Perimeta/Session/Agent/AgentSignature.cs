using Renci.SshNet;
using Renci.SshNet.Security;

namespace TrunkBot.Perimeta.Session.Agent;

/// <summary>Logs in with a key that an agent holds: the agent signs.</summary>
internal sealed class AgentKey(SshAgent agent, AgentIdentity identity) : IPrivateKeySource
{
    /// <summary>RSA by SHA-2 only (RFC 8332); SHA-1 signatures are not made any more.</summary>
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } = identity.Type == AgentSignature.Rsa
        ? [new AgentSignature("rsa-sha2-512", agent, identity, AgentSignature.Sha512), new AgentSignature("rsa-sha2-256", agent, identity, AgentSignature.Sha256)]
        : [new AgentSignature(identity.Type, agent, identity, 0)];

    /// <summary>Whether a key is of a kind that any OpenSSH server takes without more ado (no certificates, no tokens that want to be touched).</summary>
    public static bool CanUse(AgentIdentity identity) =>
        identity.Type is AgentSignature.Rsa or "ssh-ed25519" or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521";
}

/// <summary>One way in which an agent's key signs.</summary>
internal sealed class AgentSignature(string name, SshAgent agent, AgentIdentity identity, uint flags) : HostAlgorithm(name)
{
    public const string Rsa = "ssh-rsa";

    /// <summary>SSH_AGENT_RSA_SHA2_256.</summary>
    public const uint Sha256 = 2;

    /// <summary>SSH_AGENT_RSA_SHA2_512.</summary>
    public const uint Sha512 = 4;

    public override byte[] Data => identity.Blob;

    public override byte[] Sign(byte[] data) => agent.Sign(identity.Blob, data, flags);

    public override bool VerifySignature(byte[] data, byte[] signature) =>
        throw new NotSupportedException("An agent's key is used to log in, never to judge a server.");
}
