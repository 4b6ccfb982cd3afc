using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using TrunkBot.Chat.Language;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>Every sentence that the room says has its German, every German entry is said, and nothing is said past the entries.</summary>
public sealed partial class SentenceTests
{
    /// <summary>What a command table or the form's table says is looked up where it is shown.</summary>
    private static IEnumerable<string> Tabled =>
    [
        .. Sentences.All.Where(s => s.Property == "Purpose").Select(s => s.Key),
        .. TrunkParameters.All.SelectMany(p => (string[])[p.Label, p.Hint, p.Restriction]),
    ];

    /// <summary>Strings that look like sentences and are none that people read in their language, or stay English; and why.</summary>
    private static readonly (string File, string Keys, string Why)[] English =
    [
        ("Commands/Phrases.cs", ".*", "what people say, in each language"),
        ("Cards/PlanText.cs", ".*", "the file of a plan or a journal: a document of record, the same for all who read it"),
        ("Cards/DryRunText.cs", ".*", "the file of a dry run, kept like those of plans"),
        ("Commands/StartTime.cs", "yyyy-MM-dd HH:mm|.*\\?<h>.*", "forms of times"),
        ("Places/Followers.cs", ".*", "kept until the quiet hours are over, for readers of several languages"),
        ("Alerts/AlertDesk.cs", "\\{0\\}, trunk .*|.*alert of severity.*", "handed to the followers, who keep it"),
        ("Alerts/HealthDesk.cs", ".*", "handed to the followers, who keep it, and stored with the alert"),
        ("Insights/InsightsWatch.cs", "Voice Insights", "for the log"),
        ("Schedules/ScheduledTests.cs", ".*", "handed to the followers, who keep it, and stored with the schedule, the alert and the audit"),
        ("Schedules/ScheduleCommands.cs", "yyyy-MM-dd HH:mm", "a form of times"),
        ("Alerts/AlertDiagnosis.cs", "Not .*|It failed.*", "stored with the alert"),
        ("People/PeopleBook.cs", "\\{0\\} (to|from) \\{1\\}, .*", "written into the audit"),
        ("Commands/PeopleCommands.cs", "by an admin in chat", "written into the audit"),
        ("Places/PlaceCommands.cs", "\\{0\\}: \\{1\\}; before: .*|the same conversation", "written into the audit"),
        ("Commands/AuditCommands.cs", "from \\{0\\} to before .*", "written into the audit"),
        ("Commands/TrunkCommands.cs", "with a test call", "written into the audit"),
        ("People/PeopleOptions.cs", ".*", "for who keeps the settings"),
        ("Templates/", ".*", "for who writes cards"),
        ("ChatServices.cs", ".*", "for who keeps the settings"),
        ("Cards/PolicyText.cs", "yyyy-MM-dd HH:mm", "a form of times"),
        ("Commands/ApprovalCommands.cs", "yyyy-MM-dd HH:mm", "a form of times"),
        ("Cards/AuditCard.cs", "yyyy-MM-dd HH:mm:ss", "a form of times"),
        ("Cards/CardData.cs", ".*(yyyy|UTC|\\{0:0|\\{0\\} min).*", "numbers and units"),
        ("Cards/FleetCards.cs", "cards of \\{0\\}|request in \\{0\\}", "for the log"),
        ("Commands/FleetCommands.cs", "fleet plan over \\{0\\}|progress of a fleet plan|as planned today|.*(over|at) \\{1\\}.*|Plans .*", "for the log, and the file of the plans: a document of record"),
        ("Cards/ChangeCards.cs", "cards of \\{0\\}", "for the log"),
        ("Dialogs/NewTrunk/TrunkPlanning.cs", "planning of \\{0\\}", "for the log"),
        ("Conversation/ConversationHandler.cs", "turn \\{0\\}", "for the log"),
    ];

    internal static Dictionary<string, string> German { get; } = Entries();

    [Fact]
    public void Every_sentence_has_its_German() =>
        Assert.Empty(Said().Distinct(StringComparer.Ordinal).Where(k => !German.ContainsKey(k)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_German_entry_is_said() =>
        Assert.Empty(German.Keys.Except(Said().Concat(RoomSentenceTests.Templates.Select(Localized.NameOf)), StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Both_have_the_same_values() =>
        Assert.Empty(German.Where(e => !Values(e.Key).SetEquals(Values(e.Value))).Select(e => $"{e.Key} | {e.Value}"));

    [Fact]
    public void Nothing_that_looks_like_a_sentence_is_said_past_the_entries() =>
        Assert.Empty(Sentences.All
            .Where(s => !s.IsLocalized && !s.IsForDevelopers && s.Property is not ("Purpose" or "Example" or "Name" or "Arguments") && LooksLikeSentence(s.Key))
            .Where(s => !English.Any(e => (e.File == s.File || (e.File.EndsWith('/') && s.File.StartsWith(e.File, StringComparison.Ordinal))) && Regex.IsMatch(s.Key, $"^(?:{e.Keys})$", RegexOptions.Singleline)))
            .Select(s => $"{s.File}:{s.Line} {s.Key}"));

    private static IEnumerable<string> Said() => Sentences.All.Where(s => s.IsLocalized).Select(s => s.Key).Concat(Tabled).Select(Localized.NameOf);

    private static HashSet<string> Values(string text) => [.. Value().Matches(text).Select(m => m.Value)];

    private static bool LooksLikeSentence(string key) =>
        Regex.IsMatch(key, "\\p{L}") && ((key.Contains(' ') && char.IsUpper(key.TrimStart()[0])) || Regex.IsMatch(key, "\\p{L}{2,} .*\\p{L}{2,}|\\p{L}\\.$"));

    private static Dictionary<string, string> Entries()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        var resources = new ResourceManager("TrunkBot.Chat.Language.Sentences", typeof(Localized).Assembly)
            .GetResourceSet(CultureInfo.GetCultureInfo("de"), createIfNotExists: true, tryParents: false)!;
        foreach (System.Collections.DictionaryEntry entry in resources)
        {
            all.Add((string)entry.Key, (string)entry.Value!);
        }

        return all;
    }

    [GeneratedRegex(@"\{\d+(:[^}]*)?\}")]
    private static partial Regex Value();
}
