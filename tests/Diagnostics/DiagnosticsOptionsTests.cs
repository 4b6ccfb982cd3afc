using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TrunkBot.Diagnostics.Tests;

public sealed class DiagnosticsOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Equal(TimeSpan.FromSeconds(15), Read([]).OptionsInterval);

    [Theory]
    [InlineData("ReadLimit", "00:00:01")]
    [InlineData("ReadLimit", "00:02:00")]
    [InlineData("OptionsLimit", "00:02:00")]
    [InlineData("CallLimit", "00:00:05")]
    [InlineData("CallLimit", "00:05:00")]
    [InlineData("OptionsInterval", "00:00:10")]
    [InlineData("OptionsInterval", "01:00:00")]
    public void The_ends_of_a_range_belong_to_it(string key, string value) => Assert.NotNull(Read(new() { [$"Diagnostics:{key}"] = value }));

    [Theory]
    [InlineData("ReadLimit", "00:00:00.9")]
    [InlineData("ReadLimit", "00:02:01")]
    [InlineData("OptionsLimit", "00:00:00")]
    [InlineData("CallLimit", "00:00:04")]
    [InlineData("CallLimit", "00:05:01")]
    [InlineData("OptionsInterval", "00:00:09")]
    [InlineData("OptionsInterval", "01:00:01")]
    public void Beyond_it_a_setting_is_refused_by_name(string key, string value) =>
        Assert.Contains(key, Assert.Throws<OptionsValidationException>(() => Read(new() { [$"Diagnostics:{key}"] = value })).Message);

    private static DiagnosticsOptions Read(Dictionary<string, string?> settings)
    {
        using var services = new ServiceCollection()
            .AddDiagnostics(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<DiagnosticsOptions>>().Value;
    }
}
