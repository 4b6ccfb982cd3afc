using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Configuration;
using TrunkBot.Hosting;

namespace TrunkBot.Bot.Tests.Hosting;

public sealed class SettingsCheckTests
{
    [Fact]
    public void Good_values_are_bound()
    {
        var options = SettingsCheck.Bind<Sample>(Read("""{"Sample": {"Count": 3, "Pause": "00:00:02"}}"""), "Sample");

        Assert.Equal((3, TimeSpan.FromSeconds(2)), (options.Count, options.Pause));
    }

    [Theory]
    [InlineData("""{"Sample": {"Count": 300}}""", "site.json: Sample:Count: The field Count must be between 1 and 10.")]
    [InlineData("""{"Sample": {"Count": 1, "Colour": "red"}}""", "site.json: Sample:Colour: there is no such setting")]
    [InlineData("""{"Sample": {"Count": 1, "Name": ""}}""", "site.json: Sample:Name: The Name field is required.")]
    public void A_wrong_value_is_named_with_its_file_and_key(string json, string message)
    {
        var e = Assert.Throws<SettingsException>(() => SettingsCheck.Bind<Sample>(Read(json), "Sample"));

        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void A_value_of_another_type_is_named_with_its_file_and_key()
    {
        var e = Assert.Throws<SettingsException>(() => SettingsCheck.Bind<Sample>(Read("""{"Sample": {"Count": "many"}}"""), "Sample"));

        Assert.StartsWith("site.json: Sample:Count: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("many", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_values_are_named_at_once()
    {
        var e = Assert.Throws<SettingsException>(() => SettingsCheck.Bind<Sample>(Read("""{"Sample": {"Count": 0, "Name": ""}}"""), "Sample"));

        Assert.Equal(2, e.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void A_value_from_the_environment_is_blamed_on_the_environment()
    {
        Environment.SetEnvironmentVariable("TRUNKBOTTEST_Sample__Count", "99");
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("TRUNKBOTTEST_").Build();

        var e = Assert.Throws<SettingsException>(() => SettingsCheck.Bind<Sample>(configuration, "Sample"));

        Assert.Equal("environmentvariables: Sample:Count: The field Count must be between 1 and 10.", e.Message);
    }

    private static IConfigurationRoot Read(string json)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("trunkbot-settings-").FullName, "site.json");
        File.WriteAllText(file, json, Encoding.UTF8);
        return new ConfigurationBuilder().SetBasePath(Path.GetDirectoryName(file)!).AddJsonFile("site.json").Build();
    }

    public sealed class Sample
    {
        [Range(1, 10)]
        public int Count { get; set; }

        public TimeSpan Pause { get; set; }

        [Required]
        public string Name { get; set; } = "x";
    }
}
