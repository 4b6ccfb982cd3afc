using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TrunkBot.Changes.Plans;

/// <summary>
/// The canonical text of a plan and its hash. People approve the hash, so everything in the plan is in the text:
/// JSON with the keys of every object in ordinal order, without white space, without the hash itself.
/// </summary>
public static class PlanHash
{
    /// <summary>Lower-case hex SHA-256 of the canonical text; the same in every process and on every machine.</summary>
    public static string Of(TrunkPlan plan) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalText(plan))));

    /// <summary>Whether the plan still is what its hash says.</summary>
    public static bool Holds(TrunkPlan plan) => string.Equals(Of(plan), plan.Hash, StringComparison.Ordinal);

    public static string CanonicalText(TrunkPlan plan) => Canonical(plan with { Hash = "" });

    /// <summary>Canonical text of any part of a plan, for comparing two of them.</summary>
    internal static string Canonical<T>(T value)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = PlanJson.Canonical.Encoder }))
        {
            Write(writer, JsonSerializer.SerializeToElement(value, PlanJson.Canonical));
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
