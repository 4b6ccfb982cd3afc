using Microsoft.Extensions.Configuration;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Chat.People;
using TrunkBot.Hosting;
using TrunkBot.Sites;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.Hosting;

/// <summary>Accounts, groups and who a site names, checked before anything is started.</summary>
public sealed class PeopleSettingsTests
{
    [Theory]
    [InlineData("Accounts:Ana:Name", "Ana", "Accounts:Ana: an account id is 1 to 40 lower-case letters, digits, '.', '-' or '_'")]
    [InlineData("Accounts:ana:Language", "en", "Accounts:ana:Name: missing")]
    [InlineData("Accounts:ben:Language", "fr", "Accounts:ben:Language: there is no language \"fr\"; there are: en, de")]
    [InlineData("Accounts:ben:TimeZone", "Mars/Base", "Accounts:ben:TimeZone: there is no time zone \"Mars/Base\"; write it like Europe/Berlin")]
    [InlineData("Accounts:ben:EntraObjectId", "ben@example.com", "Accounts:ben:EntraObjectId: \"ben@example.com\" can't be right; write the object id, a GUID")]
    [InlineData("Accounts:ben:SlackUser", "U2", "Accounts:ben:SlackUser: \"U2\" can't be right; write team and user id, such as T024BE7LD/U023BECGF")]
    [InlineData("Accounts:dana:SlackUser", "t1/u1", "Accounts:dana:SlackUser: slack:T1/U1 is bound to the account ben already")]
    [InlineData("RolesOfGroups:voice:0", "boss", "RolesOfGroups:voice: there is no role \"boss\"; there are: viewer, engineer, approver, oncall, admin")]
    public void A_wrong_setting_is_named_with_its_key(string key, string value, string reason)
    {
        var e = Assert.Throws<SettingsException>(() => SettingsCheck.Bind<PeopleOptions>(Read((key, value)), PeopleOptions.Section));

        Assert.Contains($"People:{reason}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_does_not_exist_is_refused()
    {
        var e = Assert.Throws<SettingsException>(() => SettingsCheck.Bind<PeopleOptions>(Read(("Accounts:ben:Email", "ben@example.com")), PeopleOptions.Section));

        Assert.Contains("People", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_of_a_site_stands_for_its_accounts()
    {
        var policy = SitePeople.Resolve(Policy(["group:voice", "ben"], ["group:noc"]), People(), Wrong);

        Assert.Equal(["ben", "dana"], policy.Approvers);
        Assert.Equal(["chris"], policy.OnCall);
    }

    [Theory]
    [InlineData("bne", "approval.approvers: approval.approvers: there is no account \"bne\"; there are: ben, chris, dana. Accounts stand in the settings, under People:Accounts")]
    [InlineData("webchat:ben", "approval.approvers: approval.approvers: there is no account \"webchat:ben\"; there are: ben, chris, dana. Accounts stand in the settings, under People:Accounts")]
    [InlineData("group:board", "approval.approvers: approval.approvers: no account is in the group \"board\"; groups stand with the accounts, in the settings under People:Accounts")]
    [InlineData("chris", "approval.approvers: approval.approvers: the account \"chris\" has not the role approver; put it into a group that gives it (People:RolesOfGroups)")]
    public void Whom_nobody_knows_or_who_could_not_do_it_is_refused(string approver, string reason) =>
        Assert.Equal(reason, Assert.Throws<InvalidOperationException>(() => SitePeople.Resolve(Policy([approver], []), People(), Wrong)).Message);

    [Fact]
    public void More_approvals_than_approvers_are_refused() => Assert.Equal(
        "approval.needed: approval.needed: 3 must agree, but the approvers are 2 in all, groups counted by their accounts",
        Assert.Throws<InvalidOperationException>(() => SitePeople.Resolve(Policy(["group:voice"], []) with { Needed = 3 }, People(), Wrong)).Message);

    [Fact]
    public void A_site_file_that_names_nobodys_account_stops_the_start_with_its_line()
    {
        var directory = Directory.CreateTempSubdirectory("trunkbot-people-").FullName;
        File.Copy(Path.Combine(Repository.Root, "src/Lab/Site/denver.json"), Path.Combine(directory, "denver.json"));

        var e = Assert.Throws<SiteProfileException>(() => new SiteFiles(directory, ["lab-invented"], new Accounts(new PeopleOptions())));

        Assert.Equal(
            $"{Path.Combine(directory, "denver.json")}, line 60: approval.approvers: there is no account \"ben\"; there are: none. Accounts stand in the settings, under People:Accounts",
            e.Message);
        Directory.Delete(directory, recursive: true);
    }

    private static Accounts People() => new(SettingsCheck.Bind<PeopleOptions>(Read(), PeopleOptions.Section));

    private static ApprovalPolicy Policy(string[] approvers, string[] onCall) => new() { Approvers = approvers, OnCall = onCall, Channel = "approvals" };

    private static InvalidOperationException Wrong(string place, string reason) => new($"{place}: {reason}");

    private static IConfigurationRoot Read(params (string Key, string Value)[] more) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["People:Accounts:ben:Name"] = "Ben",
            ["People:Accounts:ben:Groups:0"] = "voice",
            ["People:Accounts:ben:SlackUser"] = "T1/U1",
            ["People:Accounts:chris:Name"] = "Chris",
            ["People:Accounts:chris:Groups:0"] = "noc",
            ["People:Accounts:dana:Name"] = "Dana",
            ["People:Accounts:dana:Groups:0"] = "voice",
            ["People:RolesOfGroups:voice:0"] = "approver",
            ["People:RolesOfGroups:noc:0"] = "oncall",
        })
        .AddInMemoryCollection(more.ToDictionary(m => $"People:{m.Key}", m => (string?)m.Value))
        .Build();
}
