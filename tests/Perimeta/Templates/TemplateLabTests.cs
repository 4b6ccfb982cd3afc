using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Tests.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Templates;

/// <summary>Templates at the lab's SBC, whose words for TLS and call policy are invented (lab-invented-...), as no public text has any.</summary>
public sealed class TemplateLabTests : IAsyncLifetime
{
    private static readonly TrunkIntent Secure = Sample.Intent() with { Transport = SipTransport.Tls, LocalPort = 5061 };
    private readonly LabFixture _lab = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("templates");

    private PerimetaSite Perimeta => _lab.Perimeta with
    {
        DynamicPeerRouting = DynamicPeerRouting.No,
        Templates = new() { Tls = Path.Combine(_folder.FullName, "tls.txt"), CallPolicy = Path.Combine(_folder.FullName, "policy.txt") },
    };

    [Fact]
    public async Task A_secure_trunk_is_provisioned_and_routed_and_undone_without_a_trace()
    {
        var before = await StartAsync();

        var steps = await ApplyAsync(new(Secure));

        Assert.Equal(
            ["perimeta.whitelist", "perimeta.tls", "perimeta.adjacency.acme-east-us2.build", "perimeta.routing.acme-east-us2", "perimeta.adjacency.acme-east-us2.activate"],
            steps.Select(s => s.Id));
        Assert.Contains("  lab-invented-tls-profile acme-east-tls\n    lab-invented-cipher strong\n", _lab.Running, StringComparison.Ordinal);
        Assert.Contains("      lab-invented-tls\n        lab-invented-profile acme-east-tls\n        lab-invented-srtp required\n      activate\n", _lab.Running, StringComparison.Ordinal);
        Assert.Contains("    lab-invented-route acme-east-us2 MetasphereCFS\n", _lab.Running, StringComparison.Ordinal);
        Assert.Empty((await _lab.PlanAsync(Secure, Perimeta)).Steps);

        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_removal_takes_back_what_the_templates_did_even_when_the_files_are_others_by_then_and_can_be_undone()
    {
        var before = await StartAsync();
        await ApplyAsync(new(Secure));
        var provisioned = _lab.Running;
        var removal = new TrunkGoal(Secure) { Removes = true, Owned = new(Secure, _lab.Facts) };

        var steps = await ApplyAsync(removal);

        Assert.Equal(
            [
                "perimeta.adjacency.acme-east-us2.deactivate", "perimeta.routing.acme-east-us2.retire",
                "perimeta.adjacency.acme-east-us2.remove", "perimeta.tls.retire", "perimeta.whitelist.retire",
            ],
            steps.Select(s => s.Id));
        Assert.Equal(before, _lab.Running);
        Assert.Empty((await _lab.PlanAsync(removal, Perimeta)).Steps);

        await _lab.UndoAllAsync(steps);
        Assert.Equal(provisioned, _lab.Running);
    }

    [Fact]
    public async Task A_trunk_moves_to_TLS_and_back_in_place()
    {
        await StartAsync();
        var plain = Sample.Intent();
        await ApplyAsync(new(plain));
        var before = _lab.Running;

        var there = await ApplyAsync(new(Secure) { Owned = new(plain, _lab.Facts) });

        Assert.Equal(["perimeta.tls", "perimeta.adjacency.acme-east-us2.edit"], there.Select(s => s.Id));
        Assert.Equal(
            ["signaling-local-port 5061", "signaling-peer-port 5061", "lab-invented-tls", "lab-invented-profile acme-east-tls", "lab-invented-srtp required", "exit"],
            there[1].Sends.Skip(5).SkipLast(2));
        Assert.Equal(["no lab-invented-tls", "signaling-peer-port 5060", "signaling-local-port 5060"], there[1].UndoSends.Skip(5).SkipLast(2));
        var secure = _lab.Running;

        var back = await ApplyAsync(new(plain) { Owned = new(Secure, _lab.Facts) });

        Assert.Equal(["perimeta.adjacency.acme-east-us2.edit", "perimeta.tls.retire"], back.Select(s => s.Id));
        Assert.Equal(before, _lab.Running);
        await _lab.UndoAllAsync(back);
        Assert.Equal(secure, _lab.Running);
        await _lab.UndoAllAsync(there);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task Lines_that_were_there_before_stay_at_an_undo()
    {
        await StartAsync();
        await _lab.TypedByAnotherAsync("config", "sbc", "lab-invented-policy Main", "lab-invented-route acme-east-us2 MetasphereCFS", "lab-invented-route MetasphereCFS acme-east-us2", "end");
        var before = _lab.Running;
        var step = (await _lab.PlanAsync(Sample.Intent(), Perimeta)).Steps.Single(s => s.Id == "perimeta.routing.acme-east-us2");

        var result = await _lab.ApplyAsync(step);
        var undone = await _lab.UndoAsync(step);

        Assert.Equal("All lines of the call policy template for acme-east-us2 were there already; nothing was sent.", result.Sentence);
        Assert.Equal("The lines of the call policy template for acme-east-us2 were there before this change, so they stay.", undone.Sentence);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_refused_line_takes_back_what_was_taken_before_it()
    {
        var before = await StartAsync();
        var step = (await _lab.PlanAsync(Secure, Perimeta)).Steps.Single(s => s.Id == "perimeta.tls");
        _lab.Fault("refuse-line", "lab-invented-cipher");

        var result = await _lab.ApplyAsync(step);

        Assert.Equal("sbc-line-refused", result.FailureCode);
        Assert.Contains("Taken back: the lines of the TLS template were taken back.", result.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, _lab.Running);
    }

    private async Task<string> StartAsync()
    {
        // The policy to which routes are added is there before the bot comes.
        await File.WriteAllTextAsync(Perimeta.Templates.Tls!, TemplateTexts.Tls, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Perimeta.Templates.CallPolicy!, TemplateTexts.CallPolicy, TestContext.Current.CancellationToken);
        await _lab.TypedByAnotherAsync("config", "sbc", "lab-invented-policy Main", "end");
        return _lab.Running;
    }

    private async Task<IReadOnlyList<PlannedStep>> ApplyAsync(TrunkGoal goal)
    {
        var plan = await _lab.PlanAsync(goal, Perimeta);
        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error);
        return await _lab.ApplyAllAsync(plan.Steps);
    }

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
