using System.Text.Json;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.Audit;

public sealed class AuditEntryTests
{
    private static readonly Origin Message = new("slack", "slack:T1/U1", "C1", "slack:Ev1", "approve CHG-1");

    private readonly ChangeWorld _world = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_act_on_a_change_names_trunk_plan_and_ticket_and_the_message_behind_it()
    {
        IReadOnlyList<ParameterValue> values = [.. Sample.Values, new("ticket", "CHG0012345", ValueOrigin.Typed)];
        var change = await _world.Engine.PlanAsync(new(Sample.Intent()), values, Sample.Ana with { Via = Message }, Ct);
        await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana with { Via = Message }, Ct);
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ana with { Via = Message }, Ct);
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben with { Via = Message with { User = "slack:T1/U2" } }, Ct);
        await _world.RunAsync(change.Id);

        Assert.All(_world.Stores.Audit, a => Assert.Equal(("acme-east", change.Plan.Hash, "CHG0012345"), (a.Trunk, a.PlanHash, a.TicketNumber)));
        Assert.Equal(
            ["planned slack:T1/U1", "submitted slack:T1/U1", "approve-refused slack:T1/U1", "approved slack:T1/U2", "began "],
            _world.Stores.Audit.Take(5).Select(a => $"{a.What} {a.Via?.User}"));
    }

    [Fact]
    public async Task A_ticket_number_stays_with_the_change_and_not_with_the_trunk()
    {
        IReadOnlyList<ParameterValue> values = [.. Sample.Values, new("ticket", "CHG0012345", ValueOrigin.Typed)];
        var change = await _world.Engine.PlanAsync(new(Sample.Intent()), values, Sample.Ana, Ct);
        Assert.Equal("CHG0012345", change.Plan.TicketNumber);
        await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);

        Assert.DoesNotContain((await ((ITrunkStore)_world.Stores).FindAsync("acme-east", Ct))!.Values, v => v.Key == "ticket");
    }

    [Theory]
    [InlineData(null, "ticket: is needed at this site, such as CHG0012345.")]
    [InlineData("CHG1", "ticket: is not as this site writes its ticket numbers, such as CHG0012345.")]
    [InlineData("CHG0012345\r\nno activate", "ticket: use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit.")]
    public async Task Without_a_ticket_number_that_the_site_takes_nothing_is_read(string? number, string sentence)
    {
        _world.Site = _world.Site with { Ticket = new TicketPolicy { Pattern = "CHG[0-9]{7}", Required = true, Example = "CHG0012345" } };
        IReadOnlyList<ParameterValue> values = number is null ? Sample.Values : [.. Sample.Values, new("ticket", number, ValueOrigin.Typed)];

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => _world.Engine.PlanAsync(new(Sample.Intent()), values, Sample.Ana, Ct));

        Assert.Equal(("ticket-number", sentence), (e.Code, e.Message));
        Assert.Empty(_world.Stores.Audit);
    }

    [Fact]
    public void Who_somebody_is_does_not_depend_on_the_message_and_a_change_does_not_store_it()
    {
        var ana = Sample.Ana with { Via = Message };

        Assert.Equal(Sample.Ana, ana);
        Assert.Equal(Sample.Ana.GetHashCode(), ana.GetHashCode());
        Assert.Equal("{\"id\":\"webchat:ana\",\"displayName\":\"Ana\"}", JsonSerializer.Serialize(ana, PlanJson.Options));
        Assert.Equal(Message, JsonSerializer.Deserialize<Actor>(JsonSerializer.Serialize(ana))!.Via);
    }
}
