using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Tests.Sh;

/// <summary>What people read of an answer that is not what was hoped for.</summary>
public sealed class ShTroubleTests
{
    private static readonly ShAnswer Refused = new()
    {
        Outcome = ShOutcome.Refused,
        ResultCode = 5999,
        ExtendedResultCode = 9001,
        Detail = "request refused",
        SubResults = [new(9015, "must be a number", "PollingInterval"), new(9011, "unknown element", "NATStatus"), new(9000, "no field", null)],
    };

    [Fact]
    public void Each_complaint_names_the_label_and_the_parameter_that_decides_it() => Assert.Equal(
        "The CFS refused to create binding B: 5999; 9001 request refused; Polling interval (parameter polling): 9015 must be a number; NATStatus: 9011 unknown element; 9000 no field.",
        ShTrouble.Of(Refused, "create binding B", new()).Sentence);

    [Fact]
    public void What_a_site_has_learnt_about_codes_stands_instead_of_the_switchs_words() => Assert.Contains(
        "5999 not allowed here; 9001 request refused; Polling interval (parameter polling): 9015 out of range",
        ShTrouble.Of(Refused, "create binding B", new() { ResultTexts = new Dictionary<int, string> { [5999] = "not allowed here", [9015] = "out of range" } }).Sentence,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(ShOutcome.Refused, "cfs-refused", true)]
    [InlineData(ShOutcome.StaleSequence, "cfs-sequence-stale", true)]
    [InlineData(ShOutcome.Absent, "cfs-object-absent", true)]
    [InlineData(ShOutcome.Fault, "cfs-fault", true)]
    [InlineData(ShOutcome.Unreachable, "cfs-unreachable", true)]
    [InlineData(ShOutcome.CertificateRefused, "cfs-certificate-refused", true)]
    [InlineData(ShOutcome.NoAnswer, "cfs-no-answer", false)]
    public void Each_outcome_has_its_code_and_only_a_lost_answer_is_unknown(ShOutcome outcome, string code, bool known)
    {
        var trouble = ShTrouble.Of(new() { Outcome = outcome }, "create binding B", new());

        Assert.Equal((code, known), (trouble.Code, trouble.OutcomeKnown));
    }
}
