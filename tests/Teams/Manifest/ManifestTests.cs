using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace TrunkBot.Teams.Tests.Manifest;

/// <summary>The package that is uploaded to Teams, as the script packs it.</summary>
public sealed class ManifestTests : IDisposable
{
    private const string AppId = "1f0a4b2e-6a51-4bd3-9c1e-0d6a5c7b8e9f";
    private static readonly string Root = FindRoot();
    private readonly string directory = Directory.CreateTempSubdirectory("trunkbot-manifest-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task The_packed_manifest_is_valid_against_the_newest_schema_and_has_the_ids_of_the_installation()
    {
        var manifest = await PackAsync();
        var version = manifest["manifestVersion"]!.GetValue<string>();
        var schemas = Path.Combine(Root, "tests/Teams/Manifest/node_modules/@microsoft/app-manifest/build/json-schemas/teams");
        var newest = Directory.GetDirectories(schemas).Select(d => Path.GetFileName(d)[1..]).Where(v => v.All(c => char.IsAsciiDigit(c) || c is '.')).MaxBy(Version.Parse);

        var schema = await JsonSchema.FromFileAsync(Path.Combine(schemas, $"v{version}", "MicrosoftTeams.schema.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(manifest.ToJsonString()).Select(e => e.ToString()));
        Assert.Equal("1.30", version);
        Assert.Equal(newest, version);
        Assert.Equal(AppId, manifest["id"]!.GetValue<string>());
        Assert.Equal(AppId, manifest["bots"]![0]!["botId"]!.GetValue<string>());
        Assert.Equal(AppId, manifest["composeExtensions"]![0]!["botId"]!.GetValue<string>());
        Assert.Equal("""["bot.example.com"]""", manifest["validDomains"]!.ToJsonString());
        Assert.True(manifest["bots"]![0]!["supportsFiles"]!.GetValue<bool>());
        Assert.DoesNotContain("${", manifest.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_that_is_asked_refuses_what_Teams_refuses()
    {
        var manifest = await PackAsync();
        manifest["name"]!["short"] = new string('x', 31);
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(Root, "tests/Teams/Manifest/node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.30/MicrosoftTeams.schema.json"), TestContext.Current.CancellationToken);

        Assert.Contains(schema.Validate(manifest.ToJsonString()), e => e.Path == "#/name.short");
    }

    [Fact]
    public async Task The_commands_of_the_message_extension_are_those_that_the_bot_knows()
    {
        var commands = (await PackAsync())["composeExtensions"]![0]!["commands"]!.AsArray();

        Assert.Equal(["newTrunk", "diagnoseTrunk"], commands.Select(c => c!["id"]!.GetValue<string>()));
        Assert.Equal("""["message"]""", commands[1]!["context"]!.ToJsonString());
    }

    [Fact]
    public async Task The_icons_have_Teams_sizes_and_the_outline_is_white_on_transparent()
    {
        await PackAsync();
        using var package = await ZipFile.OpenReadAsync(Path.Combine(directory, "app.zip"), TestContext.Current.CancellationToken);
        Assert.Equal(["manifest.json", "color.png", "outline.png"], package.Entries.Select(e => e.FullName));
        var (width, height, color) = await PixelsAsync(package.GetEntry("color.png")!);
        Assert.Equal((192, 192), (width, height));
        Assert.All(color, p => Assert.Equal(255, p.Alpha));
        Assert.Equal((15, 76, 129), (color[0].Red, color[0].Green, color[0].Blue));
        Assert.Contains(color, p => (p.Red, p.Green, p.Blue) == (255, 255, 255));

        var (outlineWidth, outlineHeight, outline) = await PixelsAsync(package.GetEntry("outline.png")!);
        Assert.Equal((32, 32), (outlineWidth, outlineHeight));
        Assert.All(outline, p => Assert.Equal((255, 255, 255), (p.Red, p.Green, p.Blue)));
        Assert.Equal(0, outline[0].Alpha);
        Assert.Contains(outline, p => p.Alpha == 255);
    }

    [Theory]
    [InlineData("", "https://bot.example.com", "the app id '' is not the GUID of a bot's registration.")]
    [InlineData("TrunkBot", "https://bot.example.com", "the app id 'TrunkBot' is not the GUID")]
    [InlineData("00000000-0000-0000-0000-000000000000", "https://bot.example.com", "is not the GUID")]
    [InlineData(AppId, "http://bot.example.com", "--base-url 'http://bot.example.com' is not an https address")]
    [InlineData(AppId, "https://localhost", "is not an https address that Teams can reach")]
    [InlineData(AppId, "https://bot.example.com/api/messages", "must be the bot's address alone, without a path.")]
    public async Task Wrong_ids_and_addresses_are_refused_by_name(string appId, string baseUrl, string said)
    {
        var (exit, _, errors) = await RunAsync("--app-id", appId, "--base-url", baseUrl, "--out", Path.Combine(directory, "app.zip"));

        Assert.Equal(2, exit);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(directory, "app.zip")));
    }

    private async Task<JsonObject> PackAsync()
    {
        var (exit, said, errors) = await RunAsync("--app-id", AppId, "--base-url", "https://bot.example.com", "--out", Path.Combine(directory, "app.zip"));
        Assert.True(exit == 0, errors);
        Assert.Contains($"for app id {AppId} at https://bot.example.com", said, StringComparison.Ordinal);
        using var package = await ZipFile.OpenReadAsync(Path.Combine(directory, "app.zip"), TestContext.Current.CancellationToken);
        await using var manifest = await package.GetEntry("manifest.json")!.OpenAsync(TestContext.Current.CancellationToken);
        return (await JsonNode.ParseAsync(manifest, cancellationToken: TestContext.Current.CancellationToken))!.AsObject();
    }

    private static async Task<(int Exit, string Said, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(Root, "manifest/teams/pack"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("Teams__AppId");
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said, await errors);
    }

    /// <summary>Reads a PNG of 8 bits, with alpha, whose rows are not filtered: the form in which the script writes them.</summary>
    private static async Task<(int Width, int Height, List<Pixel> Pixels)> PixelsAsync(ZipArchiveEntry entry)
    {
        using var memory = new MemoryStream();
        await using (var stream = await entry.OpenAsync())
        {
            await stream.CopyToAsync(memory);
        }

        var png = memory.ToArray();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        int Number(int at) => (png[at] << 24) | (png[at + 1] << 16) | (png[at + 2] << 8) | png[at + 3];
        var (width, height) = (Number(16), Number(20));
        Assert.Equal([8, 6], png[24..26]);
        Assert.Equal("IDAT"u8.ToArray(), png[37..41]);
        await using var inflated = new ZLibStream(new MemoryStream(png, 41, Number(33)), CompressionMode.Decompress);
        var pixels = new List<Pixel>();
        var row = new byte[1 + (width * 4)];
        for (var y = 0; y < height; y++)
        {
            await inflated.ReadExactlyAsync(row);
            Assert.Equal(0, row[0]);
            pixels.AddRange(Enumerable.Range(0, width).Select(x => new Pixel(row[1 + (x * 4)], row[2 + (x * 4)], row[3 + (x * 4)], row[4 + (x * 4)])));
        }

        return (width, height, pixels);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }

    private sealed record Pixel(byte Red, byte Green, byte Blue, byte Alpha);
}
