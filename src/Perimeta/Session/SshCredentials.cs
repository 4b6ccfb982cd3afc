using Renci.SshNet;
using Renci.SshNet.Common;
using TrunkBot.Perimeta.Session.Agent;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Session;

/// <summary>What one login shows to a server: a password, a key from a file, or the keys of an agent.</summary>
internal sealed class SshCredentials(SshHop hop, ISecrets secrets) : IDisposable
{
    /// <summary>The name by which ssh_config(5) means the agent of the environment.</summary>
    private const string AgentOfEnvironment = "SSH_AUTH_SOCK";

    private readonly List<IDisposable> _mine = [];
    private bool _answered;

    /// <summary>Null unless the login is by password.</summary>
    /// <exception cref="SbcFailureException">Code <c>sbc-secret-missing</c>.</exception>
    public string? Password() => !hop.ByPassword ? null
        : hop.Password is { } password ? Reveal(password)
        : throw new SbcFailureException(
            "sbc-secret-missing",
            $"{hop.Title} has neither a password nor a key in the site profile.",
            $"Set {hop.Setting}.password, {hop.Setting}.privateKeyFile or {hop.Setting}.identityAgent.");

    /// <param name="interactive">Answer the server's question for the password (RFC 4256) instead of sending it unasked (RFC 4252, section 8).</param>
    /// <exception cref="SbcFailureException">Something that the site profile names can't be used.</exception>
    public AuthenticationMethod Method(bool interactive)
    {
        AuthenticationMethod method = Password() is not { } password ? new PrivateKeyAuthenticationMethod(hop.User, [.. Keys()])
            : interactive ? Interactive(password)
            : new PasswordAuthenticationMethod(hop.User, password);
        _mine.Add((IDisposable)method);
        return method;
    }

    /// <summary>Whether the server saw any of it: a refusal fills what it would take instead.</summary>
    public bool WereShown(AuthenticationMethod method) => _answered || method.AllowedAuthentications is not null;

    public void Dispose() => _mine.ForEach(static mine => mine.Dispose());

    /// <summary>Gives the password to the one question whose answer is not shown; anything else may ask for something that is none.</summary>
    internal static bool AnswerPassword(IReadOnlyList<AuthenticationPrompt> prompts, string password)
    {
        if (prompts.Where(prompt => !prompt.IsEchoed).ToList() is not [var only])
        {
            return false;
        }

        only.Response = password;
        return true;
    }

    private KeyboardInteractiveAuthenticationMethod Interactive(string password)
    {
        // A question that comes again means that the password was wrong: it is not given twice.
        var method = new KeyboardInteractiveAuthenticationMethod(hop.User);
        method.AuthenticationPrompt += (_, asked) => _answered |= !_answered && AnswerPassword(asked.Prompts, password);
        return method;
    }

    private IReadOnlyList<IPrivateKeySource> Keys()
    {
        if (hop.PrivateKeyFile is not { } path)
        {
            return AgentKeys();
        }

        var passphrase = hop.PrivateKeyPassphrase is { } reference ? Reveal(reference) : null;
        try
        {
            var key = new PrivateKeyFile(path, passphrase);
            _mine.Add(key);
            return [key];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SshException or NotSupportedException or InvalidOperationException)
        {
            throw new SbcFailureException(
                "sbc-private-key-unusable",
                e is SshPassPhraseNullOrEmptyException
                    ? Sentence.Of($"The private key {path} is encrypted, and {hop.Setting}.privateKeyPassphrase is not set.")
                    : passphrase is not null ? Sentence.Of($"The private key {path} can't be read, or its passphrase does not open it.") : $"The private key {path} can't be read.",
                $"Check the file, its permissions and {hop.Setting}.privateKeyPassphrase.",
                e);
        }
    }

    private IReadOnlyList<IPrivateKeySource> AgentKeys()
    {
        var socket = hop.IdentityAgent == AgentOfEnvironment ? Environment.GetEnvironmentVariable(AgentOfEnvironment) : hop.IdentityAgent;
        if (string.IsNullOrEmpty(socket))
        {
            throw Unusable($"the environment variable {AgentOfEnvironment} is not set");
        }

        var agent = new SshAgent(socket);
        try
        {
            var held = agent.Identities();
            var usable = held.Where(identity => AgentKey.CanUse(identity) && (hop.IdentityFingerprint ?? identity.Fingerprint) == identity.Fingerprint).ToList();
            return usable.Count > 0
                ? [.. usable.Select(identity => new AgentKey(agent, identity))]
                : throw Unusable(held.Count == 0 ? "it holds no key" : $"none of its keys is the wanted one; it holds {string.Join(", ", held.Select(identity => $"{identity.Fingerprint} ({CliLine.Printable(identity.Type)})"))}");
        }
        catch (AgentException e)
        {
            throw Unusable(e.Message, e);
        }
    }

    private SbcFailureException Unusable(string reason, Exception? inner = null) => new(
        "sbc-agent-unusable",
        $"The ssh-agent for {hop.Host} ({hop.Setting}.identityAgent is {hop.IdentityAgent}) can't be used: {reason}.",
        "Start the agent as the bot's user, or add the key with ssh-add; compare with ssh-add -l.",
        inner);

    private string Reveal(SecretReference reference)
    {
        try
        {
            return secrets.Reveal(reference);
        }
        catch (SecretNotFoundException e)
        {
            throw new SbcFailureException("sbc-secret-missing", $"{e.Said}.", "Configure the secret, then try again.", e);
        }
    }
}
