using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>Searches for the carrier's figures outlive the process, and each look is made by one of several.</summary>
public class InsightsSearchTests : Folder
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly InsightsSearch Sample = new("acme-east", "denver", Noon, Noon.AddSeconds(95), Noon.AddMinutes(45))
    {
        Where = new ConversationReference("teams", "https://smba.example", "19:a@thread.v2", "bot", true),
        Card = "c1",
        Language = "de",
        TimeZone = "Europe/Berlin",
    };

    private IInsightsSearches Searches => Get<IInsightsSearches>();

    [Fact]
    public async Task A_search_outlives_a_restart_with_what_it_found_and_where_that_stands()
    {
        await Searches.AddAsync(Sample, Ct);
        var found = new CallInsights(InsightsState.Partial, "partial") { Figures = new() { CallId = "CA1", Tags = ["silence"], ToUs = new("PCMU", 500, 1, 0.44) } };
        await Searches.ChangeAsync(Sample.Key, s => s with { MessageId = "m1", Last = found }, Ct);

        await RestartAsync();

        Assert.Equivalent(Sample with { MessageId = "m1", Last = found }, Assert.Single(await Searches.ListAsync(Ct)), strict: true);
    }

    [Fact]
    public async Task One_call_is_looked_for_once_and_what_is_found_already_stays()
    {
        await Searches.AddAsync(Sample, Ct);
        await Searches.ChangeAsync(Sample.Key, s => s with { MessageId = "m1" }, Ct);
        await Searches.AddAsync(Sample with { Trunk = "ACME-East" }, Ct);
        await Searches.AddAsync(Sample with { CallAt = Noon.AddMinutes(1), Alert = "scheduled-tests:ACME-EAST", Where = null }, Ct);

        Assert.Equal([("m1", null), (null, "scheduled-tests:ACME-EAST")], (await Searches.ListAsync(Ct)).Select(s => (s.MessageId, s.Alert)));
    }

    [Fact]
    public async Task Of_processes_that_want_the_same_look_at_once_one_gets_it()
    {
        await Searches.AddAsync(Sample, Ct);
        await using var other = Another();
        var next = Noon.AddMinutes(5);
        var all = Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? Searches : other.GetRequiredService<IInsightsSearches>()).ChangeAsync(
            Sample.Key, s => s.NextLook < next ? s with { NextLook = next } : null, Ct));

        Assert.Single((await Task.WhenAll(all)).OfType<InsightsSearch>());
    }

    [Fact]
    public async Task What_is_removed_changes_no_more()
    {
        await Searches.AddAsync(Sample, Ct);
        await Searches.RemoveAsync(Sample.Key, Ct);
        await Searches.RemoveAsync(Sample.Key, Ct);

        Assert.Null(await Searches.ChangeAsync(Sample.Key, s => s with { MessageId = "m1" }, Ct));
        Assert.Empty(await Searches.ListAsync(Ct));
    }
}
