using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

/// <summary>The approval policy as a site's file says it.</summary>
public sealed class ApprovalPolicyTests
{
    [Fact]
    public void Everything_that_a_policy_can_say_is_read()
    {
        var policy = Read("""
            "approvers": ["ben", "dana"], "requesters": ["group:voice"], "needed": 2, "denyThreshold": 2, "reasonRequired": ["requester", "denier"],
            "expiresAfterMinutes": 240, "remindBeforeMinutes": 30, "escalateAfterMinutes": 60, "fallbackApprovers": ["group:managers"],
            "breakGlass": ["group:noc"], "breakGlassByRequester": true,
            "businessHours": [{ "days": ["monday", "friday"], "from": "08:00", "to": "17:00" }],
            "maintenanceWindows": [{ "from": "22:00", "to": "24:00" }],
            "freezes": [{ "from": "2026-12-20", "to": "2027-01-02", "reason": "holidays" }, { "from": "2026-11-03 06:00", "to": "2026-11-04T12:00", "reason": "election" }],
            "kinds": { "removal": { "needed": 1, "businessHours": [], "reasonRequired": [] } }
            """).Approval;

        Assert.Equal((2, 2, 240, 30, 60), (policy.Needed, policy.DenyThreshold, policy.ExpiresAfterMinutes, policy.RemindBeforeMinutes, policy.EscalateAfterMinutes));
        Assert.Equal([ReasonFrom.Requester, ReasonFrom.Denier], policy.ReasonRequired);
        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Friday], Assert.Single(policy.BusinessHours).Days);
        Assert.Equal(7, Assert.Single(policy.MaintenanceWindows).Days.Count);
        Assert.Equal((new TimeOnly(22, 0), TimeOnly.MinValue), (policy.MaintenanceWindows[0].From, policy.MaintenanceWindows[0].To));

        // A day that ends a freeze belongs to it.
        Assert.Equal((new DateTime(2026, 12, 20), new DateTime(2027, 1, 3)), (policy.Freezes[0].From, policy.Freezes[0].To));
        Assert.Equal((new DateTime(2026, 11, 3, 6, 0, 0), new DateTime(2026, 11, 4, 12, 0, 0)), (policy.Freezes[1].From, policy.Freezes[1].To));

        var removal = policy.For(ChangeKinds.Removal);
        Assert.Equal((1, 2, 240), (removal.Needed, removal.DenyThreshold, removal.ExpiresAfterMinutes));
        Assert.Empty(removal.BusinessHours);
        Assert.Empty(removal.ReasonRequired);
        Assert.Equal(["group:noc"], removal.BreakGlass);
        Assert.Equal(2, policy.For(ChangeKinds.SetUp).Needed);
    }

    [Fact]
    public void A_short_policy_asks_for_one_approver_and_a_reason_from_who_rejects()
    {
        var policy = Read("\"approvers\": [\"ben\"]").Approval;

        Assert.Equal((1, 1, 480, null, null, false), (policy.Needed, policy.DenyThreshold, policy.ExpiresAfterMinutes, policy.RemindBeforeMinutes, policy.EscalateAfterMinutes, policy.OnePersonLab));
        Assert.Equal([ReasonFrom.Denier], policy.ReasonRequired);
        Assert.Empty(policy.BreakGlass);
    }

    [Fact]
    public void A_one_person_lab_shouts_in_the_title_of_its_site()
    {
        var site = SiteProfileReader.Read(
            TestSites.Json.Replace("\"title\": \"Denver\"", "\"title\": \"Denver\", \"simulated\": true", StringComparison.Ordinal).Replace("[\"ben\"]", "[\"ben\"], \"onePersonLab\": true", StringComparison.Ordinal), "denver.json");

        Assert.Equal("Denver, ONE-PERSON LAB: WHO ASKS MAY APPROVE", site.Title);
    }

    [Theory]
    [InlineData("22:00", "04:00", "2026-11-02 22:00", true)]
    [InlineData("22:00", "04:00", "2026-11-03 03:59", true)]
    [InlineData("22:00", "04:00", "2026-11-03 22:00", false)]
    [InlineData("22:00", "04:00", "2026-11-02 03:00", false)]
    [InlineData("22:00", "00:00", "2026-11-03 00:00", false)]
    [InlineData("00:00", "00:00", "2026-11-02 23:59", true)]
    [InlineData("08:00", "17:00", "2026-11-02 17:00", false)]
    public void A_window_of_monday_contains(string from, string to, string local, bool contains) => Assert.Equal(
        contains,
        new WeeklyWindow { Days = [DayOfWeek.Monday], From = TimeOnly.Parse(from, null), To = TimeOnly.Parse(to, null) }.Contains(DateTime.Parse(local, null)));

    private static SiteProfile Read(string approval) =>
        SiteProfileReader.Read(TestSites.Json.Replace("\"approvers\": [\"ben\"]", approval, StringComparison.Ordinal), "denver.json");
}
