using TrunkBot.Changes.Life;
using TrunkBot.Cluster.Tests.World;

namespace TrunkBot.Cluster.Tests;

/// <summary>People talk to three silos, one after another of which is killed: a dialog, an approval and a progress card go on in another one.</summary>
public sealed class ChatTests
{
    [Fact]
    public async Task A_dialog_an_approval_and_a_progress_card_go_on_when_the_silo_that_has_them_is_killed()
    {
        await using var cluster = await TestCluster.StartAsync(1, TimeSpan.FromSeconds(2));
        await cluster.AddSilosAsync(3);
        await using var room = await ChatRoom.StartAsync(cluster);

        // The dialog: every answer is followed by the death of a silo, so that each of the three dies over it once, whichever has it.
        await room.SayAsync("ana", "new trunk");
        await room.HearAsync("ana", "the form", m => m.Says("Step 1 of 3"));
        await KillAndStartAsync(cluster.Silos[0]);
        await room.SayAsync("ana", "name=acme-east site=site-1");
        await room.HearAsync("ana", "the name in the form", m => m.Says("Step 1 of 3") && m.Says("acme-east"));
        await KillAndStartAsync(cluster.Silos[1]);
        await room.SayAsync("ana", "edges=umatilla");
        await room.HearAsync("ana", "the edge in the form", m => m.Says("Step 1 of 3") && m.Says("umatilla"));
        await KillAndStartAsync(cluster.Silos[2]);
        for (var step = 2; step <= 3; step++)
        {
            await room.SayAsync("ana", "next");
            await room.HearAsync("ana", $"step {step}", m => m.Says($"Step {step} of 3"));
        }

        await room.SayAsync("ana", "next");
        var plan = await room.HearAsync("ana", "the plan", m => m.Button("submit") is not null);
        var change = plan.Button("submit")!.Data["change"]!.ToString();

        // The approval: asked for by a silo that dies before it learns that its card stands, and given to another after all that knew of it are dead.
        room.KeepsAnswers = new TaskCompletionSource();
        await room.PressAsync("ana", plan, "submit");
        var request = await room.HearAsync("ben", "the request", m => m.Button("approve") is not null, "approvals");
        await Task.WhenAll(cluster.Silos.Select(silo => silo.KillAsync()));
        room.KeepsAnswers.SetResult();
        await Task.WhenAll(cluster.Silos.Select(silo => silo.StartAsync()));
        var begun = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Elements.Begun = silo =>
        {
            begun.TrySetResult(silo);
            return Task.CompletedTask;
        };
        await room.PressAsync("ben", request, "approve", "approvals");

        // The progress: the silo that works dies in the middle of its first edit, and is not there any more when another one goes on.
        var name = await begun.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, TestContext.Current.CancellationToken);
        var working = cluster.Silos.Single(silo => silo.Name == name);
        await working.KillAsync();
        var card = await room.HearAsync("ana", "the change to be done", m => m.Lines.Contains("Progress") && m.Says($"{change}:") && m.Lines.Any(l => l.StartsWith("Done.", StringComparison.Ordinal)));
        await working.StartAsync();

        Assert.Equal(ChangeState.Done, (await cluster.ChangeAsync(change)).State);
        Assert.Equal(["whitelist", "adjacency", "activation", "binding"], cluster.Elements.Commits("acme-east").Select(c => c.Step));
        Assert.Equal([card.Id], (await room.ReadAsync("ana")).Where(m => m.IsBot && m.Lines.Contains("Progress")).Select(m => m.Id));
        var asked = await room.HearAsync("ben", "the outcome on the request", m => m.Id == request.Id && m.Button("approve") is null, "approvals");
        Assert.True(asked.Says("Ben Okafor"), string.Join('\n', asked.Lines));
    }

    private static async Task KillAndStartAsync(World.Silo silo)
    {
        await silo.KillAsync();
        await silo.StartAsync();
    }
}
