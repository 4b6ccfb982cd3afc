using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TrunkBot.Metaswitch.Tests;

public sealed class MetaswitchOptionsTests
{
    [Theory]
    [InlineData("Metaswitch:Binding:CoreTransport", "")]
    [InlineData("Metaswitch:Binding:MaximumCallAppearances", "0")]
    [InlineData("Metaswitch:Binding:InheritingFields:0", "Poll Peer")]
    [InlineData("Metaswitch:Binding:ExtraFields:0:Element", "9Lives")]
    [InlineData("Metaswitch:Binding:ExtraFields:0:Element", "a>b")]
    [InlineData("Metaswitch:Binding:ExtraFields:0:Value", "a\nb")]
    [InlineData("Metaswitch:Binding:ExtraFields:0:After", "a b")]
    public async Task A_spelling_that_the_switch_could_never_take_is_refused_at_start(string key, string value)
    {
        (string, string)[] extra = [("Metaswitch:Binding:ExtraFields:0:Element", "NATStatus"), ("Metaswitch:Binding:ExtraFields:0:Value", "Off")];
        await using var services = Given.Services(settings: [.. extra.Where(s => s.Item1 != key), (key, value)]);

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<MetaswitchOptions>>().Value);
    }

    [Fact]
    public async Task Spellings_that_a_site_has_learnt_are_taken()
    {
        await using var services = Given.Services(settings:
            [("Metaswitch:Binding:ExtraFields:0:Element", "NATStatus"), ("Metaswitch:Binding:ExtraFields:0:Value", "Off"), ("Metaswitch:Binding:InheritingFields:0", "PollingInterval")]);

        Assert.Equal("NATStatus", Assert.Single(services.GetRequiredService<IOptions<MetaswitchOptions>>().Value.Binding.ExtraFields).Element);
    }
}
