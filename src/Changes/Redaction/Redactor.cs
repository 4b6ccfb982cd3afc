using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Redaction;

/// <summary>
/// The last door before anything is stored or shown: replaces the values of a site's secrets by their references. Drivers
/// redact what they know to be secret; this one also finds a secret that a device echoes where nobody expects it.
/// </summary>
public sealed class Redactor(ISecrets secrets)
{
    /// <summary>Redacts with the secrets of one site. Reveals them once, now.</summary>
    public SiteRedaction For(SiteProfile site) => new([.. ReferencesOf(site).SelectMany(Values)]);

    /// <summary>Every secret that a site names.</summary>
    public static IReadOnlyList<SecretReference> ReferencesOf(SiteProfile site)
    {
        SecretReference?[] references =
        [
            site.Perimeta.Password, site.Perimeta.PrivateKeyPassphrase, site.Perimeta.Jump?.Password, site.Perimeta.Jump?.PrivateKeyPassphrase,
            site.Metaswitch.Password, site.Metaswitch.Shadow?.Password, site.Twilio.Secret, site.Tests.Password,
        ];
        return [.. references.OfType<SecretReference>().Distinct()];
    }

    private IEnumerable<(string Value, string Reference)> Values(SecretReference reference)
    {
        string value;
        try
        {
            value = secrets.Reveal(reference);
        }
        catch (SecretNotFoundException)
        {
            // Not configured: there is nothing that could leak. The driver says so when it needs it.
            yield break;
        }

        if (value.Length == 0)
        {
            yield break;
        }

        yield return (value, reference.ToString());
        if (Uri.EscapeDataString(value) is var escaped && escaped != value)
        {
            yield return (escaped, reference.ToString());
        }
    }
}

/// <summary>Replaces the secrets of one site in any text.</summary>
public sealed class SiteRedaction
{
    private readonly IReadOnlyList<(string Value, string Reference)> _secrets;

    internal SiteRedaction(IReadOnlyList<(string Value, string Reference)> secrets) =>
        _secrets = [.. secrets.OrderByDescending(s => s.Value.Length)];

    public string Clean(string text) =>
        _secrets.Aggregate(text, (cleaned, secret) => cleaned.Replace(secret.Value, secret.Reference, StringComparison.Ordinal));

    public Sentence Clean(Sentence said) => said.With(Clean);

    internal IReadOnlyList<SystemSnapshot> Clean(IReadOnlyList<SystemSnapshot> read) => [.. read.Select(s => s with { Content = Clean(s.Content) })];

    internal IReadOnlyDictionary<string, string> Clean(IReadOnlyDictionary<string, string> facts) =>
        facts.ToDictionary(f => f.Key, f => Clean(f.Value), StringComparer.Ordinal);
}
