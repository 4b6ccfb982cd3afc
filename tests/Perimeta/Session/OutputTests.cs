using System.Text;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>What a terminal does to an answer: echo or none, slow, long, with text that nobody asked for, or cut off.</summary>
public sealed class OutputTests
{
    private const string Notice = "%LINK-3-UPDOWN: port 7 went down > see the log #4711";

    [Theory]
    [InlineData("lab-invented")]
    [InlineData("published")]
    public async Task A_terminal_that_does_not_repeat_what_is_typed_is_understood(string dialect)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = dialect });
        device.Fault("noecho", "yes");

        await ProvisionsAsync(device);
    }

    [Fact]
    public async Task Output_that_comes_in_bits_is_waited_for()
    {
        await using var device = await TestDevice.StartAsync();
        device.Fault("slow", "9");

        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Megabytes_of_configuration_arrive_whole()
    {
        await using var device = await TestDevice.StartAsync();
        var text = new StringBuilder("sbc\n  signaling\n");
        for (var at = 0; at < 20_000; at++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"    adjacency sip Carrier-{at}\n      realm Realm{at}\n      account \"some words {at} # > that could be a prompt\"\n      activate\n");
        }

        File.WriteAllText(device.Path("long"), text.ToString());
        device.Fault("whole", device.Path("long"));
        using var lease = await device.Sessions.LeaseAsync(device.Perimeta, static (_, _) => { }, TestContext.Current.CancellationToken);
        var answer = await lease.Session.AskAsync("show config", TestContext.Current.CancellationToken);

        Assert.Equal(2_566_686, answer.Length);
        Assert.Equal(text.ToString(), answer);
    }

    [Fact]
    public async Task More_than_the_dialect_allows_is_not_taken()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "short-answers" });
        File.WriteAllText(device.Path("long"), string.Concat(Enumerable.Repeat("account A\n", 110_000)));
        device.Fault("whole", device.Path("long"));

        var failure = await Assert.ThrowsAsync<SystemFailureException>(() => ReadAsync(device));
        device.Mend("whole");

        Assert.Equal("sbc-answer-too-long", failure.Code);
        Assert.Contains("more than 1 MiB", failure.Message, StringComparison.Ordinal);
        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("middle")]
    [InlineData("covering")]
    [InlineData("behind")]
    [InlineData("repeated")]
    public async Task A_message_that_the_device_writes_by_itself_is_recorded_and_belongs_to_no_answer(string where)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "noticing" });
        var quiet = await ReadAsync(device);
        device.Fault("notice", Notice);
        device.Fault("notice-at", where);

        Assert.Equal(quiet, await ReadAsync(device));
        await ProvisionsAsync(device);
        Assert.Contains(device.Wire, exchange => exchange.Direction == WireDirection.Received && exchange.Text.Contains(Notice, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_the_dialect_does_not_know_stops_a_step_rather_than_be_taken_for_nothing()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "published" });
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Fault("notice", Notice);
        device.Fault("notice-at", "middle");

        var result = await device.ApplyAsync(step);

        Assert.Equal("sbc-line-refused", result.FailureCode);
        Assert.Contains(Notice, result.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab-invented")]
    [InlineData("published")]
    public async Task A_screen_that_waits_for_a_key_gets_an_empty_line(string dialect)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = dialect });
        device.Fault("key", "Press RETURN to get started.");

        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_the_device_closed_for_idleness_is_opened_again()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "noticing" });
        device.Fault("idle", "%IDLE time-out");
        Assert.Contains("realm GeneralPeeringMedia1", await ReadAsync(device), StringComparison.Ordinal);

        // The answer is read before the device looks whether it shall close the session.
        await device.SaysAsync("idled");
        device.Mend("idle");

        await ProvisionsAsync(device);
        Assert.Equal(2, device.Log.Count(line => line.Contains("Accepted publickey", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_session_that_times_out_in_the_middle_of_a_step_leaves_the_outcome_open()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Fault("idle-after", "permit-peer service-network 2 ipv4 54.244.51.0");
        device.Fault("idle", "%IDLE time-out");

        var result = await device.ApplyAsync(step);
        device.Mend("idle");

        Assert.Equal(("sbc-connection-lost", false), (result.FailureCode, result.OutcomeKnown));
        Assert.Contains("may or may not have taken", result.Sentence, StringComparison.Ordinal);
        Assert.Equal(StepState.Partly, (await device.ObserveAsync(step)).State);
        Assert.True((await device.ApplyAsync(step)).Succeeded);
    }

    private static async Task ProvisionsAsync(TestDevice device)
    {
        foreach (var step in (await device.PlanAsync(Sample.Intent())).Steps)
        {
            var result = await device.ApplyAsync(step);
            Assert.True(result.Succeeded, $"{result.FailureCode}: {result.Sentence}");
        }

        Assert.Contains("signaling-peer acme-east.pstn.us2.twilio.com", device.Running, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(TestDevice device) =>
        (await device.Driver.ReadAsync(new(Sample.Intent()), device.Site, TestContext.Current.CancellationToken)).Content;
}
