using TrunkBot.Trunks.Edges;

namespace TrunkBot.Trunks.Tests;

public sealed class TerminationHostTests
{
    [Theory]
    [InlineData("acme.pstn.twilio.com", "acme")]
    [InlineData("ACME.pstn.us2.Twilio.com", "acme")]
    [InlineData("acme-1.pstn.umatilla.twilio.com", "acme-1")]
    [InlineData("acme.pstn.mars1.twilio.com", "acme")]
    [InlineData(" acme.pstn.twilio.com. ", "acme")]
    [InlineData(".pstn.twilio.com", null)]
    [InlineData("a.b.pstn.twilio.com", null)]
    [InlineData("acme.pstn.twilio.com.evil.example", null)]
    [InlineData("acme.pstn.eviltwilio.com", null)]
    [InlineData("acme.pstn..twilio.com", null)]
    [InlineData("acme.sip.twilio.com", null)]
    [InlineData("gw1.northern.example", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_label_in_front_is_the_trunks_name_at_Twilio(string? host, string? name) => Assert.Equal(name, TerminationHost.Read(host)?.Termination);

    [Theory]
    [InlineData("acme.pstn.us2.twilio.com", "umatilla", EdgeHostStyle.Legacy)]
    [InlineData("acme.pstn.Umatilla.twilio.com", "umatilla", EdgeHostStyle.Edge)]
    [InlineData("acme.pstn.mars1.twilio.com", null, EdgeHostStyle.Edge)]
    [InlineData("acme.pstn.twilio.com", null, EdgeHostStyle.Edge)]
    public void The_label_behind_names_the_edge_by_either_name(string host, string? edge, EdgeHostStyle style)
    {
        var read = TerminationHost.Read(host)!;

        Assert.Equal((edge, style), (read.Edge?.Name, read.Style));
    }
}
