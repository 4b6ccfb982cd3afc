using TrunkBot.Changes.Life;
using TrunkBot.Faults.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Faults.Tests.Wire;

/// <summary>Somebody else works on the same systems while a change does: between plan and apply, and between two steps. Nothing of theirs is overwritten or taken back.</summary>
public sealed class OthersTests
{
    private const string Trunk = "name=acme-west edges=umatilla,dublin origination=yes binding=TwilioBinding";
    private const string Build = "perimeta.adjacency.acme-west-us2.build";
    private const string Activate = "perimeta.adjacency.acme-west-us2.activate";

    [Theory]
    [InlineData("SBC")]
    [InlineData("switch")]
    [InlineData("Twilio")]
    public async Task A_system_that_somebody_changed_since_the_plan_makes_it_stale_with_the_difference_and_nothing_is_sent(string system)
    {
        await using var bed = await Bed.StartAsync();
        var planned = await bed.PlanNewAsync(Trunk);
        switch (system)
        {
            case "SBC":
                bed.EditSbc(text => text.Replace("GeneralPeeringMedia1", "OtherMedia", StringComparison.Ordinal));
                break;
            case "switch":
                await bed.EditBindingAsync("TwilioBinding", 0, "apply", "<s:Name>TwilioBinding</s:Name><s:Usage>Trunk</s:Usage><s:SIPDomainName>acme.example</s:SIPDomainName><s:ContactAddressScheme>Domain name A/AAAA lookup</s:ContactAddressScheme><s:ContactDomainName>acme.example</s:ContactDomainName><s:ProxyIPAddress>10.20.0.5</s:ProxyIPAddress><s:MediaGatewayModel>Standard</s:MediaGatewayModel>");
                break;
            default:
                await bed.EditTwilioAsync(HttpMethod.Post, "/v1/Trunks", ("FriendlyName", "theirs"), ("DomainName", "acme-west.pstn.twilio.com"));
                break;
        }

        var (world, ledger) = (bed.World(), bed.Ledger());
        var stale = await bed.ThroughAsync(planned);

        Assert.Equal((ChangeState.Failed, "plan-stale"), (stale.State, stale.Trouble?.Code));
        TestContext.Current.TestOutputHelper?.WriteLine($"{stale.Trouble}");
        Assert.EndsWith("Nothing was sent.", stale.Trouble!.Sentence, StringComparison.Ordinal);
        Assert.Contains(system switch { "SBC" => "GeneralPeeringMedia1", "switch" => "NetworkElementName", _ => "theirs" }, stale.Trouble.Sentence, StringComparison.Ordinal);
        Assert.Contains($"cancel {stale.Id}", stale.Trouble.Fix, StringComparison.Ordinal);
        Assert.Equal("", LabWorld.Difference(world, bed.World()));
        var since = bed.Ledger().Since(ledger);
        Assert.Equal((0, 0, 0), (since.Twilio.Count, since.Cfs.Count, since.Sbc.Count));
    }

    [Fact]
    public async Task An_adjacency_that_somebody_edits_between_two_steps_is_neither_activated_nor_removed_and_undo_says_what_is_left()
    {
        await using var bed = await Bed.StartAsync();
        var before = bed.World();
        const string Theirs = "      signaling-peer-port 5099\n";
        bed.Trap.Meanwhile(Activate, () =>
        {
            bed.EditSbc(text => EditAdjacency(text, "      signaling-peer-port 5060\n", Theirs));
            return Task.CompletedTask;
        });

        var failed = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));

        Assert.True(bed.Trap.Sprung);
        Assert.Equal((ChangeState.Failed, "adjacency-changed-since-build"), (failed.State, failed.Trouble?.Code));
        Assert.Contains("signaling-peer-port", failed.Trouble!.Sentence, StringComparison.Ordinal);
        var stuck = await bed.UndoAsync(failed);

        Assert.Equal((ChangeState.Stuck, "undo-incomplete"), (stuck.State, stuck.Trouble?.Code));
        var left = Assert.Single(stuck.Leftovers, l => l.StepId == Build);
        Assert.Equal(("perimeta", "LAB-SBC-01"), (left.System, left.Element));
        Assert.Contains("no adjacency sip acme-west-us2", left.Lines);
        Assert.Contains("signaling-peer-port", left.Why, StringComparison.Ordinal);
        Assert.Contains("LAB-SBC-01", stuck.Trouble!.Sentence, StringComparison.Ordinal);
        Assert.Contains("no adjacency sip acme-west-us2", stuck.Trouble.Sentence, StringComparison.Ordinal);
        Assert.Equal(0, await bed.LocksAsync());

        // What they did is taken back by them: then the undo can be tried again.
        bed.EditSbc(text => EditAdjacency(text, Theirs, "      signaling-peer-port 5060\n"));
        var undone = await bed.UndoAsync(stuck);
        Assert.True(undone.State == ChangeState.Undone, $"{undone.Trouble}");
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
    }

    [Fact]
    public async Task A_number_that_somebody_attaches_to_the_new_trunk_between_two_steps_is_not_taken_away_with_it()
    {
        await using var bed = await Bed.StartAsync();
        string? trunk = null;
        bed.Trap.Meanwhile(Build, async () =>
        {
            trunk = (await bed.EditTwilioAsync(HttpMethod.Get, "/v1/Trunks"))!["trunks"]!.AsArray().Single(t => t!["domain_name"]!.ToString() == "acme-west.pstn.twilio.com")!["sid"]!.ToString();
            var number = (await bed.EditTwilioAsync(HttpMethod.Get, $"/2010-04-01/Accounts/{Lab.TwilioPart.AccountSid}/IncomingPhoneNumbers.json"))!["incoming_phone_numbers"]!.AsArray().Single(n => n!["phone_number"]!.ToString() == "+13035550188");
            await bed.EditTwilioAsync(HttpMethod.Post, $"/v1/Trunks/{trunk}/PhoneNumbers", ("PhoneNumberSid", number!["sid"]!.ToString()));
        });
        bed.Trap.Arm(Build, Changes.Journal.TicketPurpose.Apply, Failure.Before);

        var failed = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));
        Assert.Equal(ChangeState.Failed, failed.State);
        var stuck = await bed.UndoAsync(failed);

        TestContext.Current.TestOutputHelper?.WriteLine($"{stuck.State} {stuck.Trouble}");
        Assert.Contains(trunk!, (await bed.EditTwilioAsync(HttpMethod.Get, "/v1/Trunks"))!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("+13035550188", string.Join(' ', stuck.Steps.Select(s => s.Sentence)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse-line", "no adjacency sip acme-west-us2", "perimeta")]
    [InlineData("stale-sequence", "delete", "metaswitch")]
    [InlineData("500", "DELETE", "twilio")]
    public async Task An_undo_that_fails_says_what_is_left_where_and_with_which_lines_and_can_be_tried_again(string fault, string text, string system)
    {
        await using var bed = await Bed.StartAsync();
        var before = bed.World();
        var done = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));
        Assert.True(done.State == ChangeState.Done, $"{done.Trouble}");
        await (system == "twilio" ? bed.DisturbTwilioAsync(fault, count: 1000, method: text) : bed.DisturbAsync(fault, text));

        var stuck = await bed.UndoAsync(done);

        Assert.Equal((ChangeState.Stuck, "undo-incomplete"), (stuck.State, stuck.Trouble?.Code));
        Assert.NotEmpty(stuck.Leftovers);
        Assert.All(stuck.Leftovers, l => Assert.Equal(system, l.System));
        Assert.All(stuck.Leftovers, l => Assert.NotEmpty(l.Lines));
        Assert.All(stuck.Leftovers, l => Assert.All(l.Lines, line => Assert.Contains(line, stuck.Trouble!.Sentence, StringComparison.Ordinal)));
        Assert.Contains("undo again", stuck.Trouble!.Fix, StringComparison.Ordinal);
        Assert.Equal(0, await bed.LocksAsync());

        await bed.CalmAsync();
        var undone = await bed.UndoAsync(stuck);
        Assert.True(undone.State == ChangeState.Undone, $"{undone.Trouble}");
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
    }

    private static string EditAdjacency(string configuration, string from, string to)
    {
        var begin = configuration.IndexOf("adjacency sip acme-west-us2", StringComparison.Ordinal);
        var at = configuration.IndexOf(from, begin, StringComparison.Ordinal);
        return $"{configuration[..at]}{to}{configuration[(at + from.Length)..]}";
    }
}
