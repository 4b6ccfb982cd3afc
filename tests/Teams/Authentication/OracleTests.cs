using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>The same table judged by Microsoft's botbuilder for Node.js. Nowhere may we be laxer; where we are stricter the table says why.</summary>
public sealed class OracleTests(OracleTests.Oracle oracle) : IClassFixture<OracleTests.Oracle>
{
    public static TheoryData<string> Rows => [.. TokenTable.Rows.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Microsofts_own_check_says_the_same_or_the_table_says_why_not(string name)
    {
        var row = TokenTable.Rows.Single(r => r.Name == name);
        var isTaken = oracle.Verdicts[name] == "taken";

        Assert.True(isTaken == (row.Status == 202 || row.StricterBecause is not null), $"botbuilder says: {oracle.Verdicts[name]}");
    }

    [Fact]
    public void What_we_take_is_never_excused() => Assert.DoesNotContain(TokenTable.Rows, r => r.Status == 202 && r.StricterBecause is not null);

    /// <summary>One run of botbuilder over the whole table.</summary>
    public sealed class Oracle : IAsyncLifetime
    {
        internal Dictionary<string, string> Verdicts { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await using var issuer = await IssuerServer.StartAsync();
            var given = new JsonObject
            {
                ["now"] = Mint.Now.ToUnixTimeMilliseconds(),
                ["appId"] = Mint.AppId,
                ["issuer"] = Mint.Issuer,
                ["channelMetadata"] = issuer.ChannelMetadata,
                ["entraMetadata"] = $"{issuer.Url}/entra/metadata",
                ["rows"] = new JsonArray([.. TokenTable.Rows.Select(r => new JsonObject { ["name"] = r.Name, ["authorization"] = r.Authorization, ["activity"] = JsonNode.Parse(r.Activity) })]),
            };
            using var node = Process.Start(new ProcessStartInfo("node", ["judge.cjs"])
            {
                WorkingDirectory = Path.Combine(Root(), "tests", "Teams", "Oracle"), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var (said, complained) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
            await node.StandardInput.WriteAsync(given.ToJsonString());
            node.StandardInput.Close();
            await node.WaitForExitAsync();
            Assert.True(node.ExitCode == 0, await complained);
            Verdicts = JsonSerializer.Deserialize<Dictionary<string, string>>(await said)!;
            await WriteAsync();
        }

        /// <summary>The table, to be read by people, as <c>test-output/tokens.md</c>. That ours is so is what <see cref="TokenTests"/> hold.</summary>
        private async Task WriteAsync()
        {
            var lines = TokenTable.Rows.Select(r =>
                $"| {Cell(r.Name)} | {r.Status} | {Cell(r.Reasons)} | {Cell(Verdicts[r.Name])} | {Cell(r.StricterBecause ?? "")} |");
            var folder = Directory.CreateDirectory(Path.Combine(Root(), "test-output"));
            await File.WriteAllLinesAsync(
                Path.Combine(folder.FullName, "tokens.md"),
                ["# Tokens, and what becomes of them", "", "| token | TrunkBot | rules broken | npm botbuilder | stricter because |", "|---|---|---|---|---|", .. lines]);
        }

        private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string Root()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
            }

            return folder.FullName;
        }
    }
}
