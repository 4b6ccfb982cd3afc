using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace TrunkBot.Perimeta.Session.Agent;

/// <summary>A key that an agent holds.</summary>
/// <param name="Blob">The public key as it goes over the wire (RFC 4253, section 6.6).</param>
internal sealed record AgentIdentity(byte[] Blob, string Comment)
{
    public string Type => new WireReader(Blob).Text();

    public string Fingerprint => HostKeys.Fingerprint(Blob);
}

/// <summary>The agent can't be reached, refuses, or answers what is no answer.</summary>
internal sealed class AgentException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>
/// Asks an ssh-agent for its keys and for signatures, over its Unix socket (draft-ietf-sshm-ssh-agent; the messages are those of
/// draft-miller-ssh-agent). Private keys stay with the agent. One connection for each question, as the agent allows.
/// </summary>
internal sealed class SshAgent(string socketPath)
{
    private const byte Failure = 5;
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    /// <summary>The longest answer that OpenSSH's own agent gives.</summary>
    private const int Longest = 256 * 1024;

    /// <summary>Long enough for a person who confirms a signature (ssh-add -c).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="AgentException">The agent can't be reached or does not answer.</exception>
    public IReadOnlyList<AgentIdentity> Identities()
    {
        var answer = new WireReader(Ask([RequestIdentities], IdentitiesAnswer));
        var count = answer.Number();
        var identities = new List<AgentIdentity>();
        for (var at = 0U; at < count; at++)
        {
            identities.Add(new AgentIdentity(answer.Bytes(), answer.Text()));
        }

        return identities;
    }

    /// <param name="flags">Which hash an RSA key signs with: <see cref="AgentSignature"/>.</param>
    /// <returns>The signature with the name of its algorithm, as SSH_MSG_USERAUTH_REQUEST carries it (RFC 4252, section 7).</returns>
    /// <exception cref="AgentException">The agent does not sign: it is locked, the key is gone, or a person refused.</exception>
    public byte[] Sign(byte[] blob, byte[] data, uint flags)
    {
        using var request = new MemoryStream();
        request.WriteByte(SignRequest);
        WriteBytes(request, blob);
        WriteBytes(request, data);
        WriteNumber(request, flags);
        return new WireReader(Ask(request.ToArray(), SignResponse)).Bytes();
    }

    private byte[] Ask(byte[] request, byte expected)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            {
                SendTimeout = (int)Patience.TotalMilliseconds,
                ReceiveTimeout = (int)Patience.TotalMilliseconds,
            };
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            using var stream = new NetworkStream(socket);
            using var framed = new MemoryStream();
            WriteBytes(framed, request);
            stream.Write(framed.ToArray());

            var head = new byte[sizeof(uint)];
            stream.ReadExactly(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length is 0 or > Longest)
            {
                throw new AgentException($"it announced an answer of {length} bytes");
            }

            var answer = new byte[length];
            stream.ReadExactly(answer);
            return answer[0] == expected ? answer[1..]
                : throw new AgentException(answer[0] == Failure ? "it refused" : $"it answered with message {answer[0]} where {expected} was expected");
        }
        catch (Exception e) when (e is IOException or SocketException or ArgumentException)
        {
            throw new AgentException(e.Message, e);
        }
    }

    private static void WriteBytes(Stream stream, byte[] bytes)
    {
        WriteNumber(stream, (uint)bytes.Length);
        stream.Write(bytes);
    }

    private static void WriteNumber(Stream stream, uint number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        stream.Write(bytes);
    }
}

/// <summary>Reads the data types of RFC 4251, section 5.</summary>
internal sealed class WireReader(byte[] bytes)
{
    private int _at;

    /// <exception cref="AgentException">The message ends before.</exception>
    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    /// <exception cref="AgentException">The message ends before.</exception>
    public byte[] Bytes() => Take(Number()).ToArray();

    /// <exception cref="AgentException">The message ends before.</exception>
    public string Text() => Encoding.UTF8.GetString(Take(Number()));

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > bytes.Length - _at)
        {
            throw new AgentException("its message is cut off");
        }

        var taken = bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }
}
