using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Tests.Configuration;

public sealed class ConfigChangeTests
{
    [Fact]
    public void A_new_active_adjacency_is_permitted_then_built_inactive_then_activated_and_undone_in_reverse() => Shows(
        Change("", "sbc\nsignaling\nadjacency sip Twilio-us2\nrealm R\nactivate\nsystem\nip-access-control\ntrusted-sources\npermit-peer service-network 2 ipv4 54.244.51.0\n"),
        [
            "change: config / system / ip-access-control / trusted-sources / permit-peer service-network 2 ipv4 54.244.51.0 / end",
            "build: config / sbc / signaling / adjacency sip Twilio-us2 / realm R / no activate / end",
            "activate: config / sbc / signaling / adjacency sip Twilio-us2 / activate / end",
        ],
        [
            "deactivate: config / sbc / signaling / adjacency sip Twilio-us2 / no activate / end",
            "remove: config / sbc / signaling / no adjacency sip Twilio-us2 / end",
            "change: config / system / ip-access-control / trusted-sources / no permit-peer service-network 2 ipv4 54.244.51.0 / end",
        ]);

    [Fact]
    public void An_active_adjacency_is_taken_out_of_service_while_it_is_changed() => Shows(
        Change(Adjacency("realm R1\nprivacy trusted\nactivate"), Adjacency("activate\nrealm R2")),
        [
            "deactivate: config / sbc / signaling / adjacency sip A / no activate / end",
            "change: config / sbc / signaling / adjacency sip A / no privacy / realm R2 / end",
            "activate: config / sbc / signaling / adjacency sip A / activate / end",
        ],
        [
            "deactivate: config / sbc / signaling / adjacency sip A / no activate / end",
            "change: config / sbc / signaling / adjacency sip A / realm R1 / privacy trusted / end",
            "activate: config / sbc / signaling / adjacency sip A / activate / end",
        ]);

    [Fact]
    public void A_site_that_edits_active_adjacencies_keeps_them_in_service() => Shows(
        Change(Adjacency("realm R1\nactivate"), Adjacency("realm R2\nactivate"), new() { DeactivateBeforeEdit = false }),
        ["change: config / sbc / signaling / adjacency sip A / realm R2 / end"],
        ["change: config / sbc / signaling / adjacency sip A / realm R1 / end"]);

    [Fact]
    public void Order_comments_quotes_and_blanks_are_no_difference() => Shows(
        Change(Adjacency("realm R\nprivacy trusted\ninterop\nmessage-manipulation\nedit-profiles inbound \"\""), Adjacency("# why\n  privacy   trusted  \n\nrealm \"R\"")),
        ["change: config / sbc / signaling / adjacency sip A / no interop / end"],
        ["change: config / sbc / signaling / adjacency sip A / interop / message-manipulation / end"]);

    [Fact]
    public void Order_inside_edit_profiles_is_one() => Shows(
        Change(Adjacency("interop\nmessage-manipulation\nedit-profiles inbound a,b"), Adjacency("interop\nmessage-manipulation\nedit-profiles inbound b,a")),
        ["change: config / sbc / signaling / adjacency sip A / interop / message-manipulation / edit-profiles inbound b,a / end"],
        ["change: config / sbc / signaling / adjacency sip A / interop / message-manipulation / edit-profiles inbound a,b / end"]);

    [Fact]
    public void A_word_that_a_submode_takes_too_comes_before_the_submode() => Shows(
        Change(Adjacency(""), Adjacency("force-signaling-peer all-requests\ninterop\nforce-signaling-peer all-requests\nprivacy trusted")),
        ["change: config / sbc / signaling / adjacency sip A / force-signaling-peer all-requests / interop / force-signaling-peer all-requests / privacy trusted / end"],
        ["change: config / sbc / signaling / adjacency sip A / no force-signaling-peer / no privacy / no interop / end"]);

    [Theory]
    [InlineData(false, "change: config / sbc / signaling / adjacency sip A / remote-address-range ipv4 192.0.2.4 prefix-len 30 / end")]
    [InlineData(true, "change: config / sbc / signaling / adjacency sip A / no remote-address-range ipv4 192.0.2.0 prefix-len 30 / remote-address-range ipv4 192.0.2.4 prefix-len 30 / end")]
    public void Whether_a_keyword_repeats_is_a_setting_of_the_site(bool repeats, string line) => Assert.Equal(
        [line],
        Change(
            Adjacency("remote-address-range ipv4 192.0.2.0 prefix-len 30"),
            Adjacency("remote-address-range ipv4 192.0.2.4 prefix-len 30"),
            new() { Repeatable = repeats ? ["remote-address-range"] : [] }).Send.Select(Shown));

    [Fact]
    public void What_stands_twice_and_is_not_known_to_repeat_is_said() =>
        Assert.Equal(
            [new LeftToPerson("adjacency sip A", "realm R2", "realm stands more than once and is not known to repeat: the last one counts")],
            Change(Adjacency("realm R2"), Adjacency("realm R1\nrealm R2")).Left);

    [Fact]
    public void Unknown_lines_are_never_sent_and_never_removed()
    {
        var change = Change(Adjacency("tls-settings\n  profile X\nrealm R"), Adjacency("new-word 1\nrealm R"));

        Assert.Empty(change.Send);
        Assert.Equal(
            ["new-word 1: it is not understood, so it is not sent", "tls-settings: it is not understood, so it is not removed"],
            change.Left.Select(left => $"{left.Line}: {left.Reason}"));
    }

    [Fact]
    public void An_object_that_holds_unknown_lines_is_not_removed()
    {
        var change = Change(Adjacency("tls-settings\n  profile X\nrealm R\nactivate"), "");

        Assert.Empty(change.Send);
        Assert.Equal("no adjacency sip A: it holds lines that are not understood, which are never removed", $"{change.Left[0].Line}: {change.Left[0].Reason}");
    }

    [Fact]
    public void An_unknown_line_that_is_indented_as_outside_does_not_keep_an_adjacency_from_being_removed()
    {
        const string signaling = "sbc\n  signaling\n    adjacency sip A\n      realm R\n";
        var change = Change(signaling + "  call-policy-set 1\n    first-table T\n", "sbc\n  signaling\n");

        Assert.Equal(["remove: config / sbc / signaling / no adjacency sip A / end"], change.Send.Select(Shown));
        Assert.Equal("sbc: call-policy-set 1: it is not understood, so it is not removed", $"{change.Left[0].Object}: {change.Left[0].Line}: {change.Left[0].Reason}");
    }

    [Fact]
    public void An_unknown_line_beside_the_objects_brings_no_block_twice() => Assert.Equal(
        ["change: config / sbc / signaling / adjacency sip A / realm S / end"],
        Change("sbc\nnew-word 1\nsignaling\nadjacency sip A\nrealm R\n", "sbc\nnew-word 2\nsignaling\nadjacency sip A\nrealm S\n").Send.Select(Shown));

    [Theory]
    [InlineData("adjacency sip \"Two Words\"\nrealm R")]
    [InlineData("adjacency sip Two Words\nrealm R")]
    [InlineData("adjacency sip ABCDEFGHIJKLMNOPQRSTUVWXYZ-12345")]
    [InlineData("adjacency sip A?b")]
    [InlineData("adjacency sip A\u0007")]
    [InlineData("adjacency sip A\rno activate")]
    public void A_name_that_is_never_written_is_left_to_a_person(string intended)
    {
        var change = Change("", "sbc\nsignaling\n" + intended);

        Assert.Empty(change.Send);
        Assert.NotEmpty(change.Left);
    }

    [Fact]
    public void A_name_with_blanks_that_is_there_is_not_touched()
    {
        var change = Change("sbc\nsignaling\nadjacency sip Two Words\nrealm R\n", "sbc\nsignaling\nadjacency sip \"Two Words\"\nrealm S\n");

        Assert.Empty(change.Send);
        Assert.Equal("adjacency sip Two Words", Assert.Single(change.Left).Line);
    }

    [Fact]
    public void A_value_that_can_not_be_written_is_left_to_a_person_and_the_rest_is_sent()
    {
        var change = Change(Adjacency(""), Adjacency("account \"Big Customer\"\nprivacy trusted"));

        Assert.Equal(["change: config / sbc / signaling / adjacency sip A / privacy trusted / end"], change.Send.Select(Shown));
        Assert.Equal("account \"Big Customer\"", Assert.Single(change.Left).Line);
    }

    [Fact]
    public void A_fragment_leaves_what_it_does_not_name() => Shows(
        Change(Adjacency("realm R") + "adjacency sip B\nrealm R\n", "adjacency sip B\nrealm S\n", new() { Fragment = true }),
        ["change: config / sbc / signaling / adjacency sip B / realm S / end"],
        ["change: config / sbc / signaling / adjacency sip B / realm R / end"]);

    [Fact]
    public void Words_of_the_site_stand_around_each_block() => Assert.Equal(
        ["change: configure / sbc / signaling / adjacency sip A / realm S / leave / save all"],
        Change(Adjacency("realm R"), Adjacency("realm S"), new() { Enter = "configure", Leave = "leave", Save = "save all" }).Send.Select(Shown));

    [Fact]
    public void Nothing_is_removed_before_what_takes_its_place_is_there() => Assert.Equal(
        ["build", "activate", "deactivate", "remove"],
        Change(Adjacency("realm R\nactivate"), "sbc\nsignaling\nadjacency sip B\nrealm R\nactivate").Send.Select(block => block.Purpose));

    [Fact]
    public void The_difference_is_shown_by_section_with_its_path() => Assert.Equal(
        """
        @@ sbc / signaling @@
         adjacency sip A
        +adjacency sip B
        @@ sbc / signaling / adjacency sip A @@
        -realm R1
        +realm R2
         privacy trusted
         call-media-policy
         activate
        @@ sbc / signaling / adjacency sip A / call-media-policy @@
        -early-media timeout 60
        +early-media timeout 240
        @@ sbc / signaling / adjacency sip B @@
        +privacy trusted
        """,
        string.Join('\n', UnifiedDifference.Between(
            ConfigTree.Read(Adjacency("realm R1\nprivacy   trusted\ncall-media-policy\n  early-media timeout 60\nactivate")),
            ConfigTree.Read(Adjacency("# changed\nrealm R2\nprivacy trusted\nactivate\ncall-media-policy\n early-media timeout 240") + "\nadjacency sip B\nprivacy trusted"))));

    [Fact]
    public void Lines_far_from_a_difference_are_not_shown() => Assert.Equal(
        """
        @@ system / ip-access-control / trusted-sources @@
         permit-peer service-network 2 ipv4 192.0.2.3
         permit-peer service-network 2 ipv4 192.0.2.4
         permit-peer service-network 2 ipv4 192.0.2.5
        -permit-peer service-network 2 ipv4 192.0.2.6
         permit-peer service-network 2 ipv4 192.0.2.7
         permit-peer service-network 2 ipv4 192.0.2.8
         permit-peer service-network 2 ipv4 192.0.2.9
        """,
        string.Join('\n', UnifiedDifference.Between(Permits(_ => true), Permits(last => last != 6))));

    private static ConfigTree Permits(Func<int, bool> wanted) => ConfigTree.Read(string.Concat(
        Enumerable.Range(1, 20).Where(wanted).Select(last => $"permit-peer service-network 2 ipv4 192.0.2.{last}\n")));

    private static string Adjacency(string lines) => $"sbc\nsignaling\nadjacency sip A\n{lines}\n";

    private static ConfigChange Change(string running, string intended, ConfigChangeOptions? options = null) =>
        ConfigChange.Between(ConfigTree.Read(running), ConfigTree.Read(intended), options);

    private static void Shows(ConfigChange change, string[] send, string[] undo)
    {
        Assert.Equal(send, change.Send.Select(Shown));
        Assert.Equal(undo, change.Undo.Select(Shown));
        Assert.Empty(change.Left.Concat(change.LeftAfterUndo));
    }

    private static string Shown(ConfigBlock block) => $"{block.Purpose}: {string.Join(" / ", block.Lines)}";
}
