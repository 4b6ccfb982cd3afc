namespace TrunkBot.Trunks.Parameters;

/// <summary>Where a value came from.</summary>
public enum ValueOrigin
{
    /// <summary>A person typed or chose it.</summary>
    Typed,

    /// <summary>The site profile's default.</summary>
    SiteProfile,

    /// <summary>The program's default.</summary>
    Default,

    /// <summary>A live system showed it: the trunk was there before the bot.</summary>
    Found,

    /// <summary>Worked out from other values.</summary>
    Derived,
}

/// <param name="Key">Parameter key, such as <c>service-address</c>.</param>
/// <param name="Text">The value as it would be typed.</param>
public sealed record ParameterValue(string Key, string Text, ValueOrigin Origin);

/// <summary>What is wrong with one parameter, said beside its field.</summary>
public sealed record ParameterError(string Key, string Message);
