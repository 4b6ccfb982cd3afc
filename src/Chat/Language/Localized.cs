using System.Resources;
using TrunkBot.Chat.People;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Chat.Language;

/// <summary>
/// What the bot says, in the language of those who read it (<see cref="People.Audience"/>). The English sentence stands in the code and is the key, as
/// with gettext; the others are in <c>Sentences.LANGUAGE.resx</c>. What has no entry is said in English.
/// </summary>
public static class Localized
{
    private static readonly ResourceManager Sentences = new("TrunkBot.Chat.Language.Sentences", typeof(Localized).Assembly);

    /// <summary>A sentence without values.</summary>
    public static string Text(string english) => Sentences.GetString(NameOf(english), Audience.Language) ?? english;

    /// <summary>
    /// A sentence with values: <c>Text($"There is no trunk {name}.")</c> has the key <c>There is no trunk {0}.</c> Also what the rooms below say: findings, refusals, what was read
    /// of a system; sentences among the values are said in the same language.
    /// </summary>
    public static string Text(Sentence sentence) => sentence.Write(Text);

    /// <summary>Of the entry. Names that differ by case alone are one to the compiler of resources: "Done" stands at a change, "done" at a step.</summary>
    internal static string NameOf(string english) => english.Length > 0 && char.IsLower(english[0]) ? $"_{english}" : english;
}
