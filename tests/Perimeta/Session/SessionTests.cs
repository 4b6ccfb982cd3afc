using Renci.SshNet.Common;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Session;

public sealed class SessionTests
{
    [Theory]
    [InlineData("lab-invented")]
    [InlineData("published")]
    public async Task The_configuration_is_read_through_the_menu(string dialect)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = dialect });

        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab-invented")]
    [InlineData("published")]
    public async Task Without_a_menu_no_choice_is_sent(string dialect)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = dialect });
        device.Fault("nomenu", "yes");

        await ReadAsync(device);

        Assert.DoesNotContain("1", device.Received);
    }

    [Theory]
    [InlineData("Welcome to OTHER-SBC#~")]
    [InlineData("OTHER-SBC# ")]
    [InlineData("Type 1 and press return > ~~Choice: ~")]
    public async Task A_banner_may_look_like_a_prompt_or_like_the_menu(string banner)
    {
        await using var device = await TestDevice.StartAsync();
        device.Fault("banner", banner);

        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_published_dialect_provisions_and_takes_any_answer_for_a_refusal()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "published" });
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Fault("message", "Something was said");

        var refused = await device.ApplyAsync(step);
        device.Mend("message");

        Assert.Equal("sbc-line-refused", refused.FailureCode);
        Assert.Contains("Something was said", refused.Sentence, StringComparison.Ordinal);
        Assert.True((await device.ApplyAsync(step)).Succeeded);
    }

    [Fact]
    public async Task A_host_key_that_is_not_pinned_stops_the_connection()
    {
        await using var device = await TestDevice.StartAsync();
        await device.FailOverAsync();

        var failure = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(device));

        Assert.Equal("sbc-host-key-unknown", failure.Code);
        Assert.Contains("SHA256:", failure.Message, StringComparison.Ordinal);
        Assert.Empty(device.Received);
    }

    [Fact]
    public async Task A_second_pinned_key_lets_the_other_node_in()
    {
        await using var device = await TestDevice.StartAsync();
        await device.FailOverAsync();
        var words = File.ReadAllText(device.Path("host_other.pub")).Split(' ');
        File.AppendAllText(device.Path("known_hosts"), $"[127.0.0.1]:{device.Perimeta.Port} {words[0]} {words[1]}\n");

        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_said_and_never_shown()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { PrivateKeyFile = null, Password = new SecretReference("known") });

        var failure = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(device));

        Assert.Equal("sbc-login-refused", failure.Code);
        Assert.DoesNotContain("wrong-password", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sbc-known-hosts-missing")]
    [InlineData("sbc-secret-missing")]
    [InlineData("sbc-private-key-unusable")]
    [InlineData("sbc-dialect-unknown")]
    [InlineData("sbc-unreachable")]
    public async Task What_is_missing_is_named_by_its_code(string code)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => code switch
        {
            "sbc-known-hosts-missing" => site with { KnownHosts = "/nowhere/known_hosts" },
            "sbc-secret-missing" => site with { PrivateKeyFile = null, Password = new SecretReference("other") },
            "sbc-private-key-unusable" => site with { PrivateKeyFile = "/nowhere/key" },
            "sbc-dialect-unknown" => site with { Dialect = "klingon" },
            _ => site with { Port = 1 },
        });

        var line = Assert.Single(await device.Status.ReadAsync(Sample.Intent(), device.Site, TestContext.Current.CancellationToken));

        Assert.Equal((HealthState.Failed, code), (line.State, line.Code));
        Assert.NotNull(line.Fix);
    }

    [Theory]
    [InlineData("Select> ")]
    [InlineData("Menu # ")]
    public async Task A_menu_that_ends_like_a_prompt_is_not_believed(string lastLine)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "published" });
        device.Fault("menu", lastLine);

        var failure = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(device));

        Assert.Equal("sbc-cli-not-proven", failure.Code);
        Assert.Contains("menu.pattern", failure.Fix, StringComparison.Ordinal);
        Assert.Empty(device.Received);
    }

    [Fact]
    public async Task A_menu_whose_pattern_is_known_wins_over_the_prompt()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "menu-like-a-prompt" });
        device.Fault("menu", "Select> ");

        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_login_leads_to_configuration_no_word_enters_it()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "no-enter" });
        device.Fault("noconfig", "yes");
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];

        var result = await device.ApplyAsync(step);

        Assert.True(result.Succeeded, result.Sentence);
        Assert.DoesNotContain("config", device.Received);
        Assert.Contains("54.244.51.3", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_that_saves_saves_after_each_block()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "saving" });
        device.Fault("save", "yes");
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];

        var result = await device.ApplyAsync(step);

        Assert.True(result.Succeeded, result.Sentence);
        Assert.Equal("save config", device.Received[device.Received.ToList().LastIndexOf("end") + 1]);
    }

    [Fact]
    public async Task A_pager_is_turned_to_the_end()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "paging" });
        var whole = await ReadAsync(device);
        device.Fault("pager", "4");

        Assert.Equal(whole, await ReadAsync(device));
        Assert.Contains("realm GeneralPeeringMedia1", whole, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_gives_no_terminal_is_said()
    {
        await using var device = await TestDevice.StartAsync();
        await device.ServeAlsoAsync("PermitTTY no");

        var failure = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(device));

        Assert.Equal("sbc-login-refused", failure.Code);
        Assert.Contains("gave no command line", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_one_hidden_question_is_answered_with_the_password()
    {
        Assert.Equal("pw", Answered(new AuthenticationPrompt(0, isEchoed: false, "Password: ")));
        Assert.Null(Answered(new AuthenticationPrompt(0, isEchoed: true, "User: ")));
        Assert.Null(Answered(new AuthenticationPrompt(0, isEchoed: false, "Password: "), new AuthenticationPrompt(1, isEchoed: false, "Code: ")));

        static string? Answered(params AuthenticationPrompt[] prompts)
        {
            SshCredentials.AnswerPassword(prompts, "pw");
            return prompts[0].Response;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_session_whose_caller_gives_up_while_it_is_tried_is_closed()
    {
        await using var device = await TestDevice.StartAsync();
        await ReadAsync(device);
        device.Fault("mute", "yes");
        using var stop = new CancellationTokenSource();

        var read = device.Driver.ReadAsync(new(Sample.Intent()), device.Site, stop.Token);
        await AppearsAsync("muted");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await AppearsAsync("closed");

        async Task AppearsAsync(string file)
        {
            while (!File.Exists(device.Path(file)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Callers_of_one_element_take_turns()
    {
        await using var device = await TestDevice.StartAsync();

        var texts = await Task.WhenAll(ReadAsync(device), ReadAsync(device), ReadAsync(device));

        Assert.Single(texts.Distinct());
    }

    [Theory]
    [InlineData("no activate", true)]
    [InlineData("permit-peer\r", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\tb", false)]
    [InlineData("a\u001b[A", false)]
    [InlineData("caf\u00e9", false)]
    public void Only_printable_ascii_is_a_safe_line(string line, bool safe) => Assert.Equal(safe, CliLine.IsSafe(line));

    [Theory]
    [InlineData("\u001b[1mbold\u001b[0m\r\n", "bold\n")]
    [InlineData("a\u0007b\u0008", "ab")]
    public void Escape_sequences_are_not_shown(string text, string plain) => Assert.Equal(plain, TerminalText.Plain(text));

    private static async Task<string> ReadAsync(TestDevice device) =>
        (await device.Driver.ReadAsync(new(Sample.Intent()), device.Site, TestContext.Current.CancellationToken)).Content;
}
