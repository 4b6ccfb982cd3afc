using System.Text.Json;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Tests.Perimeta;

public sealed class SessionFaultTests(SbcFixture sbc) : IClassFixture<SbcFixture>, IDisposable
{
    private readonly Faults _faults = new(sbc.Folder.Path);

    public void Dispose() => _faults.Clear();

    [Fact]
    public async Task The_next_line_with_the_text_is_refused_and_only_that_one()
    {
        _faults.Add(new Fault("refuse-line", "54.244.51.1"));
        await using var dialog = await OpenTrustedSourcesAsync();

        Assert.Equal("LAB-SBC-01(config-trusted)# ", await dialog.AskAsync("permit-peer service-network 2 ipv4 54.244.51.0", "# "));
        Assert.Equal("% Error: refused because a test asked for it.\nLAB-SBC-01(config-trusted)# ", await dialog.AskAsync("permit-peer service-network 2 ipv4 54.244.51.1", "# "));
        Assert.DoesNotContain("54.244.51.1\n", Config, StringComparison.Ordinal);
        Assert.Equal("LAB-SBC-01(config-trusted)# ", await dialog.AskAsync("permit-peer service-network 2 ipv4 54.244.51.1", "# "));
        Assert.Contains("54.244.51.1\n", Config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drop-connection-at", "10.9.0.1", false)]
    [InlineData("drop-connection-after", "10.9.0.2", true)]
    public async Task A_connection_is_cut_before_or_after_the_line_took_effect(string kind, string address, bool tookEffect)
    {
        _faults.Add(new Fault(kind, address));
        await using var dialog = await OpenTrustedSourcesAsync();

        await dialog.TypeAsync($"permit-peer service-network 2 ipv4 {address}");
        var (rest, _, exit) = await dialog.EndAsync();

        Assert.Equal(("", 255), (rest, exit));
        Assert.Equal(tookEffect, Config.Contains(address, StringComparison.Ordinal));
        Assert.Equal("Dropped", LoggedLine($"permit-peer service-network 2 ipv4 {address}").GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("hang-at", "10.9.0.3", false)]
    [InlineData("hang-after", "10.9.0.4", true)]
    public async Task A_hanging_session_is_silent_until_the_client_gives_up(string kind, string address, bool tookEffect)
    {
        _faults.Add(new Fault(kind, address));
        await using var dialog = await OpenTrustedSourcesAsync();

        await dialog.TypeAsync($"permit-peer service-network 2 ipv4 {address}");
        await dialog.TypeAsync("end");
        dialog.Process.StandardInput.Close();
        var (rest, _, _) = await dialog.EndAsync();

        Assert.Equal("", rest);
        Assert.Equal(tookEffect, Config.Contains(address, StringComparison.Ordinal));
        Assert.Equal("Hung", LoggedLine($"permit-peer service-network 2 ipv4 {address}").GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_banner_that_looks_like_a_prompt_comes_first()
    {
        _faults.Add(new Fault("banner", "OTHER-SBC# "));
        await using var dialog = sbc.Client.WithKey();

        Assert.StartsWith("OTHER-SBC# \nTrunkBot lab:", await dialog.UntilAsync("Choice: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_session_still_answers()
    {
        _faults.Add(new Fault("slow", "20"));
        await using var dialog = await sbc.Client.WithKey().CliAsync();

        Assert.Equal("LAB-SBC-01(config)# ", await dialog.AskAsync("config", "# "));
    }

    [Fact]
    public async Task The_log_tells_every_line_with_its_mode_and_what_became_of_it()
    {
        await using var dialog = await OpenTrustedSourcesAsync();
        await dialog.AskAsync("permit-peer service-network 2 ipv4 10.9.0.256", "# ");

        var entry = LoggedLine("permit-peer service-network 2 ipv4 10.9.0.256");

        Assert.Equal("defcraft", entry.GetProperty("user").GetString());
        Assert.Equal("config-trusted", entry.GetProperty("mode").GetString());
        Assert.Equal("Refused", entry.GetProperty("outcome").GetString());
        Assert.Equal("% Error: '10.9.0.256' is not an IPv4 address.", entry.GetProperty("answer").GetString());
        Assert.Equal(TimeSpan.Zero, entry.GetProperty("time").GetDateTimeOffset().Offset);
    }

    private string Config => sbc.Folder.Read("perimeta", "running.config");

    private JsonElement LoggedLine(string line) => sbc.Folder
        .Read("perimeta", "session.log").TrimEnd().Split('\n')
        .Select(entry => JsonDocument.Parse(entry).RootElement)
        .Single(entry => entry.TryGetProperty("line", out var logged) && logged.GetString() == line);

    private async Task<SshDialog> OpenTrustedSourcesAsync()
    {
        var dialog = await sbc.Client.WithKey().CliAsync();
        await dialog.AskAsync("config", "(config)# ");
        await dialog.AskAsync("system", "(config-system)# ");
        await dialog.AskAsync("ip-access-control", "(config-ip-access)# ");
        await dialog.AskAsync("trusted-sources", "(config-trusted)# ");
        return dialog;
    }
}
