using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>Whose a binding is: undo deletes what this change created, and nothing else.</summary>
public sealed class BindingOriginTests
{
    private const string Created = "metaswitch.binding.TwilioBinding.created";

    private static PlannedStep Create(SystemPlan plan) => plan.Steps.Single(s => s.Id == "metaswitch.binding.create");

    /// <summary>A person makes the very binding that the bot would make.</summary>
    private static async Task CreateByHandAsync(CfsLab lab)
    {
        var fields = BindingFields.Intended(Given.Intent, lab.Site.Metaswitch, new());
        var answer = await lab.UpdateAsync(0, "apply", string.Concat(fields.Select(f => $"<s:{f.Name}>{f.Value}</s:{f.Name}>")));
        Assert.Contains("2001", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_that_somebody_changed_since_is_not_deleted_and_undo_says_what_is_left()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var step = Create(await lab.Journey.PlanAsync());
        await lab.Journey.ApplyAsync(step);
        await lab.UpdateAsync(1, "apply", "<s:PollingInterval>45</s:PollingInterval>");

        var undone = await lab.Journey.UndoAsync(step);

        Assert.Equal("binding-changed-since", undone.FailureCode);
        Assert.Contains("Polling interval: wanted \"30\", found \"45\"", undone.Sentence, StringComparison.Ordinal);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task A_persons_identical_binding_is_left_alone()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var step = Create(await lab.Journey.PlanAsync());
        await CreateByHandAsync(lab);

        var applied = await lab.Journey.ApplyAsync(step);
        var seen = await lab.Journey.ObserveAsync(step);
        var undone = await lab.Journey.UndoAsync(step);

        Assert.True(applied.Succeeded, applied.Sentence);
        Assert.Equal(("false", "false"), (applied.Facts[Created], seen.Facts![Created]));
        Assert.Equal("Binding TwilioBinding was not created by this change; it was left alone.", undone.Sentence);
        Assert.True(undone.Succeeded);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task A_create_that_was_refused_is_not_noted_as_ours()
    {
        await using var lab = await CfsLab.StartAsync();
        var step = Create(await lab.Journey.PlanAsync());

        var refused = await lab.Journey.ApplyAsync(step);
        await lab.CreateModelAsync();
        await CreateByHandAsync(lab);

        Assert.Equal(("rmgm-missing", "false"), (refused.FailureCode, refused.Facts[Created]));
        Assert.True((await lab.Journey.UndoAsync(step)).Succeeded);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_is_ours_and_undo_deletes_it()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.FaultAsync("lose-answer", "TwilioBinding");
        var step = Create(await lab.Journey.PlanAsync());

        var applied = await lab.Journey.ApplyAsync(step);
        var undone = await lab.Journey.UndoAsync(step);

        Assert.Equal("true", applied.Facts[Created]);
        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Null(lab.Binding());
    }

    [Fact]
    public async Task After_a_crash_the_look_at_the_step_notes_that_the_binding_is_ours()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var step = Create(await lab.Journey.PlanAsync());
        await lab.Journey.ApplyAsync(step);

        var seen = await lab.NewJourney().ObserveAsync(step);

        Assert.Equal((StepState.Done, "true"), (seen.State, seen.Facts![Created]));
    }

    [Fact]
    public async Task A_binding_of_which_nothing_is_noted_is_not_deleted()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        var step = Create(await lab.Journey.PlanAsync());
        await CreateByHandAsync(lab);

        var undone = await lab.NewJourney().UndoAsync(step);

        Assert.Equal("binding-origin-unknown", undone.FailureCode);
        Assert.NotNull(lab.Binding());
    }

    [Fact]
    public async Task Enabling_a_binding_that_is_gone_names_the_binding_and_not_the_status_group()
    {
        await using var lab = await CfsLab.StartAsync();

        var result = await lab.Journey.ApplyAsync((await lab.Journey.PlanAsync()).Steps.Single(s => s.Id == "metaswitch.binding.enable"));

        Assert.Equal("binding-missing", result.FailureCode);
    }

    [Fact]
    public async Task A_binding_made_by_hand_asks_for_every_worksheet_and_one_of_the_bots_own_trunk_for_none()
    {
        await using var lab = await CfsLab.StartAsync(s => s with { StatusGroupProven = false });
        await lab.CreateModelAsync();
        await CreateByHandAsync(lab);

        var byHand = await lab.NewJourney().PlanAsync();
        await lab.ManageAsync();
        var ours = await lab.NewJourney().PlanAsync();

        Assert.Equal(["metaswitch.rmgm", "metaswitch.binding.enable", "metaswitch.sip-trunk", "metaswitch.translations"], byHand.Steps.Select(s => s.Id));
        Assert.Equal(["fix-bit-unconfirmed", "cfs-work-unconfirmed"], byHand.Findings.Select(f => f.Code).OrderDescending());
        Assert.Empty(ours.Steps);
        Assert.NotEqual(byHand.Fingerprint, ours.Fingerprint);
    }

    [Fact]
    public async Task Fields_that_only_some_versions_return_and_a_number_that_wraps_disturb_nothing()
    {
        await using var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.FaultAsync("extra-fields", "NATStatus");
        await lab.FaultAsync("wrap-at-65535");

        var plan = await lab.Journey.ApplyAllAsync();

        Assert.Contains("<u:SequenceNumber>1</u:SequenceNumber>", lab.Journey.JournalText, StringComparison.Ordinal);
        foreach (var step in plan.Steps.Where(s => !s.IsManual).Reverse())
        {
            var undone = await lab.Journey.UndoAsync(step);
            Assert.True(undone.Succeeded, undone.Sentence);
        }

        Assert.Null(lab.Binding());
    }
}
