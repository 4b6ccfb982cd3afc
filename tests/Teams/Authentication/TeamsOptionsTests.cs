using Microsoft.Extensions.Options;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>A registration that can't work stops the start.</summary>
public sealed class TeamsOptionsTests
{
    [Theory]
    [InlineData("AppId", "trunkbot", "teams-settings: Teams:AppId is not a GUID.")]
    [InlineData("TenantId", "", "teams-settings: Teams:TenantId is not a GUID.")]
    [InlineData("TenantId", "common", "teams-settings: Teams:TenantId is not a GUID.")]
    [InlineData("TenantId", "botframework.com", "teams-settings: Teams:TenantId is not a GUID.")]
    [InlineData("AllowedTenants:0", "example.com", "teams-settings: Teams:AllowedTenants has an entry that is not a GUID.")]
    [InlineData("ServiceHosts:0", "https://smba.trafficmanager.net/", "teams-settings: Teams:ServiceHosts has an entry that is not the name of a host.")]
    [InlineData("ServiceHosts:0", "", "teams-settings: Teams:ServiceHosts has an entry that is not the name of a host.")]
    [InlineData("Credential", "None", "teams-settings: Teams:Credential is None")]
    [InlineData("ClientSecret", "", "teams-settings: Teams:ClientSecret is empty.")]
    [InlineData("Credential", "Certificate", "teams-settings: Teams:CertificateFile names no file.")]
    [InlineData("MetadataUrl", "http://login.example.com/metadata", "teams-settings: Teams:MetadataUrl is not https.")]
    [InlineData("Authority", "http://127.0.0.1:5000/{tenant}", "teams-settings: Teams:Authority is not https.")]
    public async Task A_registration_that_cannot_work_stops_the_start(string name, string value, string message)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await BotHost.StartAsync(Setting.Registered(Setting.Of(name, value))));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Setting.Secret, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_app_id_nothing_else_is_asked_for()
    {
        await using var host = await BotHost.StartAsync([Setting.Of("TenantId", "x")]);
    }
}
