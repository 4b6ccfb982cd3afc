using Microsoft.Extensions.Configuration;
using TrunkBot.Hosting;

namespace TrunkBot.Bot.Tests.Hosting;

/// <summary>What the settings of a cluster must be, said before anything is started, and never with a secret in it.</summary>
public sealed class ClusterSettingsTests
{
    private const string Database = "Host=db;Database=trunkbot;Username=trunkbot";

    [Fact]
    public void Three_silos_on_a_file_of_one_machine_are_refused() => Assert.Equal(
        "Cluster:Redis: several silos need one truth and one folder of keys: set Storage:Provider to PostgreSQL, Storage:ConnectionString, and Storage:KeysDirectory to a folder that all silos share",
        Refusal(("Cluster:Redis", "redis:6379"), ("Cluster:AdvertisedAddress", "10.0.0.1")));

    [Theory]
    [InlineData("Cluster:Redis", "redis:6379,password=hunter2", "Cluster:Redis: a password must not stand here: name it in Cluster:RedisPassword as secret:NAME")]
    [InlineData("Cluster:RedisPassword", "hunter2", "Cluster:RedisPassword: must be of the form secret:NAME, which stands in the secrets file as Secrets:NAME; a secret itself never stands here")]
    [InlineData("Cluster:AdvertisedAddress", "db.example.net", "Cluster:AdvertisedAddress: must be the IP address at which the other silos reach this one")]
    [InlineData("Storage:Password", "hunter2", "Storage:Password: must be of the form secret:NAME, which stands in the secrets file as Secrets:NAME; a secret itself never stands here")]
    [InlineData("Storage:ConnectionString", Database + ";Password=hunter2", "Storage:ConnectionString: a password must not stand here: name it in Storage:Password as secret:NAME")]
    public void A_wrong_setting_is_named_without_its_value(string key, string value, string refusal)
    {
        var said = Refusal([.. Cluster.Where(s => s.Key != key), (key, value)]);

        Assert.EndsWith(refusal, said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_is_taken_as_it_is_described()
    {
        var settings = Settings.Read(Of(Cluster));

        Assert.True(settings.Cluster.IsShared);
        Assert.Equal("/srv/keys", settings.Storage.KeysPath);
    }

    [Fact]
    public void Alone_on_one_machine_nothing_has_to_be_set() => Assert.False(Settings.Read(Of([])).Cluster.IsShared);

    private static readonly (string Key, string Value)[] Cluster =
    [
        ("Storage:Provider", "PostgreSQL"), ("Storage:ConnectionString", Database), ("Storage:Password", "secret:database"), ("Storage:KeysDirectory", "/srv/keys"),
        ("Cluster:Redis", "redis:6379"), ("Cluster:RedisPassword", "secret:redis"), ("Cluster:AdvertisedAddress", "10.0.0.1"),
    ];

    private static string Refusal(params (string Key, string Value)[] changed) => Assert.Throws<SettingsException>(() => Settings.Read(Of(changed))).Message;

    private static IConfiguration Of(IEnumerable<(string Key, string Value)> changed) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
        .AddInMemoryCollection(changed.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
        .Build();
}
