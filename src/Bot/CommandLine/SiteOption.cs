using System.CommandLine;

namespace TrunkBot.CommandLine;

internal static class SiteOption
{
    public static Option<string?> Make() => new("--site") { Description = "Name of the site profile; may be left out where there is only one." };
}
