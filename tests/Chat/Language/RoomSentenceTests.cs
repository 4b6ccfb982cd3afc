using System.Text.RegularExpressions;
using TrunkBot.Chat.Language;
using TrunkBot.Diagnostics.Findings;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>What the rooms below the chat say can be said in German: each template has its entry, and none is put together before it gets there.</summary>
public sealed partial class RoomSentenceTests
{
    /// <summary>Written in English on purpose, and why.</summary>
    private static readonly (string File, string Why)[] English =
    [
        ("Chat/Cards/PlanText.cs", "the file of a plan or a journal: a document of record, the same for all who read it"),
        ("Chat/Cards/DryRunText.cs", "the file of a dry run, kept like those of plans"),
        ("Chat/Alerts/AlertDiagnosis.cs", "stored with the alert"),
        ("Chat/Schedules/ScheduledTests.cs", "handed to the followers, who keep it, and stored with the schedule"),
    ];

    /// <summary>Everything below that may be shown in chat.</summary>
    public static IEnumerable<string> Templates =>
    [
        .. RoomSentences.All.Where(s => s.Kind == RoomSentences.Kind.Template && s.Room != "Chat" && Letter().IsMatch(Value().Replace(s.Text, ""))).Select(s => s.Text),
        .. FindingCatalogue.All.SelectMany(f => (string[])[f.Title.Template, f.Fix.Template]),
    ];

    [Fact]
    public void Every_template_below_the_chat_has_its_German() =>
        Assert.Empty(Templates.Distinct(StringComparer.Ordinal).Where(t => !SentenceTests.German.ContainsKey(Localized.NameOf(t))).Order(StringComparer.Ordinal));

    [Fact]
    public void Nothing_is_put_together_before_the_chat_can_translate_it() =>
        Assert.Empty(RoomSentences.All.Where(s => s.Kind == RoomSentences.Kind.Finished && s.Room != "Chat").Select(s => $"{s.File}:{s.Line} {s.Text}"));

    [Fact]
    public void The_chat_writes_sentences_in_the_language_of_who_reads_them() =>
        Assert.Empty(RoomSentences.All
            .Where(s => s.Kind == RoomSentences.Kind.Written && s.Room == "Chat" && !English.Any(e => e.File == s.File))
            .Select(s => $"{s.File}:{s.Line} {s.Text}"));

    [GeneratedRegex(@"\{\d+(:[^}]*)?\}")]
    private static partial Regex Value();

    [GeneratedRegex(@"\p{L}")]
    private static partial Regex Letter();
}
