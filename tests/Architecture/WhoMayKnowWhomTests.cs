using System.Reflection;
using System.Xml.Linq;

namespace TrunkBot.Architecture.Tests;

/// <summary>Holds who may know whom, both as projects say it and as the compiled code does.</summary>
public sealed class WhoMayKnowWhomTests
{
    private static readonly Dictionary<string, string[]> May = new()
    {
        ["Trunks"] = [],
        ["Changes"] = ["Trunks"],
        ["Diagnostics"] = ["Trunks"],

        // The systems know Changes and Diagnostics for the ports that those declare and they implement.
        ["Perimeta"] = ["Trunks", "Changes", "Diagnostics"],
        ["Metaswitch"] = ["Trunks", "Changes", "Diagnostics"],
        ["Twilio"] = ["Trunks", "Changes", "Diagnostics"],
        ["Sip"] = ["Trunks", "Diagnostics"],
        ["Chat"] = ["Trunks", "Changes", "Diagnostics"],

        // The channels see Changes through Chat: a turn's Actor.
        ["Teams"] = ["Chat", "Changes"],
        ["Slack"] = ["Chat", "Changes"],
        ["WebChat"] = ["Chat", "Changes"],
        ["Storage"] = ["Trunks", "Changes", "Diagnostics", "Chat"],
        ["Bot"] = ["Trunks", "Perimeta", "Metaswitch", "Twilio", "Sip", "Changes", "Diagnostics", "Chat", "Teams", "Slack", "WebChat", "Storage"],
        ["Lab"] = [],
    };

    public static TheoryData<string> Rooms() => [.. May.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_projects_references_are_those_it_may_have(string room)
    {
        var file = Path.Combine(Repository.Root, "src", room, room + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));

        Assert.Empty(references.Except(May[room]));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Compiled_code_uses_only_rooms_it_may_know(string room)
    {
        var assembly = Assembly.Load(room == "Bot" ? "TrunkBot" : $"TrunkBot.{room}");
        var used = assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => n.StartsWith("TrunkBot.", StringComparison.Ordinal))
            .Select(n => n["TrunkBot.".Length..]);

        Assert.Empty(used.Except(May[room]));
    }

    [Fact]
    public void Every_room_is_in_the_table() =>
        Assert.Equal(
            Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal),
            May.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Trunks_is_pure_it_uses_no_network_no_process_and_no_clock()
    {
        var forbidden = new[] { "System.Net.Http", "System.Net.Sockets", "System.Diagnostics.Process", "Microsoft.Extensions.Logging.Abstractions" };
        var used = Assembly.Load("TrunkBot.Trunks").GetReferencedAssemblies().Select(a => a.Name);

        Assert.Empty(used.Intersect(forbidden));
    }
}
