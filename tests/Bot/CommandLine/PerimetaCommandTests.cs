using System.Text;
using System.Text.Json;

namespace TrunkBot.Bot.Tests.CommandLine;

public sealed class PerimetaCommandTests : IDisposable
{
    private const string Sound = "sbc\n  signaling\n    adjacency sip A\n      realm R1\n      privacy trusted\n      no activate\n";
    private readonly TrunkBotProcess trunkbot = new();

    public void Dispose() => trunkbot.Dispose();

    [Fact]
    public async Task A_sound_configuration_is_shown_as_a_tree_and_ends_with_0()
    {
        trunkbot.Put("run.txt", "sbc\r\nsignaling\r\nadjacency sip A\r\n! warned\r\ncall-media-policy\r\nrepeat-sdp-on-200ok\r\nprivacy   trusted \r\nactivate\r\n");

        var (output, error, code) = await trunkbot.RunAsync("perimeta", "read", "run.txt");

        Assert.Equal(
            """
            sbc
              signaling
                adjacency sip A
                  ! warned
                  call-media-policy
                    repeat-sdp-on-200ok
                  privacy   trusted
                  activate

            8 lines, 0 errors, 0 warnings, 0 notes

            """,
            output);
        Assert.Equal(("", 0), (error, code));
    }

    [Fact]
    public async Task What_is_odd_is_said_with_its_line_and_ends_with_1_and_no_secret_or_control_character_is_shown()
    {
        trunkbot.Put("run.txt", "adjacency sip A\nsnmp-community public\nfoo\u001b[2J\nactivate\nsignalling\n");

        var (output, error, code) = await trunkbot.RunAsync("perimeta", "read", "run.txt");

        Assert.Equal(
            """
            sbc    ! not in the text
              signaling    ! not in the text
                adjacency sip A
                  snmp-community ***    ! not understood
                  foo?[2J    ! not understood
                  activate
                  signalling    ! not understood

            line 3: error: sbc-config-odd-blank: "foo?[2J" holds a letter that is not seen or looks like a blank, such as a no-break space of a pasted text. Correct the line: one that is not what was meant shifts those after it. (P18: operator scripts)
            line 5: error: sbc-config-misspelled: "signalling" is no word here; "signaling" is. Correct the line: one that is not what was meant shifts those after it. (P18: operator scripts)
            5 lines, 2 errors, 0 warnings, 0 notes

            """,
            output);
        Assert.Equal(("", 1), (error, code));
    }

    [Fact]
    public async Task The_text_is_written_again_byte_for_byte_whatever_its_letters_are()
    {
        byte[] text = [.. "\uFEFFsystem \r\n\n\t # caf"u8, 0xE9, 0x00, 0xFF, .. "\r\nend"u8];

        var (output, error, code) = await trunkbot.RunForBytesAsync(text, ["perimeta", "read", "-", "--write"]);

        Assert.Equal(text, output);
        Assert.Equal(0, code);
        Assert.Equal("", error);
    }

    [Fact]
    public async Task The_tree_and_the_findings_are_had_as_JSON()
    {
        var (output, _, code) = await trunkbot.RunAsync("adjacency sip A\nrealm R\n"u8.ToArray(), ["perimeta", "read", "--json", "-"]);

        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, code);
        Assert.Equal("adjacency-without-activate", json.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.Equal(1, json.GetProperty("findings")[0].GetProperty("line").GetInt32());
        var adjacency = json.GetProperty("tree")[0].GetProperty("inside")[0].GetProperty("inside")[0];
        Assert.Equal("adjacency sip A", adjacency.GetProperty("text").GetString());
        Assert.Equal("""{"line":2,"kind":"known","text":"realm R"}""", JsonSerializer.Serialize(adjacency.GetProperty("inside")[0]));
    }

    [Fact]
    public async Task The_lines_to_send_and_to_undo_stand_in_blocks_and_a_difference_ends_with_1()
    {
        trunkbot.Put("running.txt", Sound);
        trunkbot.Put("intended.txt", "adjacency sip A\nprivacy trusted\nrealm R2\nnew-word 1\nactivate\n");

        var (output, error, code) = await trunkbot.RunAsync("perimeta", "diff", "running.txt", "intended.txt");

        Assert.Equal(
            """
            # to send: 2 blocks, 12 lines
            # change: sbc / signaling / adjacency sip A
            config
            sbc
            signaling
            adjacency sip A
            realm R2
            end
            # activate: sbc / signaling / adjacency sip A
            config
            sbc
            signaling
            adjacency sip A
            activate
            end
            # left to a person: sbc / signaling / adjacency sip A: new-word 1: it is not understood, so it is not sent

            # to undo: 2 blocks, 12 lines
            # deactivate: sbc / signaling / adjacency sip A
            config
            sbc
            signaling
            adjacency sip A
            no activate
            end
            # change: sbc / signaling / adjacency sip A
            config
            sbc
            signaling
            adjacency sip A
            realm R1
            end


            """,
            output);
        Assert.Equal(("", 1), (error, code));
    }

    [Fact]
    public async Task The_difference_is_had_as_a_unified_one()
    {
        trunkbot.Put("running.txt", Sound);

        var (output, _, code) = await trunkbot.RunAsync(Encoding.UTF8.GetBytes(Sound.Replace("R1", "R2", StringComparison.Ordinal)), ["perimeta", "diff", "--unified", "running.txt", "-"]);

        Assert.Equal("--- running.txt\n+++ -\n@@ sbc / signaling / adjacency sip A @@\n-realm R1\n+realm R2\n privacy trusted\n no activate\n", output);
        Assert.Equal(1, code);
    }

    [Theory]
    [InlineData()]
    [InlineData("--unified")]
    [InlineData("--json")]
    [InlineData("--fragment", "--keep-active", "--repeatable", "remote-address-range")]
    public async Task Two_ways_of_writing_the_same_end_with_0(params string[] options)
    {
        trunkbot.Put("a.txt", Sound);
        trunkbot.Put("b.txt", "adjacency sip A\r\nno activate\r\n# remark\r\nrealm \"R1\"\r\nprivacy trusted");

        var (_, error, code) = await trunkbot.RunAsync(["perimeta", "diff", "a.txt", "b.txt", .. options]);

        Assert.Equal(("", 0), (error, code));
    }

    [Theory]
    [InlineData("trunkbot: there is no command \"perimetr\" here. Did you mean perimeta?\nSee trunkbot --help.\n", "perimetr")]
    [InlineData("trunkbot: there is no command \"raed\" here. Did you mean read?\nSee trunkbot perimeta --help.\n", "perimeta", "raed", "x")]
    [InlineData("trunkbot: there is no option \"--jsn\" here. Did you mean --json?\nSee trunkbot perimeta read --help.\n", "perimeta", "read", "x", "--jsn")]
    [InlineData("trunkbot: there is no argument \"y\" here.\nSee trunkbot perimeta read --help.\n", "perimeta", "read", "x", "y")]
    [InlineData("trunkbot: Required command was not provided.\nSee trunkbot perimeta --help.\n", "perimeta")]
    [InlineData("trunkbot: Required argument missing for command: 'read'.\nSee trunkbot perimeta read --help.\n", "perimeta", "read")]
    [InlineData("trunkbot: Choose one of --write, --json and --findings.\nSee trunkbot perimeta read --help.\n", "perimeta", "read", "x", "--write", "--json")]
    [InlineData("trunkbot: Only one of RUNNING and INTENDED can be standard input.\nSee trunkbot perimeta diff --help.\n", "perimeta", "diff", "-", "-")]
    [InlineData("trunkbot: --repeatable: no mode knows the keyword \"foo\".\nSee trunkbot perimeta diff --help.\n", "perimeta", "diff", "x", "y", "--repeatable", "foo")]
    [InlineData("trunkbot: there is no file \"nowhere.txt\"\n", "perimeta", "read", "nowhere.txt")]
    public async Task Bad_arguments_are_explained_and_end_with_2(string expected, params string[] arguments)
    {
        var (output, error, code) = await trunkbot.RunAsync(arguments);

        Assert.Equal(expected, error);
        Assert.Equal(("", 2), (output, code));
    }

    [Fact]
    public async Task Help_names_the_commands_and_ends_with_0()
    {
        var (output, error, code) = await trunkbot.RunAsync("--help");

        Assert.Contains("Usage:\n  trunkbot [command] [options]\n", output, StringComparison.Ordinal);
        Assert.Matches("Commands:\n  perimeta +Reads configurations of a Perimeta SBC from files\\. Nothing is sent to a device\\.\n", output);
        Assert.Equal(("", 0), (error, code));
    }

    [Fact]
    public async Task Without_a_command_the_arguments_are_settings_of_the_bot_as_ever()
    {
        var (output, error, code) = await trunkbot.RunAsync("--urls", "http://127.0.0.1:0", "Sites:Directory=nowhere", "--Storage:DataDirectory=data");

        Assert.Equal($"The bot does not start: Sites:Directory: there is no folder {Path.Combine(trunkbot.Directory, "nowhere")}; make it and put one JSON file a site into it (an example is src/Lab/Site/denver.json)\n", error);
        Assert.Equal(2, code);
        Assert.DoesNotContain("Usage:", output, StringComparison.Ordinal);
    }
}
