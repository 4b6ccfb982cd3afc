using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TrunkBot.Changes.Life;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Templates;

/// <summary>What is wrong in a template is found before any trunk is planned with it.</summary>
public sealed class TemplateReaderTests
{
    [Theory]
    [InlineData("lab-invented-srtp required", "lab-invented-srtp {level}", 10, "there is no hole {level} in [adjacency]; there are {name}, {serviceAddress}, {serviceNetwork}, {realm}, {localPort}, {peerPort}, {coreAdjacency}, {adjacency}, {edge}, {legacy}, {peer}")]
    [InlineData("lab-invented-cipher strong", "lab-invented-cipher {adjacency}", 5, "there is no hole {adjacency} in [before]")]
    [InlineData("lab-invented-srtp required", "lab-invented-srtp {name", 10, "a brace stands alone")]
    [InlineData("lab-invented-srtp required", "lab-invented-srtp ?", 10, "holds ?, a control character or a letter that is not ASCII")]
    [InlineData("lab-invented-srtp required", "lab-invented-srtp r\u00e9quired", 10, "holds ?, a control character or a letter that is not ASCII")]
    [InlineData("  lab-invented-srtp required", "\tlab-invented-srtp required", 10, "holds ?, a control character")]
    [InlineData("lab-invented-srtp required", "lab-invented-srtp \u001b[2J", 10, "holds ?, a control character")]
    [InlineData("lab-invented-srtp required", "lab-invented-srtp  required", 10, "one blank between words, and quotes only around what has blanks or is empty: lab-invented-srtp required")]
    [InlineData("lab-invented-srtp required", "pre-shared-key hunter2", 10, "looks like a secret")]
    [InlineData("  exit\n", "", 8, "the submode is not left with exit")]
    [InlineData("  exit\n", "lab-invented-more 1\n", 11, "the submode of line 8 is not left with exit before it")]
    [InlineData("  exit\n", "  exit\nexit\n", 12, "exit leaves more modes than this section opened")]
    [InlineData("  exit\n", "  exit\n  lab-invented-more 1\n", 12, "it is indented as inside a submode that is left already")]
    [InlineData("  lab-invented-srtp required", " lab-invented-srtp required", 10, "it is indented like no line before it")]
    [InlineData("  lab-invented-srtp required", "  realm {realm}", 10, "realm is written by the bot, or by a setting of the site")]
    [InlineData("  lab-invented-srtp required", "  media", 10, "\"media\" leads out of the adjacency")]
    [InlineData("  lab-invented-srtp required", "  adjacency sip {name}", 10, "leads out of the adjacency")]
    [InlineData("  lab-invented-srtp required", "  activate", 10, "\"activate\" is the bot's own")]
    [InlineData("sbc\n  no", "end\n  no", 14, "\"end\" is the bot's own")]
    [InlineData("[undo]", "[back]", 13, "there is no section [back] here; there are [before], [adjacency], [undo]")]
    [InlineData("[undo]", "[before]", 13, "the section [before] stands twice")]
    [InlineData("[undo]\nsbc\n  no lab-invented-tls-profile {name}-tls\n", "", 1, "the section [before] has no [undo] that takes it back")]
    [InlineData("[undo]", "[undo]\n[adjacency]", 13, "the section [undo] has no line")]
    [InlineData("  no lab-invented-tls-profile {name}-tls", "  no lab-invented-tls-profile shared", 13, "no line of [undo] has {name}")]
    [InlineData("[before]\n", "", 2, "a section must be begun first: [before], [adjacency], [undo]")]
    public void A_wrong_TLS_template_is_refused_with_file_line_and_reason(string good, string bad, int line, string reason)
    {
        Assert.Contains(good, TemplateTexts.Tls, StringComparison.Ordinal);

        var refusal = Assert.Throws<SiteProfileException>(() => TemplateReader.Read("tls.txt", TemplateTexts.Tls.Replace(good, bad, StringComparison.Ordinal), TemplateKind.Tls));

        Assert.StartsWith($"tls.txt, line {line}: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "policy.txt, line 1: there is no section [lines]")]
    [InlineData("# nothing\n", "policy.txt, line 1: there is no section [lines]")]
    [InlineData("[lines]\nroute {adjacency}\n[undo]\nno route {adjacency}\n", "policy.txt, line 1: no line of [lines] has {coreAdjacency}: its lines could not be told from another trunk's")]
    [InlineData("[lines]\nroute {adjacency} {coreAdjacency}\n", "policy.txt, line 1: the section [lines] has no [undo] that takes it back")]
    public void A_call_policy_template_names_both_adjacencies_and_has_an_undo(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SiteProfileException>(() => TemplateReader.Read("policy.txt", text, TemplateKind.CallPolicy)).Message);

    [Fact]
    public void Line_ends_of_Windows_a_byte_order_mark_and_comments_do_not_matter() => Assert.Equal(
        ["lab-invented-tls", "lab-invented-profile acme-east-tls", "lab-invented-srtp required", "exit"],
        TemplateReader.Read("tls.txt", "\uFEFF" + TemplateTexts.Tls.Replace("\n", "\r\n", StringComparison.Ordinal), TemplateKind.Tls)
            .Fill("adjacency", CliTemplate.ValuesOf(Sample.Intent(), Sample.Perimeta(), Sample.Intent().Edges[0])));

    [Fact]
    public void A_value_that_looks_like_a_hole_is_not_filled_again() => Assert.Equal(
        ["route {name} MetasphereCFS"],
        TemplateReader.Read("policy.txt", "[lines]\nroute {adjacency} {coreAdjacency}\n[undo]\nno route {adjacency}\n", TemplateKind.CallPolicy)
            .Fill("lines", new Dictionary<string, string> { ["adjacency"] = "{name}", ["coreAdjacency"] = "MetasphereCFS", ["name"] = "x" }));

    [Fact]
    public async Task A_template_that_is_not_there_stops_the_host_before_anything_starts()
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString(), "none.txt");
        var services = new ServiceCollection();
        services.AddSingleton<ISites>(new OneSite(Sample.Site(Sample.Perimeta() with { Templates = new() { CallPolicy = path } })));
        services.AddSingleton<ISecrets>(new NoSecrets());
        services.AddPerimeta();
        await using var provider = services.BuildServiceProvider();
        var check = Assert.Single(provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>());

        var refusal = await Assert.ThrowsAsync<SiteProfileException>(() => check.StartingAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith($"{path}, line 1: perimeta.templates.callPolicy: the file can't be read: ", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class OneSite(SiteProfile site) : ISites
    {
        public IReadOnlyList<SiteProfile> All => [site];

        public SiteProfile? Find(string name) => site;
    }

    private sealed class NoSecrets : ISecrets
    {
        public string Reveal(SecretReference reference) => throw new NotSupportedException();
    }
}
