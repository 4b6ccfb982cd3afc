using TrunkBot.Trunks.Sites;

namespace TrunkBot.Secrets;

/// <summary>Reveals secrets from configuration: <c>Secrets:NAME</c> in the environment, in user secrets or in the secrets file.</summary>
public sealed class ConfiguredSecrets(IConfiguration configuration) : ISecrets
{
    public string Reveal(SecretReference reference) =>
        configuration[$"Secrets:{reference.Name}"] is { Length: > 0 } value
            ? value
            : throw new SecretNotFoundException(reference);
}
