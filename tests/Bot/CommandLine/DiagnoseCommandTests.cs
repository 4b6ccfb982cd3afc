using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Changes.Life;
using TrunkBot.Storage;

namespace TrunkBot.Bot.Tests.CommandLine;

/// <summary><c>trunkbot diagnose</c> where no system answers; with systems that do it is in tests/EndToEnd.</summary>
public sealed class DiagnoseCommandTests : IDisposable
{
    private readonly TrunkBotProcess _bot = new();
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    public DiagnoseCommandTests()
    {
        // Takes connections and never says a word.
        _silent.Start();
        Directory.CreateDirectory(Path.Combine(_bot.Directory, "sites"));
        _bot.Environment["Sites__Directory"] = "sites";
        _bot.Environment["Storage__DataDirectory"] = "data";
        _bot.Environment["People__Accounts__ben__Name"] = "Ben";
        _bot.Environment["People__Accounts__ben__Groups__0"] = "leads";
        _bot.Environment["People__RolesOfGroups__leads__0"] = "approver";
        foreach (var secret in new[] { "p", "t" })
        {
            _bot.Environment[$"Secrets__{secret}"] = "s3cret";
        }
    }

    [Fact]
    public async Task Systems_that_can_t_be_reached_end_with_4_and_are_named_in_JSON_without_any_secret()
    {
        await ManageAsync(port: 1);

        var (said, error, code) = await _bot.RunAsync("diagnose", "ACME-EAST", "--json");

        Assert.Equal(("", 4), (error, code));
        var root = JsonDocument.Parse(said).RootElement;
        Assert.Equal(("acme-east", "cannotReach"), (root.GetProperty("trunk").GetString(), root.GetProperty("outcome").GetString()));
        Assert.Contains("sbc-unreachable", root.GetProperty("causes").EnumerateArray().Select(c => c.GetProperty("code").GetString()));
        Assert.DoesNotContain("s3cret", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diagnosis_that_takes_too_long_ends_with_3()
    {
        await ManageAsync(((IPEndPoint)_silent.LocalEndpoint).Port);

        var (said, error, code) = await _bot.RunAsync("diagnose", "acme-east", "--timeout", "2");

        Assert.Equal(("", "trunkbot: the diagnosis was not over within 2 s\n", 3), (said, error, code));
    }

    [Fact]
    public async Task What_can_t_be_meant_ends_with_2_and_says_what_could()
    {
        await ManageAsync(port: 1);

        Assert.Equal(("trunkbot: there is no trunk \"acme-est\" under management; did you mean acme-east? (trunk-unknown)\n", 2), await ErrorAsync("diagnose", "acme-est"));
        Assert.Equal(2, (await ErrorAsync("diagnose", "acme-east", "cal")).Code);
        Assert.Equal(2, (await ErrorAsync("diagnose", "acme-east", "--timeout", "0")).Code);
        Assert.Equal(2, (await ErrorAsync("diagnose")).Code);
    }

    public void Dispose()
    {
        _silent.Dispose();
        _bot.Dispose();
    }

    private async Task<(string Error, int Code)> ErrorAsync(params string[] arguments)
    {
        var (said, error, code) = await _bot.RunAsync(arguments);
        Assert.Equal("", said);
        return (error, code);
    }

    /// <summary>A trunk in a store, at a site whose systems are at that port of this machine.</summary>
    private async Task ManageAsync(int port)
    {
        _bot.Put("known_hosts", "");
        _bot.Put("sites/lab.json", $$"""
            {
              "name": "lab", "title": "Lab",
              "perimeta": { "element": "sbc", "host": "127.0.0.1", "port": {{port}}, "user": "u", "password": "secret:p", "knownHosts": "known_hosts", "dialect": "lab-invented", "coreAdjacency": "CFS", "coreAddresses": ["10.20.0.10"] },
              "metaswitch": { "element": "cfs", "metaSwitchName": "CFS", "url": "http://127.0.0.1:{{port}}/services/ShService", "variant": "direct", "clientVersion": "9.3" },
              "twilio": { "element": "t", "accountSid": "AC00000000000000000000000000001ab0", "apiKeySid": "SK00000000000000000000000000001ab0", "secret": "secret:t", "apiBaseUrl": "http://127.0.0.1:{{port}}", "trunkingBaseUrl": "http://127.0.0.1:{{port}}" },
              "tests": { "localAddress": "127.0.0.1", "optionsProxy": "not a host and a port" },
              "approval": { "approvers": ["ben"], "channel": "c" }
            }
            """);
        await using var store = new ServiceCollection().AddLogging().AddStorage(Path.Combine(_bot.Directory, "data")).BuildServiceProvider();
        var cancel = TestContext.Current.CancellationToken;
        await store.MigrateAsync(cancel);
        await store.GetRequiredService<ITrunkStore>().SaveAsync(new ManagedTrunk(TestSilo.Intent with { Site = "lab" }, [], "CHG-1", DateTimeOffset.UnixEpoch), cancel);
    }
}
