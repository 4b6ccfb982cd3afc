using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace TrunkBot.Perimeta.Dialects;

/// <summary>
/// How one device talks: prompts, menu, error texts, words, commands, time limits. Data, one file per kind of device; what is not
/// published is unset until a site sets it (domain document, section 12). Patterns look at one line without its line end.
/// </summary>
public sealed record Dialect
{
    /// <summary>Name by which a site profile chooses it; equal to the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the values come from, for people.</summary>
    public required string Source { get; init; }

    /// <summary>True when the values are made up for a simulator.</summary>
    public bool Invented { get; init; }

    /// <summary>
    /// A prompt, with groups <c>host</c> and, where a mode is shown, <c>mode</c>. Null: learnt at login by an empty line, taken for a
    /// prompt when it ends in <c>#</c> or <c>&gt;</c>, and believed when it takes the word that enters configuration.
    /// </summary>
    public Regex? Prompt { get; init; }

    public MenuWords Menu { get; init; } = new();

    public PagerWords Pager { get; init; } = new();

    public ModeWords Words { get; init; } = new();

    /// <summary>Lines that mean "refused". Empty: every answer to a configuration line that is no <c>!</c> note counts as a refusal.</summary>
    public IReadOnlyList<Regex> Errors { get; init; } = [];

    /// <summary>
    /// Lines that the device may write at any time, unasked: log messages, alarms. They are recorded and belong to no answer: neither a
    /// refusal nor configuration. Empty: none are known (what a device writes by itself is not published).
    /// </summary>
    public IReadOnlyList<Regex> Notices { get; init; } = [];

    public ShowCommands Show { get; init; } = new();

    public TimeLimits Limits { get; init; } = new();

    /// <summary>
    /// Keywords that may stand several times in an adjacency. Whether <c>remote-address-range</c> may is not published; where it is not
    /// listed here, a second one contradicts the planned one.
    /// </summary>
    public IReadOnlyList<string> Repeatable { get; init; } = [];

    /// <summary>
    /// The line that describes an adjacency, with the holes <c>{ticket}</c> and <c>{trunk}</c>; null: the device has none (no public text has one). It stands once: a
    /// later one takes the place of the one before, and <c>no</c> before the whole line removes it.
    /// </summary>
    public string? AdjacencyDescription { get; init; }

    /// <summary>What the prompt shows in each mode, by the keyword that opens the mode; a mode without an entry is not checked.</summary>
    public IReadOnlyDictionary<string, string> Modes { get; init; } = new Dictionary<string, string>();
}

/// <summary>The menu after login.</summary>
public sealed record MenuWords
{
    /// <summary>Its last line, where it waits; null: not known.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>What enters the CLI (seed article: 1).</summary>
    public string Choice { get; init; } = "1";
}

/// <summary>Paging of long output; whether a device has it is a site setting.</summary>
public sealed record PagerWords
{
    /// <summary>Command that turns it off; null: none is sent.</summary>
    public string? Off { get; init; }

    /// <summary>The line at which it waits; null: there is none.</summary>
    public Regex? More { get; init; }

    /// <summary>Key that shows the next page.</summary>
    public string Key { get; init; } = " ";
}

/// <summary>Words that move between modes (operator scripts).</summary>
public sealed record ModeWords
{
    /// <summary>Enters configuration; empty where login already leads there.</summary>
    public string Enter { get; init; } = "config";

    /// <summary>Leaves configuration altogether; where <see cref="Enter"/> is empty, goes back to its top.</summary>
    public string Leave { get; init; } = "end";

    /// <summary>Saves the configuration after each block of changes; null: lines persist as they are taken (no public script saves).</summary>
    public string? Save { get; init; }
}

/// <summary>Commands that show configuration.</summary>
public sealed record ShowCommands
{
    /// <summary>The whole configuration; null: read mode by mode.</summary>
    public string? Whole { get; init; }

    /// <summary>The mode that is open (operator script).</summary>
    public string Here { get; init; } = "show config here";

    /// <summary>Lines that contain a text, without the text (operator script).</summary>
    public string Include { get; init; } = "show config include";
}

/// <summary>How long to wait.</summary>
public sealed record TimeLimits
{
    [Range(1, 600)]
    public int ConnectSeconds { get; init; } = 15;

    /// <summary>From the first byte after login to the CLI's prompt.</summary>
    [Range(1, 600)]
    public int LoginSeconds { get; init; } = 30;

    /// <summary>From a configuration line to the next prompt.</summary>
    [Range(1, 600)]
    public int LineSeconds { get; init; } = 20;

    /// <summary>From a show command to the next prompt.</summary>
    [Range(1, 3600)]
    public int ShowSeconds { get; init; } = 120;

    /// <summary>Silence after which a login screen is taken as finished.</summary>
    [Range(10, 10000)]
    public int QuietMilliseconds { get; init; } = 500;

    /// <summary>Silence after which a session that nobody uses is closed.</summary>
    [Range(1, 600)]
    public int IdleSeconds { get; init; } = 20;

    /// <summary>How long a password that was refused is not sent again.</summary>
    [Range(60, 86400)]
    public int RefusedLoginSeconds { get; init; } = 3600;

    /// <summary>The longest answer that is taken, in MiB of text.</summary>
    [Range(1, 1024)]
    public int AnswerMebibytes { get; init; } = 256;
}
