using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Parameters;

/// <summary>The three short steps in which a trunk is asked for.</summary>
public enum FormStep
{
    WhoAndWhere = 1,
    Addressing = 2,
    RoutingAndNumbers = 3,
}

/// <summary>What kind of field suits a parameter.</summary>
public enum ParameterInput
{
    Text,
    Number,

    /// <summary>One of <see cref="TrunkParameter.Choices"/> or of the site's choices.</summary>
    Choice,

    /// <summary>Several of them, separated by commas.</summary>
    Choices,

    /// <summary><c>yes</c> or <c>no</c>.</summary>
    Toggle,
}

/// <summary>One thing to know about a trunk: how it is asked for, what it may be and where its default comes from.</summary>
public sealed record TrunkParameter
{
    /// <summary>Leaves an optional parameter empty although there is a default for it.</summary>
    public const string None = "none";

    /// <summary>The word in <c>new trunk key=value</c> and in a site profile's defaults.</summary>
    public required string Key { get; init; }

    public required string Label { get; init; }

    /// <summary>What it is for, in one sentence.</summary>
    public required string Hint { get; init; }

    /// <summary>What it may be, in words.</summary>
    public required string Restriction { get; init; }

    public required FormStep Step { get; init; }

    public ParameterInput Input { get; init; } = ParameterInput.Text;

    public bool Optional { get; init; }

    /// <summary>It belongs to one change, not to the trunk: it is not kept with the trunk, and asked for only where the site has a use for it.</summary>
    public bool OfChange { get; init; }

    /// <summary>Whether it holds several values, separated by commas or blanks.</summary>
    public bool Many { get; init; }

    /// <summary>More is refused before it is looked at.</summary>
    public int MostCharacters { get; init; } = 100;

    /// <summary>Fixed choices; empty when the value is free or the site lists them.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The program's default, which may use other values; null when there is none.</summary>
    public Func<Func<string, string?>, string?>? Default { get; init; }

    /// <summary>Whether the default follows from other values rather than being fixed.</summary>
    public bool DefaultIsDerived { get; init; }

    /// <summary>What is wrong with a value, or null.</summary>
    public required Func<string, string?> Check { get; init; }

    /// <summary>The one spelling of a value that passed <see cref="Check"/>; null when each value has only one.</summary>
    public Func<string, string>? Canonical { get; init; }

    /// <summary>Whether a form of that site asks for it.</summary>
    public bool IsAskedAt(SiteProfile? site) => !OfChange || site?.Ticket is not null;

    /// <summary>The choices at a site: the site's own list first, else the parameter's.</summary>
    public IReadOnlyList<string> ChoicesAt(SiteProfile? site) => AllowedAt(site) is { Count: > 0 } allowed ? allowed : Choices;

    /// <summary>The values that the site allows, in their canonical spelling; empty when it allows any. Of a parameter of several values: what each of them may be.</summary>
    public IReadOnlyList<string> AllowedAt(SiteProfile? site) =>
        site is null || !site.Choices.TryGetValue(Key, out var choices) ? []
        : Many ? [.. choices.SelectMany(c => ParameterChecks.Split(ParameterSpelling.Of(this, c, null))).SelectMany(c => c == "all" ? Choices.Where(n => n != "all") : [c]).Distinct()]
        : [.. choices.Select(c => ParameterSpelling.Of(this, c, null))];

    /// <summary>Whether a text says that the parameter is left empty.</summary>
    public bool IsNone(string text) => (Optional || Many) && string.Equals(text, None, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether two texts say the same value; lists may be in any order.</summary>
    public bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase)
        || (IsNone(one) && IsNone(other))
        || (Many && ListOf(one).SetEquals(ListOf(other)));

    private HashSet<string> ListOf(string text) => IsNone(text) ? []
        : ParameterChecks.Split(text).SelectMany(one => one == "all" ? Choices.Where(choice => choice != "all") : [one]).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
