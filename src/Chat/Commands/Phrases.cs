namespace TrunkBot.Chat.Commands;

/// <summary>One way in which people say a command in their own words.</summary>
/// <param name="Said">
/// Words that must come in this order: <c>a|b</c> one of several, <c>[a]</c> may be left out, <c>{x}</c> any one word, which the command gets.
/// </param>
/// <param name="Meant">The command with its arguments.</param>
internal sealed record Phrase(string Said, string Meant);

/// <summary>
/// Natural variants of the commands in one language: data, so that another language is another table. None of them leads to a command that acts by
/// itself, and none is looked at while a dialog waits for an answer.
/// </summary>
/// <param name="Openings">What may stand before anything and means nothing, in the same notation.</param>
/// <param name="Closings">Words that may stand behind anything and mean nothing.</param>
internal sealed record Phrases(string Language, IReadOnlyList<string> Openings, IReadOnlyList<string> Closings, IReadOnlyList<Phrase> All)
{
    public static Phrases English { get; } = new(
        "en",
        ["please", "[hey|hi|hello] trunkbot", "can|could|would|will you [please]", "i want|need to", "i would like to", "let us|me"],
        ["please", "thanks", "now"],
        [
            new("how are|is things|everything|all [the] [trunks] [doing]", "status"),
            new("how are [the|all] [the] trunks [doing]", "status"),
            new("how is|are|does [the] [trunk] {name} [doing|do]", "status {name}"),
            new("how's|hows [the] [trunk] {name} [doing]", "status {name}"),
            new("[what|what's|whats|show|give|tell] [is|me] [the] status|state|health of [the] [trunk] {name}", "status {name}"),
            new("[show] [me] [the] status|state|health of everything|all [the] [trunks]", "status"),
            new("is [the] [trunk] {name} [still] up|ok|okay|down|alive|working|healthy|fine", "status {name}"),
            new("show|list [me] [all] [the|my|our] trunks", "list"),
            new("what|which trunks are there", "list"),
            new("what|which trunks do we have", "list"),
            new("who am i", "whoami"),
            new("what may|can i approve|do", "whoami"),
            new("create|add|make|setup|build [me] [a|an|another|the] [new] trunk", "new trunk"),
            new("set up [a|an|another|the] [new] trunk", "new trunk"),
            new("i|we want|need [a|an|another] [new] trunk", "new trunk"),
            new("check|troubleshoot|examine [the] [trunk] {name}", "diagnose {name}"),
            new("what|what's|whats [is] wrong with [the] [trunk] {name}", "diagnose {name}"),
            new("why is [the] [trunk] {name} down|broken", "diagnose {name}"),
            new("[run|make|place|do] [a] test call [of|on|to|through|over|for] [the] [trunk] {name}", "test {name}"),
            new("[show] [me] [all] [the] open changes", "changes"),
            new("show|list [me] [all] [the] [open] changes", "changes"),
            new("what|which changes are open", "changes"),
            new("show [me] [the] plan of|for {change}", "plan {change}"),
            new("show [me] [the] journal of|for {change}", "journal {change}"),
            new("where would|does|will|do [a|the] [call|calls] [to] [number] {number} go|route [to]", "route {number}"),
            new("how is|are|would [a|the] [call|calls] [to] [number] {number} [be] routed", "route {number}"),
            new("[show] [me] [the] route of|for|to {number}", "route {number}"),
            new("what can|do you do", "help"),
            new("what can i say|ask|do", "help"),
        ]);

    /// <summary>For what only looks.</summary>
    public static Phrases German { get; } = new(
        "de",
        ["bitte", "[hey|hi|hallo] trunkbot"],
        ["bitte", "danke"],
        [
            new("wie geht|gehts [es] allen|den trunks", "status"),
            new("wie geht|gehts [es] [dem] [trunk] {name}", "status {name}"),
            new("wie steht es um [den] [trunk] {name}", "status {name}"),
            new("[zeig|zeige] [mir] [den] status|zustand von|des|vom [trunk] {name}", "status {name}"),
            new("was ist mit [dem] [trunk] {name}", "status {name}"),
            new("läuft [der] [trunk] {name}", "status {name}"),
            new("welche trunks gibt es", "list"),
            new("welche trunks haben wir", "list"),
            new("zeig|zeige [mir] alle|die trunks", "list"),
            new("wohin ginge|geht|würde [ein|der] [anruf] [an|zu] {nummer} [gehen]", "route {nummer}"),
            new("wer bin ich", "whoami"),
            new("welche änderungen sind offen", "changes"),
            new("hilfe", "help"),
            new("was kannst du", "help"),
        ]);

    /// <summary>Those of every language: what somebody types is understood whatever language they hear.</summary>
    public static Phrases Every { get; } = new(
        "", [.. English.Openings, .. German.Openings], [.. English.Closings, .. German.Closings], [.. English.All, .. German.All]);

    /// <summary>Index behind the words that match the whole pattern from one of them on; null when they do not.</summary>
    public static int? EndOf(string pattern, IReadOnlyList<string> words, int from) =>
        Match(pattern.Split(' '), 0, words, from, new Dictionary<string, string>(StringComparer.Ordinal), wholeText: false)?.End;

    /// <summary>What stood for the names of a pattern that the words match as a whole; null when they do not.</summary>
    public static IReadOnlyDictionary<string, string>? MatchAll(string pattern, IReadOnlyList<string> words) =>
        Match(pattern.Split(' '), 0, words, 0, new Dictionary<string, string>(StringComparer.Ordinal), wholeText: true)?.Names;

    private static (int End, IReadOnlyDictionary<string, string> Names)? Match(
        string[] pattern, int at, IReadOnlyList<string> words, int word, Dictionary<string, string> names, bool wholeText)
    {
        if (at == pattern.Length)
        {
            return wholeText && word < words.Count ? null : (word, names);
        }

        var part = pattern[at];
        var isOptional = part[0] == '[';
        part = part.Trim('[', ']');
        if (word < words.Count && (part[0] == '{' ? words[word].Length > 0 : part.Split('|').Contains(words[word], StringComparer.OrdinalIgnoreCase)))
        {
            var then = part[0] == '{' ? new Dictionary<string, string>(names, StringComparer.Ordinal) { [part] = words[word] } : names;
            if (Match(pattern, at + 1, words, word + 1, then, wholeText) is { } rest)
            {
                return rest;
            }
        }

        return isOptional ? Match(pattern, at + 1, words, word, names, wholeText) : null;
    }
}
