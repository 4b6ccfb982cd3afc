using System.Text.RegularExpressions;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Trunks.Sites;

/// <summary>The number that a change has in the site's own change management: how it is written, and whether every change needs one.</summary>
public sealed record TicketPolicy
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>A .NET regular expression that the whole number must match, such as <c>CHG[0-9]{7}</c>; no lookarounds and no back-references.</summary>
    public required string Pattern { get; init; }

    /// <summary>Nothing is planned without one.</summary>
    public bool Required { get; init; }

    /// <summary>One that fits, for people to see; null when none is shown.</summary>
    public string? Example { get; init; }

    /// <summary>What is wrong with a number, or null.</summary>
    public string? Wrong(string? number) => number is null ? Required ? $"is needed at this site{Such}" : null
        : ParameterChecks.TicketNumber(number) ?? (Matches(number) ? null : $"is not as this site writes its ticket numbers{Such}");

    /// <summary>What is wrong with the policy itself, or null.</summary>
    public (string Place, string Reason)? Fault()
    {
        try
        {
            return Example is not null && Wrong(Example) is { } wrong ? ("ticket.example", wrong) : Matches("") ? ("ticket.pattern", "must not match an empty number") : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return ("ticket.pattern", $"is no pattern that can be used: {e.Message}");
        }
    }

    private string Such => Example is null ? "" : $", such as {Example}";

    // Without backtracking no number, however hostile, takes long; the limit is for what a later version of .NET may do.
    private bool Matches(string number) => Regex.IsMatch(number, $@"\A(?:{Pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);
}
