using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>Every way to log in, against a real sshd, and what is said when it is not let in.</summary>
public sealed class LoginTests
{
    private static readonly SecretReference Wrong = new("known");
    private static readonly SecretReference Right = new("right");

    [Fact(Timeout = 120_000)]
    public async Task A_password_that_was_refused_is_sent_once_and_not_again_before_an_hour_has_passed()
    {
        await using var device = await TestDevice.StartAsync();
        await device.ServeAlsoAsync("PubkeyAuthentication no\nKbdInteractiveAuthentication yes");
        device.Use(site => site with { PrivateKeyFile = null, Password = Wrong });

        var refused = await FailsAsync(device);
        await device.LoggedAsync("authenticating user", TestContext.Current.CancellationToken);
        var held = await FailsAsync(device);
        device.Clock.Moved = TimeSpan.FromMinutes(59);
        var stillHeld = await FailsAsync(device);
        Assert.Equal("sbc-login-refused", refused.Code);
        Assert.Equal(("sbc-login-held", "sbc-login-held"), (held.Code, stillHeld.Code));
        Assert.Contains("so that the account is not locked", held.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", refused + held.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Failures(device));

        device.Clock.Moved = TimeSpan.FromMinutes(61);
        Assert.Equal("sbc-login-refused", (await FailsAsync(device)).Code);
    }

    [Fact]
    public async Task A_corrected_password_is_tried_at_once()
    {
        await using var device = await TestDevice.StartAsync();
        await device.AskByPamAsync("right-password");
        device.Use(site => site with { PrivateKeyFile = null, Password = Wrong });
        Assert.Equal("sbc-login-refused", (await FailsAsync(device)).Code);

        device.Use(site => site with { Password = Right });

        await ReadsAsync(device);
    }

    [Fact]
    public async Task A_server_that_ends_the_connection_in_place_of_refusing_is_not_asked_again_either()
    {
        await using var device = await TestDevice.StartAsync();
        await device.ServeAlsoAsync("PubkeyAuthentication no\nMaxAuthTries 1");
        device.Use(site => site with { PrivateKeyFile = null, Password = Wrong });

        Assert.Equal("sbc-login-refused", (await FailsAsync(device)).Code);
        Assert.Equal("sbc-login-held", (await FailsAsync(device)).Code);
    }

    [Fact]
    public async Task A_server_that_asks_for_the_password_is_answered()
    {
        await using var device = await TestDevice.StartAsync();
        await device.AskByPamAsync("right-password");
        device.Use(site => site with { PrivateKeyFile = null, Password = Right });

        await ReadsAsync(device);
        Assert.DoesNotContain(device.Log, line => line.Contains("Failed", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_takes_a_password_both_ways_is_given_a_wrong_one_once()
    {
        await using var device = await TestDevice.StartAsync();
        await device.AskByPamAsync("right-password", "PasswordAuthentication yes");
        device.Use(site => site with { PrivateKeyFile = null, Password = Wrong });

        Assert.Equal("sbc-login-refused", (await FailsAsync(device)).Code);
        await device.LoggedAsync("authenticating user", TestContext.Current.CancellationToken);

        Assert.Equal(1, Failures(device));
    }

    [Fact]
    public async Task A_way_to_log_in_that_the_server_does_not_offer_is_said_and_nothing_is_held()
    {
        await using var device = await TestDevice.StartAsync();
        await device.ServeAlsoAsync("PasswordAuthentication no\nKbdInteractiveAuthentication no");
        device.Use(site => site with { PrivateKeyFile = null, Password = Right });

        var failure = await FailsAsync(device);

        Assert.Equal("sbc-login-refused", failure.Code);
        Assert.Contains("does not let user", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was sent.", failure.Message, StringComparison.Ordinal);
        Assert.Equal("sbc-login-refused", (await FailsAsync(device)).Code);
    }

    [Theory]
    [InlineData("right", null, null)]
    [InlineData(null, "sbc-private-key-unusable", "is encrypted, and perimeta.privateKeyPassphrase is not set")]
    [InlineData("known", "sbc-private-key-unusable", "its passphrase does not open it")]
    [InlineData("other", "sbc-secret-missing", "secret:other is not configured")]
    public async Task A_key_with_a_passphrase_is_opened_by_its_secret(string? secret, string? code, string? words)
    {
        await using var device = await TestDevice.StartAsync();
        await TestDevice.RunAsync("ssh-keygen", "-q", "-p", "-P", "", "-N", "right-password", "-f", device.Path("user_key"));
        device.Use(site => site with { PrivateKeyPassphrase = secret is null ? null : new SecretReference(secret) });

        if (code is null)
        {
            await ReadsAsync(device);
            return;
        }

        var failure = await FailsAsync(device);
        Assert.Equal(code, failure.Code);
        Assert.Contains(words!, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", failure.ToString().Replace("passphrase", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    [InlineData("ecdsa")]
    public async Task An_agent_signs_the_login(string type)
    {
        await using var device = await TestDevice.StartAsync();
        await using var agent = await TestAgent.StartAsync(device);
        await agent.MakeAsync(type);
        device.Use(site => site with { PrivateKeyFile = null, IdentityAgent = agent.Socket });

        await ReadsAsync(device);
    }

    [Fact]
    public async Task Of_several_keys_of_an_agent_the_named_one_is_offered_alone()
    {
        await using var device = await TestDevice.StartAsync();
        await using var agent = await TestAgent.StartAsync(device);
        await agent.MakeAsync("rsa");
        var fingerprint = await agent.MakeAsync("ed25519");

        // The server counts each key that it does not know as a failure.
        await device.ServeAlsoAsync($"MaxAuthTries 1\nAuthorizedKeysFile {device.Path("agent_ed25519.pub")}");
        device.Use(site => site with { PrivateKeyFile = null, IdentityAgent = agent.Socket, IdentityFingerprint = fingerprint });

        await ReadsAsync(device);
    }

    [Fact]
    public async Task An_agent_that_can_not_be_used_is_said()
    {
        await using var device = await TestDevice.StartAsync();
        await using var agent = await TestAgent.StartAsync(device);
        device.Use(site => site with { PrivateKeyFile = null, IdentityAgent = agent.Socket });

        var empty = await FailsAsync(device);
        var made = await agent.MakeAsync("ed25519");
        device.Use(site => site with { IdentityFingerprint = "SHA256:nobody" });
        var other = await FailsAsync(device);
        device.Use(site => site with { IdentityAgent = device.Path("nothing"), IdentityFingerprint = null });
        var gone = await FailsAsync(device);

        Assert.All([empty, other, gone], failure => Assert.Equal("sbc-agent-unusable", failure.Code));
        Assert.Contains("it holds no key", empty.Message, StringComparison.Ordinal);
        Assert.Contains($"none of its keys is the wanted one; it holds {made} (ssh-ed25519)", other.Message, StringComparison.Ordinal);
        Assert.Contains(device.Path("nothing"), gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_behind_a_jump_host_is_reached_through_it()
    {
        await using var device = await TestDevice.StartAsync();
        var jump = await device.JumpHostAsync("PermitOpen 127.0.0.1:*");
        device.Use(site => site with { Jump = jump });

        await ReadsAsync(device);
        Assert.Equal(2, device.Log.Count(line => line.Contains("Accepted publickey", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_jump_host_is_a_stranger_until_its_own_key_is_pinned()
    {
        await using var device = await TestDevice.StartAsync();
        var jump = await device.JumpHostAsync();
        device.Use(site => site with { Jump = jump with { KnownHosts = site.KnownHosts } });

        var failure = await FailsAsync(device);

        Assert.Equal("sbc-host-key-unknown", failure.Code);
        Assert.StartsWith("The jump host 127.0.0.1 shows the host key SHA256:", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"among the keys pinned for 127.0.0.1 port {jump.Port}: none.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_devices_key_is_judged_behind_a_jump_host_too()
    {
        await using var device = await TestDevice.StartAsync();
        await device.FailOverAsync();
        var jump = await device.JumpHostAsync();
        device.Use(site => site with { Jump = jump });

        var failure = await FailsAsync(device);

        Assert.Equal("sbc-host-key-unknown", failure.Code);
        Assert.StartsWith($"{device.Perimeta.Element} shows the host key", failure.Message, StringComparison.Ordinal);
        Assert.Empty(device.Received);
    }

    [Fact]
    public async Task A_jump_host_that_may_not_forward_is_said()
    {
        await using var device = await TestDevice.StartAsync();
        var jump = await device.JumpHostAsync("AllowTcpForwarding no");
        device.Use(site => site with { Jump = jump });

        var failure = await FailsAsync(device);

        Assert.Equal("sbc-unreachable", failure.Code);
        Assert.Contains($"can't be reached at 127.0.0.1 port {device.Perimeta.Port} through the jump host 127.0.0.1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_host_key_is_named_beside_the_pinned_ones()
    {
        await using var device = await TestDevice.StartAsync();
        await device.FailOverAsync();

        var failure = await FailsAsync(device);

        Assert.Equal("sbc-host-key-unknown", failure.Code);
        Assert.Contains($"shows the host key {FingerprintOf(device, "host_other")} (ssh-ed25519)", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"port {device.Perimeta.Port}: {FingerprintOf(device, "host_key")} (ssh-ed25519).", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_hosts_file_that_OpenSSH_hashed_is_understood()
    {
        await using var device = await TestDevice.StartAsync();
        await TestDevice.RunAsync("ssh-keygen", "-q", "-H", "-f", device.Path("known_hosts"));
        Assert.StartsWith("|1|", File.ReadAllText(device.Path("known_hosts")), StringComparison.Ordinal);

        await ReadsAsync(device);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_although_it_is_pinned()
    {
        await using var device = await TestDevice.StartAsync();
        var words = File.ReadAllText(device.Path("host_key.pub")).Split(' ');
        File.AppendAllText(device.Path("known_hosts"), $"@revoked * {words[0]} {words[1]} stolen\n");

        Assert.Equal("sbc-host-key-revoked", (await FailsAsync(device)).Code);
    }

    private static string FingerprintOf(TestDevice device, string key) =>
        HostKeys.Fingerprint(Convert.FromBase64String(File.ReadAllText(device.Path(key + ".pub")).Split(' ')[1]));

    private static int Failures(TestDevice device) =>
        device.Log.Count(line => line.StartsWith("Failed password", StringComparison.Ordinal) || line.Contains("Authentication failure", StringComparison.Ordinal));

    private static async Task ReadsAsync(TestDevice device) => Assert.Contains(
        "realm GeneralPeeringMedia1",
        (await device.Driver.ReadAsync(new(Sample.Intent()), device.Site, TestContext.Current.CancellationToken)).Content,
        StringComparison.Ordinal);

    private static Task<SystemFailureException> FailsAsync(TestDevice device) =>
        Assert.ThrowsAsync<SystemFailureException>(() => device.Driver.ReadAsync(new(Sample.Intent()), device.Site, TestContext.Current.CancellationToken));
}
