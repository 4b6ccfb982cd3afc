using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Faults.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Faults.Tests.Wire;

/// <summary>
/// The wire to one of the systems breaks in the middle of a change: before a request arrived, before its answer came, in the middle of the answer, or nothing comes
/// any more. Whatever may be sent once only arrives once, and the change is carried out, at the latest when a person says retry.
/// </summary>
public sealed class WireTests
{
    private const string Trunk = "name=acme-west edges=umatilla origination=yes";
    private const string Account = $"/2010-04-01/Accounts/{Lab.TwilioPart.AccountSid}";

    /// <summary>A request that hangs is given up soon; more tries than a busy machine can need.</summary>
    private static readonly Dictionary<string, string?> Hasty = new()
    {
        ["Twilio:TimeoutSeconds"] = "4", ["Twilio:Retries"] = "10", ["Metaswitch:TimeoutSeconds"] = "4", ["Metaswitch:PullRetries"] = "10",
    };

    [Theory]
    [InlineData("CutBefore")]
    [InlineData("CutAfter")]
    [InlineData("HalfAnswer")]
    [InlineData("Hang")]
    public async Task Whichever_request_to_Twilio_is_hit_the_trunk_is_made_once_and_taken_down_once(string fault)
    {
        var (bed, wire) = await Bed.BehindAsync("twilio", Hasty);
        await using var _ = wire;
        await using var __ = bed;
        var before = bed.World();
        wire.Arm(
            Enum.Parse<WireFault>(fault), $"POST {Account}/SIP/IpAccessControlLists.json", "/IpAddresses.json HTTP/1.1\r\nHost", "POST /v1/Trunks HTTP", "/IpAccessControlLists HTTP", "/OriginationUrls HTTP");

        var done = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));

        Assert.True(done.State == ChangeState.Done, $"{done.Trouble}");
        Assert.True(wire.Sprung);
        var made = bed.Ledger();
        Assert.Empty(made.Doubled());
        wire.Arm(Enum.Parse<WireFault>(fault), "DELETE /v1/Trunks/", "DELETE /v1/Trunks/", $"DELETE {Account}/SIP/IpAccessControlLists/", $"DELETE {Account}/SIP/IpAccessControlLists/");

        var undone = await bed.UndoAsync(done);

        Assert.True(undone.State == ChangeState.Undone, $"{undone.Trouble}");
        Assert.True(wire.Sprung);
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
        Assert.DoesNotContain(bed.Ledger().Since(made).Twilio.Where(r => r.Status is >= 200 and < 300).GroupBy(r => r.Path), g => g.Count() > 1);
    }

    [Theory]
    [InlineData("CutBefore", false)]
    [InlineData("CutAfter", true)]
    [InlineData("HalfAnswer", true)]
    [InlineData("Hang", true)]
    public async Task Whichever_update_of_the_switch_is_hit_is_never_sent_again_unseen(string fault, bool arrives)
    {
        var (bed, wire) = await Bed.BehindAsync("metaswitch", Hasty);
        await using var _ = wire;
        await using var __ = bed;
        var before = bed.World();
        wire.Arm(Enum.Parse<WireFault>(fault), "ContactDomainName", "RequestedStatus");

        var change = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));

        // What arrived is found by reading back; what did not is told, and a person says retry.
        for (var broken = 0; broken < 2 && !arrives; broken++)
        {
            Assert.Equal((ChangeState.Failed, "cfs-no-answer"), (change.State, change.Trouble?.Code));
            Assert.Contains("before anything is sent again", change.Trouble!.Fix, StringComparison.Ordinal);
            change = await bed.RetryAsync(change);
        }

        Assert.True(change.State == ChangeState.Done, $"{change.Trouble}");
        Assert.True(wire.Sprung);
        Assert.Empty(bed.Ledger().Doubled());
        Assert.Equal(["create", "status"], bed.Ledger().Cfs.Select(u => u.Operation));
        wire.Arm(Enum.Parse<WireFault>(fault), "Action=\"delete\"");

        var undone = await bed.UndoAsync(change);
        if (!arrives)
        {
            Assert.Equal((ChangeState.Stuck, "undo-incomplete"), (undone.State, undone.Trouble?.Code));
            Assert.StartsWith("No usable answer came while trying to delete binding", undone.Leftovers[0].Why, StringComparison.Ordinal);
            undone = await bed.UndoAsync(undone);
        }

        Assert.True(undone.State == ChangeState.Undone, $"{undone.Trouble}");
        Assert.True(wire.Sprung);
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
        Assert.Equal(1, bed.Ledger().Cfs.Count(u => u.Operation == "delete"));
    }

    /// <summary>The session is encrypted, so the wire breaks at a byte and not at a word.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(2_000)]
    [InlineData(4_500)]
    [InlineData(7_000)]
    [InlineData(9_500)]
    public async Task Wherever_the_session_with_the_SBC_is_cut_no_line_is_sent_in_vain_and_retry_ends_it(int bytes)
    {
        var (bed, wire) = await Bed.BehindAsync("perimeta");
        await using var _ = wire;
        await using var __ = bed;
        var before = bed.World();
        var planned = await bed.PlanNewAsync("name=acme-west edges=umatilla,dublin");
        wire.CutAfterBytes(bytes);
        var change = await bed.ThroughAsync(planned);
        if (change.State == ChangeState.Failed)
        {
            Assert.Contains(change.Trouble!.Code, (string[])["sbc-connection-lost", "sbc-unreachable"]);
            Assert.False(change.Trouble.Fix.IsEmpty);
            change = await bed.RetryAsync(change);
        }

        Assert.True(change.State == ChangeState.Done, $"{change.Trouble}");
        Assert.Empty(bed.Ledger().Doubled());
        wire.CutAfterBytes(bytes);
        var undone = await bed.UndoAsync(change);
        if (undone.State == ChangeState.Stuck)
        {
            Assert.Contains(undone.Leftovers, l => l.System == "perimeta");
            undone = await bed.UndoAsync(undone);
        }

        Assert.True(undone.State == ChangeState.Undone, $"{undone.Trouble}");
        Assert.Empty(bed.Ledger().Doubled());
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
    }

    [Theory]
    [InlineData("drop-connection-at", "no activate")]
    [InlineData("drop-connection-after", "no activate")]
    [InlineData("hang-at", "signaling-peer-port")]
    [InlineData("hang-after", "permit-peer")]
    public async Task An_SBC_that_falls_silent_or_away_at_a_line_is_looked_at_before_anything_is_sent_again(string kind, string line)
    {
        await using var bed = await Bed.StartAsync();
        var before = bed.World();
        await bed.DisturbAsync(kind, line);

        var change = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));
        if (change.State == ChangeState.Failed)
        {
            Assert.Contains(change.Trouble!.Code, (string[])["sbc-connection-lost", "sbc-prompt-not-seen"]);
            Assert.Contains("etry", change.Trouble.Fix, StringComparison.Ordinal);
            change = await bed.RetryAsync(change);
        }

        Assert.True(change.State == ChangeState.Done, $"{change.Trouble}");
        Assert.Empty(bed.Ledger().Doubled());
        Assert.Equal(ChangeState.Undone, (await bed.UndoAsync(change)).State);
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
    }

    [Theory]
    [InlineData("429", "twilio-rate-limited")]
    [InlineData("500", "twilio-no-answer")]
    [InlineData("502-html", "twilio-no-answer")]
    [InlineData("503-empty", "twilio-no-answer")]
    public async Task A_storm_at_Twilio_stops_plan_and_change_with_its_code_and_when_it_is_over_retry_goes_on(string kind, string code)
    {
        await using var bed = await Bed.StartAsync();
        var before = bed.World();
        var planned = await bed.PlanNewAsync(Trunk);
        await bed.DisturbTwilioAsync(kind, count: 1000);
        Assert.Equal(code, (await Assert.ThrowsAsync<SystemFailureException>(() => bed.PlanNewAsync(Trunk))).Code);

        // The storm begins when the plan has been compared: reads go, writes do not.
        await bed.CalmAsync();
        await bed.DisturbTwilioAsync(kind, count: 1000, method: "POST");
        var failed = await bed.ThroughAsync(planned);

        Assert.Equal((ChangeState.Failed, code), (failed.State, failed.Trouble?.Code));
        Assert.False(failed.Trouble!.Fix.IsEmpty);
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
        await bed.CalmAsync();
        var done = await bed.RetryAsync(failed);

        Assert.True(done.State == ChangeState.Done, $"{done.Trouble}");
        var accepted = bed.Ledger().Twilio.Where(r => r.Status is >= 200 and < 300).GroupBy(r => $"{r.Path} {string.Join('&', r.Form)}");
        Assert.DoesNotContain(accepted, g => g.Count() > 1);
        Assert.Equal(ChangeState.Undone, (await bed.UndoAsync(done)).State);
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
    }

    [Fact]
    public async Task A_sequence_conflict_at_the_switch_stops_the_change_and_retry_reads_a_fresh_number()
    {
        await using var bed = await Bed.StartAsync();
        var before = bed.World();
        await bed.DisturbAsync("stale-sequence", "RequestedStatus");

        var failed = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));

        Assert.Equal((ChangeState.Failed, "cfs-sequence-stale"), (failed.State, failed.Trouble?.Code));
        var done = await bed.RetryAsync(failed);
        Assert.True(done.State == ChangeState.Done, $"{done.Trouble}");
        Assert.Equal(["create 2001", "status 5105", "status 2001"], bed.Ledger().Cfs.Select(u => $"{u.Operation} {u.ResultCode}"));
        Assert.Equal(ChangeState.Undone, (await bed.UndoAsync(done)).State);
        Assert.Equal("", LabWorld.Difference(before, bed.World()));
    }
}
