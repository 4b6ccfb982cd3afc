using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Trunks.Sites;

/// <summary>
/// Names a secret without holding it: <c>secret:denver-perimeta</c>. Plans, cards, logs and the journal hold references only;
/// the value is revealed by <see cref="ISecrets"/> at the moment it is sent.
/// </summary>
[JsonConverter(typeof(SecretReferenceConverter))]
public readonly record struct SecretReference(string Name)
{
    public override string ToString() => $"secret:{Name}";
}

/// <summary>Reveals secrets at the moment they are needed.</summary>
public interface ISecrets
{
    /// <summary>The secret's value.</summary>
    /// <exception cref="SecretNotFoundException">No secret of that name is configured.</exception>
    string Reveal(SecretReference reference);
}

/// <summary>A secret that a site profile names is not configured. Holds the name, never a value.</summary>
public sealed class SecretNotFoundException : Exception
{
    public SecretNotFoundException(SecretReference reference)
        : this(reference, $"{reference} is not configured: set Secrets:{reference.Name} in the environment, in user secrets or in the secrets file")
    {
    }

    private SecretNotFoundException(SecretReference reference, Sentence said)
        : base(said) => (Reference, Said) = (reference, said);

    public SecretReference Reference { get; }

    /// <summary>The message, fit to be said in other languages.</summary>
    public Sentence Said { get; }
}

internal sealed class SecretReferenceConverter : JsonConverter<SecretReference>
{
    private const string Prefix = "secret:";

    public override SecretReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length > Prefix.Length
            ? new SecretReference(text[Prefix.Length..])
            : throw new JsonException("must be a reference of the form \"secret:NAME\"; a secret itself never stands in a site profile");
    }

    public override void Write(Utf8JsonWriter writer, SecretReference value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
