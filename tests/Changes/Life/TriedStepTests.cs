using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

/// <summary>A manual step that sends something: its system tries it once, and a person does what it does not do.</summary>
public sealed class TriedStepTests
{
    private readonly ChangeWorld _world = new(new FakeObject("sip-trunk", StepPhase.SipTrunk, Manual: true, Tried: true, Blind: true));

    [Fact]
    public async Task What_the_system_does_asks_nobody_and_is_taken_back_by_it()
    {
        var change = await _world.RunAsync();
        Assert.Equal((StepProgressState.Done, "sip-trunk is there.", null), (change.ProgressOf("sip-trunk").State, change.ProgressOf("sip-trunk").Sentence, change.ProgressOf("sip-trunk").ConfirmedBy));
        Assert.Equal("sid of sip-trunk ok", change.Facts["sip-trunk.sid"]);

        var undone = await _world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, undone.State);
        Assert.DoesNotContain("sip-trunk", _world.Metaswitch.Holds);
    }

    [Fact]
    public async Task What_it_refuses_waits_for_a_person_and_says_why()
    {
        _world.Metaswitch.ApplyFaults["sip-trunk"] = Fault.Refused;

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Paused, StepProgressState.WaitingForPerson), (change.State, change.ProgressOf("sip-trunk").State));
        Assert.Equal("sip-trunk was refused. Ask it nicely.", change.ProgressOf("sip-trunk").Sentence);
        var reply = await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("sip-trunk"), Sample.Ana, Ct);
        Assert.Equal("Ana", reply.Change!.ProgressOf("sip-trunk").ConfirmedBy!.DisplayName);
    }

    [Fact]
    public async Task What_a_person_did_waits_for_a_person_on_the_way_back()
    {
        _world.Metaswitch.ApplyFaults["sip-trunk"] = Fault.Refused;
        var change = await _world.RunAsync();
        await _world.Engine.AskAsync(change.Id, new ConfirmManualStep("sip-trunk"), Sample.Ana, Ct);

        var undone = await _world.UndoAsync((await _world.RunAsync(change.Id)).Id);

        Assert.Equal(ChangeState.UndoPaused, undone.State);
        Assert.False(_world.Metaswitch.UndoFacts.ContainsKey("sip-trunk"));
    }
}
