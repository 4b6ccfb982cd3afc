namespace TrunkBot.Chat.Tests.Commands;

public sealed class FleetCommandTests : IDisposable
{
    private readonly TestEnvironment env = TestEnvironment.Create();

    public FleetCommandTests()
    {
        env.AddTrunk();
        env.AddTrunk("name=acme-west site=denver edges=umatilla");
    }

    [Theory]
    [InlineData("fleet change acme-*", "Say it like this: fleet change NAME* key=value ...")]
    [InlineData("fleet change acme-* site=denver", "Nothing is planned (parameter-wrong): no parameter is named that is to change. Correct the line and say it again.")]
    [InlineData("fleet change acme-* name=beta", "Nothing is planned (parameter-wrong): name: it stays as long as a trunk lives. Correct the line and say it again.")]
    [InlineData("fleet refresh transport=tls", "Nothing is planned (parameter-wrong): fleet refresh changes no parameter; say fleet change for that. Correct the line and say it again.")]
    [InlineData("fleet refresh site=mars batch=0", "Nothing is planned (parameter-wrong): there is no site \"mars\"; there is denver; batch: a number from 1 to 50. Correct the line and say it again.")]
    [InlineData("fleet show FLT-9", "There is no fleet \"FLT-9\" (fleet-not-found). Say fleet show for those that are open.")]
    [InlineData("fleet show", "No fleet change is open.")]
    [InlineData("fleet stop 9", "There is no fleet FLT-9. (fleet-not-found)")]
    public async Task What_cant_be_done_is_said(string text, string reply)
    {
        Assert.Equal(reply, await env.ReplyToAsync(text));
        Assert.Empty(env.Changes.All);
    }

    [Fact]
    public async Task A_fleet_of_no_trunk_says_so()
    {
        await env.SayAsync("fleet refresh zulu-*");

        Assert.Equal("No trunk under management is meant by zulu-*. (fleet-empty)", env.TextOf(env.Channel.Messages.Last()));
    }

    [Fact]
    public async Task Many_trunks_are_one_card_from_plan_to_end()
    {
        env.Sbc.Lacks = goal => goal.Intent.Transport == Trunks.SipTransport.Tls ? [$"tls {goal.Intent.Name}"] : [];
        await env.SayAsync("fleet change acme-* transport=tls canary=acme-west");

        var card = env.Channel.Messages.Last();
        var planned = env.TextOf(card);
        Assert.Contains("FLT-1 over acme-*: transport=tls", planned, StringComparison.Ordinal);
        Assert.Contains("Planned. 2 changes: 2 × Planned.", planned, StringComparison.Ordinal);
        Assert.Contains("CHG-1, canary", planned, StringComparison.Ordinal);
        Assert.Contains("acme-west at denver", planned, StringComparison.Ordinal);

        var submitted = await env.PressAsync(card, "fleet-submit");
        Assert.Equal("FLT-1 waits for approval.", submitted.Notice);
        Assert.Contains("Waiting for approval. 2 changes: 2 × Waiting for approval.", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);

        var own = await env.PressAsync("fleet-approve", TestEnvironment.Ana, TestEnvironment.Chat, ("fleet", "FLT-1"), ("hash", HashOf(card)));
        Assert.Equal("approver-is-requester", own.RefusalCode);
        var approved = await env.PressAsync("fleet-approve", TestEnvironment.Ben, TestEnvironment.Chat, ("fleet", "FLT-1"), ("hash", HashOf(card)));
        Assert.Equal("You approved FLT-1: 2 changes.", approved.Notice);
        Assert.Contains("release CHG-1 by trunkbot", env.Changes.Calls);
        Assert.DoesNotContain("release CHG-2 by trunkbot", env.Changes.Calls);
    }

    [Fact]
    public async Task The_whole_plans_come_as_a_file()
    {
        env.Sbc.Lacks = goal => ["permit 54.0.0.0"];
        await env.SayAsync("fleet refresh");
        Assert.Contains("1 trunk lacks nothing but what another change here sends.", env.TextOf(env.Channel.Messages.Last()), StringComparison.Ordinal);

        await env.PressAsync(env.Channel.Messages.Last(), "fleet-file");

        var file = Assert.Single(env.Channel.Messages.Last().Message.Files);
        Assert.Equal("FLT-1-plans.txt", file.Name);
        var text = System.Text.Encoding.UTF8.GetString(file.Content);
        Assert.Contains("acme-west at denver: Covered. What it lacks is sent by a change before it.", text, StringComparison.Ordinal);
        Assert.Contains("permit 54.0.0.0", text, StringComparison.Ordinal);
    }

    public void Dispose() => env.Dispose();

    private static string HashOf(Shown card) => card.Message.Card!.Data["fullHash"]!.GetValue<string>();
}
