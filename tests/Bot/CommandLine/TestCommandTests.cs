using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;
using TrunkBot.Changes.Life;
using TrunkBot.Storage;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.CommandLine;

/// <summary><c>trunkbot test</c>, with the store and the site of the lab and nobody who answers; calls that are answered are in the tests of the whole.</summary>
public sealed class TestCommandTests : IDisposable
{
    private readonly TrunkBotProcess _bot = new();

    [Theory]
    [InlineData("there is no trunk \"acme-est\" under management; did you mean acme-east? (trunk-unknown)", "acme-est")]
    [InlineData("\"direkt\" can't be read there: after the name stand direct [EDGE], edges or inbound, and to NUMBER", "acme-east", "direkt")]
    [InlineData("something is missing at the end: an edge, or a number after to", "acme-east", "edge")]
    [InlineData("the call may cost money: say --yes to place it", "acme-east", "inbound")]
    public async Task What_can_not_be_asked_for_so_ends_with_2(string said, params string[] arguments)
    {
        await PrepareAsync();

        var (output, error, code) = await _bot.RunAsync(["test", .. arguments]);

        Assert.Equal(("", $"trunkbot: {said}\n", 2), (output, error, code));
    }

    [Fact]
    public async Task A_rule_that_stands_against_the_call_is_told_as_a_result()
    {
        await PrepareAsync();

        var (output, error, code) = await _bot.RunAsync("test", "acme-east", "to", "911", "--yes", "--json");

        Assert.Equal(("", 1), (error, code));
        var call = JsonDocument.Parse(output).RootElement.GetProperty("calls")[0];
        Assert.Empty((await SchemaAsync()).Validate(output));
        Assert.Equal((false, "call-emergency-number", JsonValueKind.Null), (call.GetProperty("placed").GetBoolean(), call.GetProperty("code").GetString(), call.GetProperty("call").ValueKind));
    }

    [Fact]
    public async Task A_day_has_so_many_calls_whichever_process_places_them_and_nobody_there_is_4()
    {
        using var held = Refusing(out var closed);
        await PrepareAsync(json => json
            .Replace("\"directProxy\": \"127.0.0.1:15060\"", $"\"directProxy\": \"127.0.0.1:{closed}\"", StringComparison.Ordinal)
            .Replace("\"execution\":", "\"calls\": { \"perTrunkPerDay\": 1 }, \"execution\":", StringComparison.Ordinal));

        var (first, _, code) = await _bot.RunAsync("test", "acme-east", "direct", "--files", "kept");
        Assert.Equal(4, code);
        Assert.StartsWith("failed: direct to edge umatilla, +13035550123 to +16504894546\nsip-transport-error: ", first, StringComparison.Ordinal);
        Assert.Contains(Directory.EnumerateFiles(Path.Combine(_bot.Directory, "kept")), f => f.EndsWith("-umatilla-call.json", StringComparison.Ordinal));

        var (second, _, over) = await _bot.RunAsync("test", "acme-east", "direct");
        Assert.Equal(1, over);
        Assert.Contains("call-budget-used: The test call was not placed: The call would be more than calls.perTrunkPerDay in the profile of site denver lets a day have (1).", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_called_and_what_came_of_it_is_in_the_audit_trail()
    {
        await PrepareAsync();
        await _bot.RunAsync("test", "acme-east", "direct", "umatilla", "to", "911", "--yes");

        var (output, _, _) = await _bot.RunAsync("audit", "export");

        var records = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).Where(r => r.GetProperty("what").GetString()!.StartsWith("test-call", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [("test-call-started", "direct umatilla to 911"), ("test-call-ended", "umatilla: not placed (call-emergency-number)")],
            records.Select(r => (r.GetProperty("what").GetString(), r.GetProperty("detail").GetString())));
        Assert.All(records, r => Assert.Equal(
            ($"command-line:{Environment.UserName}", "acme-east", "command-line", "trunkbot test acme-east direct umatilla to 911"),
            (r.GetProperty("who").GetString(), r.GetProperty("trunk").GetString(), r.GetProperty("channel").GetString(), r.GetProperty("text").GetString())));
        Assert.Equal(0, (await _bot.RunAsync("audit", "verify")).Code);
    }

    [Fact]
    public async Task A_call_that_was_placed_keeps_to_the_published_schema_with_all_that_was_measured()
    {
        using var held = Refusing(out var closed);
        await PrepareAsync(json => json.Replace("\"directProxy\": \"127.0.0.1:15060\"", $"\"directProxy\": \"127.0.0.1:{closed}\"", StringComparison.Ordinal));

        var (output, _, code) = await _bot.RunAsync("test", "acme-east", "direct", "--json");

        Assert.Equal(4, code);
        var schema = await SchemaAsync();
        Assert.Empty(schema.Validate(output));
        Assert.NotEmpty(schema.Validate(output.Replace("\"outcome\": \"transportError\"", "\"outcome\": \"bad\"", StringComparison.Ordinal)));
        Assert.Equal(
            schema.ActualProperties["calls"].Item!.ActualProperties.Keys.Order(),
            JsonDocument.Parse(output).RootElement.GetProperty("calls")[0].EnumerateObject().Select(m => m.Name).Order());
    }

    [Fact]
    public async Task The_signal_that_Twilio_plays_is_written_as_a_file()
    {
        var (_, error, code) = await _bot.RunAsync("sip", "signal", "signal.wav", "--seconds", "5", "--seed", "7");

        Assert.Equal(("", 0), (error, code));
        Assert.Equal(44 + (5 * 8000 * 2), new FileInfo(Path.Combine(_bot.Directory, "signal.wav")).Length);
    }

    public void Dispose() => _bot.Dispose();

    private static Task<JsonSchema> SchemaAsync() => JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "test-result.schema.json"), TestContext.Current.CancellationToken);

    /// <summary>A port that is held and not listened on: whoever connects is refused, and no other test can open it meanwhile.</summary>
    private static Socket Refusing(out int port)
    {
        var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)held.LocalEndPoint!).Port;
        return held;
    }

    private async Task PrepareAsync(Func<string, string>? site = null)
    {
        var json = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "../../../../../src/Lab/Site/denver.json"), TestContext.Current.CancellationToken);
        json = site?.Invoke(json) ?? json;
        Directory.CreateDirectory(Path.Combine(_bot.Directory, "sites"));
        _bot.Put("sites/denver.json", json);
        _bot.Environment["Sites__Directory"] = "sites";
        _bot.Environment["Storage__DataDirectory"] = "data";
        foreach (var account in new[] { "ben", "dana" })
        {
            _bot.Environment[$"People__Accounts__{account}__Name"] = account;
            _bot.Environment[$"People__Accounts__{account}__Groups__0"] = "noc";
        }

        _bot.Environment["People__RolesOfGroups__noc__0"] = "approver";

        await using var store = new ServiceCollection().AddLogging().AddStorage(Path.Combine(_bot.Directory, "data")).BuildServiceProvider();
        await store.MigrateAsync(TestContext.Current.CancellationToken);
        var profile = SiteProfileReader.Read(json, "denver.json");
        var reading = IntentReader.Read(ParameterLine.Read("name=acme-east site=denver edges=umatilla transport=tcp").Values, _ => profile);
        await store.GetRequiredService<ITrunkStore>().SaveAsync(new ManagedTrunk(reading.Intent!, reading.Values, "CHG-9", DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
    }
}
