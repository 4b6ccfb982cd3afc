using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Teams.Activities;

namespace TrunkBot.Teams.Cards;

/// <summary>A person who is named so that Teams notifies them.</summary>
/// <param name="Text">As it stands in the text, and the same in the entity: <c>&lt;at&gt;Ana Ortiz&lt;/at&gt;</c>.</param>
/// <param name="Id">The channel's own id or the Entra object id.</param>
/// <param name="Name">What stands between the tags.</param>
internal sealed record Mention(string Text, string Id, string Name)
{
    public JsonObject ToJson() => new()
    {
        ["type"] = "mention",
        ["text"] = Text,
        ["mentioned"] = new JsonObject { ["id"] = Id, ["name"] = Name },
    };
}

/// <summary>Makes mentions of people whose names are whatever they like.</summary>
internal static class Mentions
{
    private const int LongestName = 60;

    /// <summary>One for each person. Teams tells them apart by their text, so that namesakes are numbered.</summary>
    public static IReadOnlyList<Mention> Of(IReadOnlyList<ChannelAccount> people)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var mentions = new List<Mention>();
        foreach (var person in people.Where(p => p.Id is { Length: > 0 }).DistinctBy(p => p.Id, StringComparer.Ordinal))
        {
            var name = Tame(person.Name);
            for (var n = 2; !taken.Add(name); n++)
            {
                name = $"{Tame(person.Name)} {n.ToString(CultureInfo.InvariantCulture)}";
            }

            mentions.Add(new($"<at>{name}</at>", person.Id!, name));
        }

        return mentions;
    }

    /// <summary>Only what can neither end the tag nor be read as Markdown: letters, digits, blanks, and what real names have between them.</summary>
    private static string Tame(string? name)
    {
        var tame = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            if (tame.Length >= LongestName)
            {
                break;
            }

            if (Rune.IsLetterOrDigit(rune) || rune.Value is '\'' or '’' or '-' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                tame.Append(rune);
            }
            else if (tame.Length > 0 && tame[^1] != ' ')
            {
                tame.Append(' ');
            }
        }

        return tame.ToString().Trim(' ', '-') is { Length: > 0 } shown ? shown : "somebody";
    }
}
