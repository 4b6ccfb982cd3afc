using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.Inventory;

public sealed class AdoptionTests
{
    private static readonly Dictionary<string, string> Typed = new()
    {
        ["name"] = "acme-east", ["site"] = "denver", ["termination"] = "acme", ["acl"] = "203.0.113.8/29", ["service-network"] = "20", ["service-address"] = "TwilioSA", ["cfs-proxy"] = "10.0.0.5",
    };

    private readonly ChangeWorld world = new();
    private readonly Shown perimeta = new("perimeta", "Perimeta");
    private readonly Shown metaswitch = new("metaswitch", "Metaswitch CFS");

    [Fact]
    public async Task What_one_system_told_is_known_to_the_next_and_typed_values_count_more_than_found_ones()
    {
        perimeta.Parts.Add(new("perimeta", "acme") { Parameters = new Dictionary<string, string> { ["realm"] = "twilio", ["service-network"] = "7", ["edges"] = "dublin" }, Objects = ["adjacency a"] });

        var reading = await ReadAsync(Typed);

        Assert.Equal(("twilio", "20", false), (metaswitch.Known["realm"], metaswitch.Known["service-network"], metaswitch.Known.ContainsKey("binding")));
        Assert.Equal(
            [("edges", "dublin", ValueOrigin.Found), ("service-network", "20", ValueOrigin.Typed), ("realm", "twilio", ValueOrigin.Found), ("binding", "Twilio-acme-east", ValueOrigin.Derived)],
            reading.Values.Where(v => v.Key is "realm" or "service-network" or "edges" or "binding").Select(v => (v.Key, v.Text, v.Origin)));
        Assert.Null(reading.Against);
    }

    [Fact]
    public async Task The_plan_of_an_adopted_trunk_knows_the_facts_and_shows_what_is_missing()
    {
        perimeta.Parts.Add(new("perimeta", "acme") { Parameters = new Dictionary<string, string> { ["realm"] = "twilio" }, Objects = ["adjacency a"], Facts = new Dictionary<string, string> { ["permit"] = "added" } });

        var reading = await ReadAsync(Typed);

        Assert.Equal("added", reading.Plan!.Owned!.Facts["permit"]);
        Assert.Equal(["acl", "trunk", "whitelist", "adjacency", "binding", "origination"], reading.Plan.Steps.Select(s => s.Id));
        Assert.Empty(world.Systems.SelectMany(s => s.Creates));
    }

    [Fact]
    public async Task Without_every_parameter_or_with_an_error_nothing_is_taken()
    {
        perimeta.Parts.Add(new("perimeta", "acme") { Objects = ["adjacency a"] });
        var lacking = await ReadAsync(Typed);
        Assert.Equal("parameter-wrong", (await Adoption().TakeAsync(lacking, lacking.Hash, Sample.Ana, ChangeWorld.Ct))!.Code);
        Assert.StartsWith("realm: ", lacking.Against!.Sentence, StringComparison.Ordinal);

        perimeta.Parts[0] = perimeta.Parts[0] with { Parameters = new Dictionary<string, string> { ["realm"] = "twilio" }, Findings = [new("adoption-values-differ", FindingSeverity.Error, "They differ.")] };
        var wrong = await ReadAsync(Typed);
        Assert.Equal("adoption-values-differ", (await Adoption().TakeAsync(wrong, wrong.Hash, Sample.Ana, ChangeWorld.Ct))!.Code);
        Assert.Empty(world.Stores.Trunks);
        Assert.Empty(world.Stores.Audit);
    }

    [Fact]
    public async Task A_secret_that_a_device_shows_is_not_shown_on()
    {
        perimeta.Parts.Add(new("perimeta", "acme") { Objects = [$"adjacency a, description {ChangeWorld.Secret}"], Findings = [new("x", FindingSeverity.Warning, $"It says {ChangeWorld.Secret}.")] });

        var reading = await ReadAsync(Typed);

        Assert.Equal("adjacency a, description secret:denver-perimeta", reading.Parts[0].Objects[0]);
        Assert.Equal("It says secret:denver-perimeta.", reading.Findings[0].Sentence);
    }

    [Fact]
    public async Task A_termination_that_is_under_management_already_is_not_taken_under_another_name()
    {
        perimeta.Parts.Add(new("perimeta", "acme") { Parameters = new Dictionary<string, string> { ["realm"] = "twilio" }, Objects = ["adjacency a"] });
        var reading = await ReadAsync(Typed);
        Assert.Null(await Adoption().TakeAsync(reading, reading.Hash, Sample.Ana, ChangeWorld.Ct));
        var again = await ReadAsync(new Dictionary<string, string>(Typed) { ["name"] = "other" });

        Assert.Equal("trunk-exists", (await Adoption().TakeAsync(again, again.Hash, Sample.Ben, ChangeWorld.Ct))!.Code);
        Assert.Equal(["acme-east"], world.Stores.Trunks.Select(t => t.Intent.Name));
        Assert.Equal([("webchat:ana", "adopted")], world.Stores.Audit.Select(a => (a.Who, a.What)));
        Assert.Empty(await Adoption().ListAsync(world.Site, ChangeWorld.Ct));
    }

    private Task<AdoptionReading> ReadAsync(IReadOnlyDictionary<string, string> typed) => Adoption().ReadAsync(typed, world.Site, ChangeWorld.Ct);

    private Adoption Adoption()
    {
        var redactor = new Redactor(world);
        return new([perimeta, metaswitch], new Planner(world.Systems, redactor), world.Stores, world.Stores, redactor, world.Time);
    }

    /// <summary>A system that shows what the test names.</summary>
    private sealed class Shown(string name, string title) : ITrunkInventory
    {
        public List<FoundPart> Parts { get; } = [];

        public IReadOnlyDictionary<string, string> Known { get; private set; } = new Dictionary<string, string>();

        public string Name => name;

        public string Title => title;

        public Task<IReadOnlyList<FoundPart>> FindAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
        {
            Known = known;
            return Task.FromResult<IReadOnlyList<FoundPart>>(Parts);
        }

        public IReadOnlyList<ObjectDifference> Compare(OwnedTrunk trunk, SiteProfile site, SystemSnapshot snapshot) => [];

        public Task<IReadOnlyList<ChangeSeen>> ChangesSinceAsync(OwnedTrunk trunk, SiteProfile site, DateTimeOffset since, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ChangeSeen>>([]);

        public IReadOnlyList<ExportedFile> Export(TrunkIntent intent, SiteProfile site) => [];
    }
}
