using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Routes;

/// <summary>Says what is known of the way that a dialled number takes through a site's switch. Read only; guesses nothing. Implemented by Metaswitch.</summary>
public interface IRoutePreview
{
    /// <summary>One line for each thing on the way, each with where it is known from; what is missing is a line too. Never throws for what a device does.</summary>
    /// <param name="digits">The number, digits only.</param>
    Task<IReadOnlyList<RouteLine>> LookAsync(string digits, SiteProfile site, CancellationToken cancellationToken);
}

/// <param name="What">The object in the vendor's words.</param>
/// <param name="Says">What is known of it, or what is missing and how to find it out.</param>
public sealed record RouteLine(RouteSource Source, string What, string Says);

/// <summary>Where a line is known from.</summary>
public enum RouteSource
{
    /// <summary>Asked of the switch just now.</summary>
    ReadNow,

    /// <summary>Read just now from the shadow database: a copy of the configuration, which may lag.</summary>
    ReadFromCopy,

    /// <summary>The bot's own record of what a person confirmed, or of how the trunk is meant to be.</summary>
    Recorded,

    /// <summary>Written into the site's profile; nobody asks the switch.</summary>
    SiteProfile,

    NotKnown,
}
