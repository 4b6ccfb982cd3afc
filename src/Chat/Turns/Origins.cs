using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Redaction;

namespace TrunkBot.Chat.Turns;

/// <summary>What of a turn the audit keeps: where it came from and what it said, without the value of any secret that a site knows.</summary>
internal sealed class Origins(ISites sites, Redactor redactor)
{
    public Origin Of(Turn turn) => new(turn.Where.Channel, turn.From.Id, turn.Where.ConversationId, turn.Id, Cleaned(Said(turn)));

    private string Cleaned(string text)
    {
        // Cleaned before it is cut: half a secret is a secret too.
        var cleaned = sites.All.Aggregate(text, (said, site) => redactor.For(site).Clean(said));
        return cleaned.Length <= Origin.MostCharacters ? cleaned : cleaned[..Origin.MostCharacters];
    }

    private static string Said(Turn turn) => turn.Kind == TurnKind.Text
        ? turn.Text
        : string.Join(' ', [$"[{turn.Verb}]", .. turn.Data.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{d.Key}={d.Value}")]);
}
