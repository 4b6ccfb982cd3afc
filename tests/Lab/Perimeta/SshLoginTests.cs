namespace TrunkBot.Lab.Tests.Perimeta;

public sealed class SshLoginTests(SbcFixture sbc) : IClassFixture<SbcFixture>
{
    [Fact]
    public async Task The_greeting_says_that_all_is_simulated_and_choice_1_enters_the_cli()
    {
        await using var dialog = sbc.Client.WithKey();

        Assert.Equal(
            """
            TrunkBot lab: a simulated session border controller. This is not a Metaswitch product.
            Prompts, menu, error texts and show output are invented.

            LAB-SBC-01 craft menu
              1. CLI
              2. System status
              0. Log off
            Choice: 
            """,
            await dialog.UntilAsync("Choice: "));
        Assert.Equal("% Error: no such choice: type 1, 2 or 0.\nChoice: ", await dialog.AskAsync("9", "Choice: "));
        Assert.Equal("LAB-SBC-01# ", await dialog.AskAsync("1", "# "));
    }

    [Fact]
    public async Task The_password_of_secrets_json_logs_defcraft_in()
    {
        await using var dialog = sbc.Client.WithPassword("defcraft", sbc.Host.Context.Secrets["lab-perimeta"]);

        await dialog.UntilAsync("Choice: ");
        await dialog.TypeAsync("0");
        Assert.Equal(("Bye.\n", 0), await dialog.EndAsync() is var (rest, _, exit) ? (rest, exit) : default);
    }

    [Fact]
    public async Task Another_password_is_refused()
    {
        await using var dialog = sbc.Client.WithPassword("defcraft", "not-the-password");

        var (rest, errors, exit) = await dialog.EndAsync();

        Assert.Equal("", rest);
        Assert.Contains("Permission denied", errors, StringComparison.Ordinal);
        Assert.Equal(255, exit);
    }

    [Fact]
    public async Task Nobody_else_of_the_machine_can_log_in()
    {
        await using var dialog = sbc.Client.WithPassword("root", sbc.Host.Context.Secrets["lab-perimeta"]);

        Assert.Contains("Permission denied", (await dialog.EndAsync()).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HostKeyAlgorithms=ssh-ed25519")]
    [InlineData("HostKeyAlgorithms=rsa-sha2-512")]
    public async Task Known_hosts_pins_every_host_key(string algorithm)
    {
        await using var dialog = sbc.Client.WithKey(false, "-o", algorithm);

        Assert.EndsWith("Choice: ", await dialog.UntilAsync("Choice: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_echoes_and_ends_lines_with_CRLF()
    {
        await using var dialog = await sbc.Client.WithKey(terminal: true).CliAsync();

        Assert.Equal("config\r\nLAB-SBC-01(config)# ", await dialog.AskAsync("config", "(config)# "));
    }

    [Fact]
    public async Task Without_a_terminal_nothing_is_echoed()
    {
        await using var dialog = await sbc.Client.WithKey().CliAsync();

        Assert.Equal("LAB-SBC-01(config)# ", await dialog.AskAsync("config", "(config)# "));
    }

    [Fact]
    public async Task The_seed_block_goes_in_line_by_line_and_is_read_back()
    {
        await using var dialog = await sbc.Client.WithKey().CliAsync();

        Assert.Equal("LAB-SBC-01(config)# ", await dialog.AskAsync("config", "# "));
        Assert.Equal("LAB-SBC-01(config-sbc)# ", await dialog.AskAsync("sbc", "# "));
        Assert.Equal("LAB-SBC-01(config-sbc-sig)# ", await dialog.AskAsync("signaling", "# "));
        Assert.Equal("LAB-SBC-01(config-adj-sip)# ", await dialog.AskAsync("adjacency sip Twilio-us1", "# "));
        Assert.Equal("LAB-SBC-01(config-adj-cmp)# ", await dialog.AskAsync("call-media-policy", "# "));
        Assert.Equal("LAB-SBC-01(config-adj-cmp)# ", await dialog.AskAsync("media-bypass-policy forbid", "# "));
        Assert.Equal("LAB-SBC-01(config-adj-sip)# ", await dialog.AskAsync("no activate", "# "));
        Assert.Equal(
            """
            adjacency sip Twilio-us1
              call-media-policy
                media-bypass-policy forbid
              no activate
            LAB-SBC-01(config-adj-sip)# 
            """,
            await dialog.AskAsync("show config here", ")# "));
        Assert.Equal("LAB-SBC-01# ", await dialog.AskAsync("end", "# "));
        Assert.Contains("    adjacency sip Twilio-us1\n      call-media-policy\n", sbc.Folder.Read("perimeta", "running.config"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_goes_up_one_level_at_a_time_and_at_last_back_to_the_menu()
    {
        await using var dialog = await sbc.Client.WithKey().CliAsync();
        await dialog.AskAsync("config", "(config)# ");
        await dialog.AskAsync("system", "(config-system)# ");

        Assert.Equal("LAB-SBC-01(config)# ", await dialog.AskAsync("exit", "# "));
        Assert.Equal("LAB-SBC-01# ", await dialog.AskAsync("exit", "# "));
        Assert.EndsWith("Choice: ", await dialog.AskAsync("exit", "Choice: "), StringComparison.Ordinal);
        await dialog.TypeAsync("0");
        Assert.Equal(0, (await dialog.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Show_config_include_is_a_line_filter()
    {
        await using var dialog = await sbc.Client.WithKey().CliAsync();

        Assert.Equal(
            """
                  permit-peer service-network 2 ipv4 198.51.100.20
                  permit-peer service-network 2 ipv4 198.51.100.21
            LAB-SBC-01# 
            """,
            await dialog.AskAsync("show config include permit-peer service-network 2 ipv4 198", "# "));
    }

    [Theory]
    [InlineData("configure terminal", "% Error: unknown word 'configure' outside configuration.\nLAB-SBC-01# ")]
    [InlineData("show config here", "% Error: 'here' has a meaning inside configuration only.\nLAB-SBC-01# ")]
    [InlineData("show config include", "% Error: 'include' needs a text after it.\nLAB-SBC-01# ")]
    [InlineData("show alarms", "% Error: 'alarms' cannot be shown.\nLAB-SBC-01# ")]
    [InlineData("permit-peer service-network 2 ipv4 54.244.51.0", "% Error: unknown word 'permit-peer' outside configuration.\nLAB-SBC-01# ")]
    [InlineData("config\u001b[A", "% Error: the line holds a character that is not printable ASCII.\nLAB-SBC-01# ")]
    [InlineData("# a comment of the author", "LAB-SBC-01# ")]
    public async Task Outside_configuration_other_words_are_refused_by_name(string line, string answer)
    {
        await using var dialog = await sbc.Client.WithKey().CliAsync();

        Assert.Equal(answer, await dialog.AskAsync(line, "LAB-SBC-01# "));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_whole()
    {
        await using var dialog = await sbc.Client.WithKey().CliAsync();

        Assert.Equal("% Error: the line is longer than 1000 characters.\nLAB-SBC-01# ", await dialog.AskAsync(new string('x', 5000), "# "));
        Assert.Equal("LAB-SBC-01(config)# ", await dialog.AskAsync("config", "# "));
    }

    [Fact]
    public async Task The_read_only_user_sees_and_does_not_touch()
    {
        await using var dialog = await sbc.Client.WithPassword("defread", sbc.Host.Context.Secrets["lab-perimeta-read-only"]).CliAsync();

        Assert.Equal("% Error: user defread may not change the configuration.\nLAB-SBC-01# ", await dialog.AskAsync("config", "# "));
        Assert.Contains("MetasphereCFS                   active\n", await dialog.AskAsync("show adjacency", "# "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_session_sees_each_line_of_the_first_at_once()
    {
        await using var first = await sbc.Client.WithKey().CliAsync();
        await using var second = await sbc.Client.WithKey().CliAsync();
        await first.AskAsync("config", "(config)# ");
        await first.AskAsync("sbc", "(config-sbc)# ");
        await first.AskAsync("signaling", "(config-sbc-sig)# ");
        await first.AskAsync("adjacency sip Shared", "(config-adj-sip)# ");

        Assert.Equal("    adjacency sip Shared\nLAB-SBC-01# ", await second.AskAsync("show config include Shared", "# "));

        await second.AskAsync("config", "(config)# ");
        await second.AskAsync("sbc", "(config-sbc)# ");
        await second.AskAsync("signaling", "(config-sbc-sig)# ");
        await second.AskAsync("no adjacency sip Shared", "(config-sbc-sig)# ");
        Assert.Equal("% Error: the object that was open has been removed by another session; now at the top of the configuration.\nLAB-SBC-01(config)# ", await first.AskAsync("privacy trusted", "(config)# "));
    }
}
