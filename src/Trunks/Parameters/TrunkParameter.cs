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

    /// <summary>Fixed choices; empty when the value is free or the site lists them.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The program's default, which may use other values; null when there is none.</summary>
    public Func<Func<string, string?>, string?>? Default { get; init; }

    /// <summary>Whether the default follows from other values rather than being fixed.</summary>
    public bool DefaultIsDerived { get; init; }

    /// <summary>What is wrong with a value, or null.</summary>
    public required Func<string, string?> Check { get; init; }

    /// <summary>The choices at a site: the site's own list first, else the parameter's.</summary>
    public IReadOnlyList<string> ChoicesAt(SiteProfile? site) =>
        site is not null && site.Choices.TryGetValue(Key, out var choices) && choices.Count > 0 ? choices : Choices;
}
