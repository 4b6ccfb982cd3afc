using TrunkBot.Diagnostics.Routes;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests;

internal sealed class FakeRoutes : IRoutePreview
{
    public List<string> Asked { get; } = [];

    public Task<IReadOnlyList<RouteLine>> LookAsync(string digits, SiteProfile site, CancellationToken cancellationToken)
    {
        Asked.Add($"{digits} at {site.Name}");
        return Task.FromResult<IReadOnlyList<RouteLine>>([.. Enum.GetValues<RouteSource>().Select(s => new RouteLine(s, "thing", "as it is"))]);
    }
}
