using System.Text.Json;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Lab.Tests.Perimeta;

namespace TrunkBot.Lab.Tests;

public sealed class LabHostTests
{
    [Fact]
    public async Task Stopping_the_lab_ends_its_sessions_and_frees_its_port()
    {
        using var folder = new LabFolder();
        var host = await StartSbcAsync(folder);
        await using var dialog = await new SshClient(folder, host.SshPort).WithKey().CliAsync();

        await host.DisposeAsync();

        Assert.Equal(255, (await dialog.EndAsync()).ExitCode);
        await using var again = await LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path) with { SshPort = host.SshPort }, [PerimetaServer.Part], TestContext.Current.CancellationToken);
        Assert.Equal(host.SshPort, again.SshPort);
    }

    [Fact]
    public async Task Keys_secrets_and_configuration_outlive_the_lab()
    {
        using var folder = new LabFolder();
        await using (var first = await StartSbcAsync(folder))
        {
            await using var dialog = await new SshClient(folder, first.SshPort).WithKey().CliAsync();
            await dialog.AskAsync("config", "(config)# ");
            await dialog.AskAsync("sbc", "(config-sbc)# ");
            await dialog.AskAsync("signaling", "(config-sbc-sig)# ");
            await dialog.AskAsync("adjacency sip Kept", "(config-adj-sip)# ");
        }

        var secrets = folder.Read("secrets.json");
        var hostKey = folder.Read("perimeta", "login", "host_ed25519.pub");

        await using var second = await StartSbcAsync(folder);

        Assert.Equal(secrets, folder.Read("secrets.json"));
        Assert.Equal(hostKey, folder.Read("perimeta", "login", "host_ed25519.pub"));
        Assert.Contains("adjacency sip Kept\n", folder.Read("perimeta", "running.config"), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_random_and_for_the_owner_alone()
    {
        using var one = new LabFolder();
        using var other = new LabFolder();

        var secrets = LabSecrets.Open(one.Path);

        Assert.NotEqual(secrets["lab-perimeta"], LabSecrets.Open(other.Path)["lab-perimeta"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(one.File("secrets.json")));
        using var document = JsonDocument.Parse(one.Read("secrets.json"));
        Assert.Equal(
            ["lab-perimeta", "lab-perimeta-read-only", "lab-metaview", "lab-twilio", "lab-subscriber"],
            document.RootElement.GetProperty("Secrets").EnumerateObject().Select(secret => secret.Name));
        Assert.All(document.RootElement.GetProperty("Secrets").EnumerateObject(), secret => Assert.Matches("^[0-9a-f]{32}$", secret.Value.GetString()!));
    }

    [Fact]
    public void A_secret_that_was_set_by_hand_is_kept()
    {
        using var folder = new LabFolder();
        File.WriteAllText(folder.File("secrets.json"), """{"Secrets":{"lab-perimeta":"chosen","somebody-elses":"kept"}}""");

        Assert.Equal("chosen", LabSecrets.Open(folder.Path)["lab-perimeta"]);
        Assert.Equal("kept", LabSecrets.Open(folder.Path)["somebody-elses"]);
        Assert.Equal(32, LabSecrets.Open(folder.Path)["lab-metaview"].Length);
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_words()
    {
        using var folder = new LabFolder();
        using var other = new LabFolder();
        await using var host = await StartSbcAsync(folder);

        var refusal = await Assert.ThrowsAsync<LabException>(() => LabHost.StartAsync(LabOptions.OnFreePorts(other.Path) with { SshPort = host.SshPort }, [PerimetaServer.Part], TestContext.Current.CancellationToken));

        Assert.Equal($"the SBC's sshd ended at once on 127.0.0.1:{host.SshPort}: is the port in use? See perimeta/login/sshd.log", refusal.Message);
    }

    [Fact]
    public async Task Parts_stop_in_reverse_and_those_before_a_failure_are_stopped_too()
    {
        using var folder = new LabFolder();
        var log = new List<string>();
        LabPart[] parts = [Recording("one", log), Recording("two", log), new("three", (_, _) => throw new LabException("three cannot run"))];

        await Assert.ThrowsAsync<LabException>(() => LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path), parts, TestContext.Current.CancellationToken));

        Assert.Equal(["start one", "start two", "stop two", "stop one"], log);
    }

    private static Task<LabHost> StartSbcAsync(LabFolder folder) =>
        LabHost.StartAsync(LabOptions.OnFreePorts(folder.Path), [PerimetaServer.Part], TestContext.Current.CancellationToken);

    private static LabPart Recording(string name, List<string> log) => new(name, (_, _) =>
    {
        log.Add($"start {name}");
        return Task.FromResult<IAsyncDisposable>(new Stopped(() => log.Add($"stop {name}")));
    });

    private sealed class Stopped(Action stop) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            stop();
            return ValueTask.CompletedTask;
        }
    }
}
