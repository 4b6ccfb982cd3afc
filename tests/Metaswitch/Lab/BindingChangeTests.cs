using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Planning;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Tests.Lab;

/// <summary>A binding that is in service gets other fields: over HTTP, against the lab's MetaView.</summary>
public sealed class BindingChangeTests
{
    private static async Task<CfsLab> LiveAsync()
    {
        var lab = await CfsLab.StartAsync();
        await lab.CreateModelAsync();
        await lab.Journey.ApplyAllAsync();
        lab.Journey.Journal.Clear();
        return lab;
    }

    /// <summary>From all edges to one, and polled more slowly.</summary>
    private static async Task<PlannedStep> StepAsync(CfsLab lab) => lab.Steps().Change(
        BindingFields.Intended(Given.Intent with { Edges = Given.Umatilla, PollingIntervalSeconds = 60 }, lab.Site.Metaswitch, new()),
        await lab.FieldsAsync())!;

    private static List<string> Updates(CfsLab lab) =>
        [.. lab.Journey.Journal.Where(j => j.Direction == WireDirection.Sent && j.Text.Contains("ShUpdate", StringComparison.Ordinal)).Select(j => j.Text)];

    private static string Value(IReadOnlyList<ShField> fields, string name) => fields.Single(f => f.Name == name).Value;

    [Fact]
    public async Task Only_the_fields_that_differ_are_sent_and_read_back_and_undo_puts_back_what_was_there()
    {
        await using var lab = await LiveAsync();
        var before = await lab.FieldsAsync();
        var step = await StepAsync(lab);

        var applied = await lab.Journey.ApplyAsync(step);
        var after = await lab.FieldsAsync();
        var undone = await lab.Journey.UndoAsync(step);

        Assert.Equal("Binding TwilioBinding: 2 field(s) changed, every other one as before. Read back field by field.", applied.Sentence);
        Assert.Equal(("acme.pstn.us2.twilio.com", "60"), (Value(after, "ContactDomainName"), Value(after, "PollingInterval")));
        Assert.Equal("Binding TwilioBinding reads back as it was before.", undone.Sentence);
        Assert.Equal(before, await lab.FieldsAsync());
        Assert.Equal(2, Updates(lab).Count);
        Assert.Matches(
            "Action=\"apply\">\\s*<s:ContactDomainName>acme.pstn.us2.twilio.com</s:ContactDomainName>\\s*<s:PollingInterval>60</s:PollingInterval>\\s*</s:Meta_",
            Updates(lab)[0]);
        Assert.True(lab.Binding()!.Enabled);
    }

    [Fact]
    public async Task What_is_shown_is_what_is_sent_but_for_the_number_that_is_pulled()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);

        await lab.Journey.ApplyAsync(step);
        await lab.Journey.UndoAsync(step);

        Assert.Equal(string.Join('\n', step.Sends).Replace("{pulled sequence number + 1}", "1", StringComparison.Ordinal), Updates(lab)[0]);
        Assert.Equal(string.Join('\n', step.UndoSends).Replace("{pulled sequence number + 1}", "2", StringComparison.Ordinal), Updates(lab)[1]);
    }

    [Fact]
    public async Task Nothing_to_change_is_no_step()
    {
        await using var lab = await LiveAsync();

        Assert.Null(lab.Steps().Change(BindingFields.Intended(Given.Intent, lab.Site.Metaswitch, new()), await lab.FieldsAsync()));
    }

    [Fact]
    public async Task A_field_that_somebody_changed_since_the_plan_stops_it_before_anything_is_sent()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);
        await lab.UpdateAsync(1, "apply", "<s:PollingInterval>45</s:PollingInterval>");

        var seen = await lab.Journey.ObserveAsync(step);
        var applied = await lab.Journey.ApplyAsync(step);

        Assert.Equal(StepState.Partly, seen.State);
        Assert.Equal("binding-changed-since", applied.FailureCode);
        Assert.Contains("Polling interval was \"30\", shall be \"60\" and is \"45\"", applied.Sentence, StringComparison.Ordinal);
        Assert.Empty(Updates(lab));
    }

    [Fact]
    public async Task Undo_leaves_alone_what_somebody_changed_after_the_change()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);
        await lab.Journey.ApplyAsync(step);
        await lab.UpdateAsync(2, "apply", "<s:PollingInterval>45</s:PollingInterval>");

        var undone = await lab.Journey.UndoAsync(step);

        Assert.Equal("binding-changed-since", undone.FailureCode);
        Assert.Equal("45", Value(await lab.FieldsAsync(), "PollingInterval"));
        Assert.Equal("acme.pstn.us2.twilio.com", lab.Binding()!.ContactDomainName);
    }

    [Fact]
    public async Task What_was_so_already_is_not_taken_back()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);
        await lab.UpdateAsync(1, "apply", "<s:PollingInterval>60</s:PollingInterval>");

        await lab.Journey.ApplyAsync(step);
        var undone = await lab.Journey.UndoAsync(step);

        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Equal("60", Value(await lab.FieldsAsync(), "PollingInterval"));
        Assert.Equal("acme.pstn.twilio.com", lab.Binding()!.ContactDomainName);
    }

    [Fact]
    public async Task A_lost_answer_is_settled_by_reading_back_and_a_crash_by_looking()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);
        await lab.FaultAsync("lose-answer", "PollingInterval");

        var applied = await lab.Journey.ApplyAsync(step);
        var later = lab.NewJourney();
        var seen = await later.ObserveAsync(step);
        var undone = await later.UndoAsync(step);

        Assert.Contains("The answer was lost; reading back shows that it was taken.", applied.Sentence, StringComparison.Ordinal);
        Assert.Equal((StepState.Done, "ContactDomainName,PollingInterval"), (seen.State, seen.Facts!["metaswitch.binding.TwilioBinding.changed"]));
        Assert.True(undone.Succeeded, undone.Sentence);
        Assert.Equal("acme.pstn.twilio.com", lab.Binding()!.ContactDomainName);
    }

    [Fact]
    public async Task A_stale_number_is_read_again_compared_and_never_sent_again()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);
        await lab.FaultAsync("stale-sequence", "PollingInterval");

        var applied = await lab.Journey.ApplyAsync(step);

        Assert.Equal("cfs-sequence-stale", applied.FailureCode);
        Assert.EndsWith("somebody else wrote the object since it was read (5105). Read again, every field is as it was.", applied.Sentence, StringComparison.Ordinal);
        Assert.Single(Updates(lab));
        Assert.Equal("acme.pstn.twilio.com", lab.Binding()!.ContactDomainName);
    }

    [Fact]
    public async Task A_refused_field_is_named_by_its_label_and_by_the_parameter_that_people_typed()
    {
        await using var lab = await LiveAsync();
        var step = lab.Steps().Change(
            BindingFields.Intended(Given.Intent with { MediaGatewayModel = "Twillio" }, lab.Site.Metaswitch, new()), await lab.FieldsAsync())!;

        var applied = await lab.Journey.ApplyAsync(step);

        Assert.Equal("rmgm-missing", applied.FailureCode);
        Assert.Contains("Remote Media Gateway Model (parameter rmgm): 9002 no such model", applied.Sentence, StringComparison.Ordinal);
        Assert.Equal("Twilio", lab.Binding()!.MediaGatewayModel);
    }

    [Fact]
    public async Task A_binding_that_is_gone_is_said_to_be_gone()
    {
        await using var lab = await LiveAsync();
        var step = await StepAsync(lab);
        await lab.Journey.ApplyAsync(lab.Steps().Disable());
        await lab.Journey.ApplyAsync(lab.Steps().Delete(await lab.FieldsAsync()));

        Assert.Equal("binding-missing", (await lab.Journey.ApplyAsync(step)).FailureCode);
        Assert.Equal("Binding TwilioBinding does not exist; there is nothing to put back.", (await lab.Journey.UndoAsync(step)).Sentence);
    }

    [Fact]
    public void A_field_that_was_not_there_before_can_not_be_taken_away_and_the_undo_says_so()
    {
        var step = new BindingSteps(Given.Site().Metaswitch, new(), "TwilioBinding").Change([new("PollingInterval", "60")], [new("Name", "TwilioBinding")])!;

        Assert.Empty(step.UndoSends);
        Assert.Contains(step.Sends, l => l.Trim() == "<s:PollingInterval>60</s:PollingInterval>");
    }

    [Fact]
    public void A_field_that_used_the_default_goes_back_to_it()
    {
        var mapping = new BindingMapping { InheritingFields = ["PollingInterval"] };

        var step = new BindingSteps(Given.Site().Metaswitch, mapping, "TwilioBinding").Change(
            [new("PollingInterval", "60", Inheriting: true)], [new("PollingInterval", "30", Inheriting: true, UsesDefault: true)])!;

        Assert.Matches("<s:PollingInterval>\\s*<s:UseDefault>True</s:UseDefault>\\s*</s:PollingInterval>", string.Join('\n', step.UndoSends));
    }
}
