using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>A binding that was there goes, and comes back when that is undone: over HTTP, against the lab's MetaView.</summary>
public sealed class BindingRemovalTests
{
    private static async Task<(CfsLab Lab, PlannedStep Disable, PlannedStep Delete)> LiveAsync()
    {
        var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        return (lab, lab.Steps().Disable(), lab.Steps().Delete(await lab.FieldsAsync()));
    }

    [Fact]
    public async Task Disabled_then_deleted_then_made_again_and_enabled_it_is_as_it_was()
    {
        var (lab, disable, delete) = await LiveAsync();
        await using var _ = lab;
        var before = await lab.FieldsAsync();

        var disabled = await lab.Journey.ApplyAsync(disable);
        var deleted = await lab.Journey.ApplyAsync(delete);
        Assert.Null(lab.Binding());
        Assert.Equal(StepState.Done, (await lab.Journey.ObserveAsync(delete)).State);
        var again = await lab.Journey.UndoAsync(delete);
        var enabled = await lab.Journey.UndoAsync(disable);

        Assert.Equal("Requested status of binding TwilioBinding reads back as Disabled.", disabled.Sentence);
        Assert.Equal("Binding TwilioBinding is deleted; a pull finds nothing.", deleted.Sentence);
        Assert.Equal("Binding TwilioBinding is as it was. It was made again and read back field by field; it is out of service.", again.Sentence);
        Assert.True(enabled.Succeeded, enabled.Sentence);
        Assert.Equal(before, await lab.FieldsAsync());
        Assert.True(lab.Binding()!.Enabled);
    }

    [Fact]
    public async Task A_binding_in_service_is_not_deleted()
    {
        var (lab, _, delete) = await LiveAsync();
        await using var __ = lab;

        Assert.Equal("binding-in-service", (await lab.Journey.ApplyAsync(delete)).FailureCode);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task A_binding_that_somebody_changed_since_the_plan_is_not_deleted()
    {
        var (lab, disable, delete) = await LiveAsync();
        await using var _ = lab;
        await lab.Journey.ApplyAsync(disable);
        await lab.UpdateAsync(1, "apply", "<s:PollingInterval>45</s:PollingInterval>");

        var result = await lab.Journey.ApplyAsync(delete);

        Assert.Equal("binding-changed-since", result.FailureCode);
        Assert.Contains("Polling interval was \"30\" and is \"45\"", result.Sentence, StringComparison.Ordinal);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task A_binding_that_a_SIP_trunk_uses_is_refused_by_the_switch_and_stays()
    {
        var (lab, disable, delete) = await LiveAsync();
        await using var _ = lab;
        await lab.TrunkAsync("TwilioTrunk", "TwilioBinding");
        await lab.Journey.ApplyAsync(disable);

        var result = await lab.Journey.ApplyAsync(delete);

        Assert.Equal("cfs-refused", result.FailureCode);
        Assert.Contains("SIP trunk TwilioTrunk uses this binding", result.Sentence, StringComparison.Ordinal);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task What_was_gone_already_is_not_made_again()
    {
        var (lab, disable, delete) = await LiveAsync();
        await using var _ = lab;
        var other = lab.NewJourney();
        await other.ApplyAsync(disable);
        await other.ApplyAsync(delete);

        var applied = await lab.Journey.ApplyAsync(delete);
        var undone = await lab.Journey.UndoAsync(delete);

        Assert.Equal("Binding TwilioBinding was gone already; nothing was sent.", applied.Sentence);
        Assert.Equal("Binding TwilioBinding was not deleted by this change; it was left alone.", undone.Sentence);
        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task A_lost_answer_to_the_deletion_is_settled_by_a_pull()
    {
        var (lab, disable, delete) = await LiveAsync();
        await using var _ = lab;
        await lab.Journey.ApplyAsync(disable);
        await lab.FaultAsync("lose-answer", "delete");

        var result = await lab.Journey.ApplyAsync(delete);

        Assert.True(result.Succeeded, result.Sentence);
        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task What_was_out_of_service_already_is_left_so_by_the_undo()
    {
        var (lab, disable, _) = await LiveAsync();
        await using var __ = lab;
        await lab.NewJourney().ApplyAsync(disable);

        var applied = await lab.Journey.ApplyAsync(disable);
        var undone = await lab.Journey.UndoAsync(disable);

        Assert.Equal("Requested status of binding TwilioBinding is Disabled already; nothing was sent.", applied.Sentence);
        Assert.Equal("The status of binding TwilioBinding was not changed by this change; it was left alone.", undone.Sentence);
        Assert.False(lab.Binding()!.Enabled);
    }

    [Fact]
    public async Task A_field_of_another_version_that_can_not_be_written_again_is_named_as_left()
    {
        var (lab, disable, _) = await LiveAsync();
        await using var __ = lab;
        var delete = lab.Steps().Delete([.. await lab.FieldsAsync(), new ShField("NATStatus", "Auto"), new ShField("SIPPassword", "***")]);
        await lab.Journey.ApplyAsync(disable);
        await lab.Journey.ApplyAsync(lab.Steps().Delete(await lab.FieldsAsync()));
        Assert.Null(lab.Binding());

        var undone = await lab.Journey.UndoAsync(delete);

        Assert.Equal("binding-not-restored-whole", undone.FailureCode);
        Assert.Equal("Binding TwilioBinding is there, but not as it was: NATStatus was \"Auto\" and is gone.", undone.Sentence);
        Assert.NotNull(lab.Binding());
        Assert.DoesNotContain("Password", string.Join('\n', delete.UndoSends), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "IgnoreSequenceNumber=\"False\"")]
    [InlineData(true, "IgnoreSequenceNumber=\"True\"")]
    public async Task Sequence_numbers_are_ignored_only_in_a_deletion_of_a_site_that_says_so(bool ignore, string expected)
    {
        await using var lab = await CfsLab.StartAsync(s => s with { IgnoreSequenceNumberOnDelete = ignore });
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        await lab.Journey.ApplyAsync(lab.Steps().Disable());
        var delete = lab.Steps().Delete(await lab.FieldsAsync());
        lab.Journey.Journal.Clear();

        await lab.Journey.ApplyAsync(delete);

        Assert.Null(lab.Binding());
        Assert.Contains(expected, lab.Journey.JournalText, StringComparison.Ordinal);
        Assert.Contains("IgnoreSequenceNumber=\"False\"", string.Join('\n', delete.UndoSends), StringComparison.Ordinal);
    }
}
