using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>Adjacencies with a site's settings, at the lab's SBC, which shares no parser with the driver.</summary>
public sealed class SettingsLabTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    private PerimetaSite Perimeta => _lab.Perimeta with
    {
        Adjacency = new()
        {
            Account = "Northern",
            EditProfilesInbound = [],
            EditProfilesOutbound = ["AddDiversion"],
            ForceSignalingPeer = true,
            DynamicRoutingDomainMatch = true,
            Limits = new() { Regs = 0, CallRate = new() { Sustain = 20, Per = RatePeriod.Second } },
        },
    };

    [Fact]
    public async Task Every_setting_is_taken_read_back_and_undone_without_a_trace()
    {
        var before = _lab.Running;
        var plan = await _lab.PlanAsync(Sample.Intent(), Perimeta);
        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error || f.Code == "rate-limit-without-alarm");

        await _lab.ApplyAllAsync(plan.Steps);

        Assert.Contains(
            """
                adjacency sip acme-east-us2
                  adjacency-limits
                    regs 0
                    call-rate sustain 20 per-second
                  deactivation-mode normal
                  account Northern
                  call-media-policy
                    early-media timeout 240
                    media-bypass-policy forbid
                    repeat-sdp-on-200ok
                  interop
                    message-manipulation
                      edit-profiles inbound ""
                      edit-profiles outbound AddDiversion
                  force-signaling-peer all-requests

            """,
            _lab.Running,
            StringComparison.Ordinal);
        Assert.Contains("      dynamic-routing-domain-match acme-east.pstn.us2.twilio.com\n", _lab.Running, StringComparison.Ordinal);
        Assert.Empty((await _lab.PlanAsync(Sample.Intent(), Perimeta)).Steps);
        await _lab.UndoAllAsync(plan.Steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_trunk_that_was_there_before_the_setting_is_edited_by_a_change_and_back()
    {
        await _lab.ApplyAllAsync((await _lab.PlanAsync(Sample.Intent())).Steps);
        var before = _lab.Running;

        var step = Assert.Single((await _lab.PlanAsync(new TrunkGoal(Sample.Intent()) { Owned = new(Sample.Intent(), _lab.Facts) }, Perimeta)).Steps);
        await _lab.ApplyAllAsync([step]);

        Assert.Equal("perimeta.adjacency.acme-east-us2.edit", step.Id);
        Assert.Empty((await _lab.PlanAsync(Sample.Intent(), Perimeta)).Steps);
        await _lab.UndoAllAsync([step]);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task An_account_that_goes_between_plan_and_apply_makes_the_plan_stale()
    {
        var goal = new TrunkGoal(Sample.Intent());
        var site = Sample.Site(Perimeta);
        var planned = (await _lab.Driver.ReadAsync(goal, site, TestContext.Current.CancellationToken)).Fingerprint;

        await _lab.TypedByAnotherAsync("config", "sbc", "signaling", "adjacency sip NorthernCarrier-1", "no account Northern", "end");

        Assert.NotEqual(planned, (await _lab.Driver.ReadAsync(goal, site, TestContext.Current.CancellationToken)).Fingerprint);
        Assert.Contains((await _lab.PlanAsync(goal, Perimeta)).Findings, f => f is { Code: "account-missing", Severity: FindingSeverity.Error });
    }

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
