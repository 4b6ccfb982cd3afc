using Microsoft.Extensions.Time.Testing;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests.Switch;

public sealed class RegistrationTests : IAsyncLifetime
{
    private const string Uri = "sip:127.0.0.1";

    private readonly World world = new();
    private readonly FakeTimeProvider clock = new();
    private SipSwitch sut = null!;
    private Phone phone = null!;

    public async ValueTask InitializeAsync()
    {
        sut = await SipSwitch.StartAsync(new SipSwitchOptions { Sbc = world, Cfs = world, Twilio = world, TimeProvider = clock }, TestContext.Current.CancellationToken);
        phone = new Phone(sut.Port);
    }

    public async ValueTask DisposeAsync()
    {
        phone.Dispose();
        await sut.DisposeAsync();
        Assert.Null(sut.LastFault);
    }

    [Fact]
    public async Task A_subscriber_registers_with_the_digest_login()
    {
        var challenge = await Challenge();
        Assert.Matches("^Digest realm=\"cfs-1.lab.invalid\", nonce=\"[0-9a-f]{32}\", algorithm=MD5, qop=\"auth\"$", Phone.Header(challenge, "WWW-Authenticate"));

        await Register(challenge);
        Assert.Equal($"<sip:3035550100@127.0.0.1:{phone.Port}>;expires=3600", Phone.Header(await phone.ReceiveUntil("SIP/2.0 200"), "Contact"));
    }

    [Fact]
    public async Task An_unknown_user_is_403_without_a_challenge()
    {
        await phone.Send(phone.Request("REGISTER", Uri, 1, user: "3035550999"));
        Assert.Equal("subscriber-unknown; 3035550999 is no subscriber of the CFS.", Phone.Header(await phone.ReceiveUntil("SIP/2.0 403"), "X-Lab-Reason"));
    }

    [Fact]
    public async Task A_wrong_password_is_403()
    {
        var challenge = await Challenge();
        await phone.Send(phone.Request("REGISTER", Uri, 2, more: "Authorization: " + Phone.Login(challenge, "REGISTER", Uri, password: "guess")));
        Assert.StartsWith("login-wrong;", Phone.Header(await phone.ReceiveUntil("SIP/2.0 403"), "X-Lab-Reason"));
    }

    [Fact]
    public async Task A_login_signed_for_another_URI_is_403()
    {
        var challenge = await Challenge();
        await phone.Send(phone.Request("REGISTER", Uri, 2, more: "Authorization: " + Phone.Login(challenge, "REGISTER", "sip:elsewhere")));
        await phone.ReceiveUntil("SIP/2.0 403");
    }

    [Fact]
    public async Task The_same_login_twice_is_asked_for_again_as_stale()
    {
        var challenge = await Challenge();
        await Register(challenge);
        await phone.ReceiveUntil("SIP/2.0 200");
        await Register(challenge);
        Assert.EndsWith(", stale=true", Phone.Header(await phone.ReceiveUntil("SIP/2.0 401"), "WWW-Authenticate"));
    }

    [Fact]
    public async Task A_nonce_that_has_run_out_is_asked_for_again_as_stale()
    {
        var challenge = await Challenge();
        clock.Advance(TimeSpan.FromMinutes(6));
        await Register(challenge);
        Assert.EndsWith(", stale=true", Phone.Header(await phone.ReceiveUntil("SIP/2.0 401"), "WWW-Authenticate"));
    }

    [Fact]
    public async Task A_caller_who_is_not_registered_is_403()
    {
        await phone.Invite();
        Assert.Equal("subscriber-not-registered; 3035550100 is not registered.", Phone.Header(await phone.ReceiveUntil("SIP/2.0 403"), "X-Lab-Reason"));
    }

    [Fact]
    public async Task A_registration_runs_out()
    {
        await phone.Register("60");
        clock.Advance(TimeSpan.FromSeconds(61));
        await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 403");
    }

    [Fact]
    public async Task Expires_0_takes_the_registration_away()
    {
        await phone.Register();
        await phone.Register("0");
        await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 403");
    }

    [Fact]
    public async Task An_unknown_caller_is_403()
    {
        await phone.Send(phone.Request("INVITE", "sip:16504894546@127.0.0.1", 1, user: "anybody", body: phone.Offer()));
        await phone.ReceiveUntil("SIP/2.0 403");
        Assert.Empty(sut.Calls);
    }

    [Fact]
    public async Task Another_subscribers_login_does_not_place_the_call()
    {
        world.Cfs = world.Cfs with { Subscribers = [.. world.Cfs.Subscribers, new CfsSubscriber("3035550101", "3035550101", Phone.Password)] };
        await phone.Send(phone.Request("REGISTER", Uri, 1));
        var challenge = await phone.ReceiveUntil("SIP/2.0 401");
        await phone.Send(phone.Request("REGISTER", Uri, 2, more: "Authorization: " + Phone.Login(challenge, "REGISTER", Uri, user: "3035550101")));
        await phone.ReceiveUntil("SIP/2.0 403");
    }

    private async Task<string> Challenge()
    {
        await phone.Send(phone.Request("REGISTER", Uri, 1));
        return await phone.ReceiveUntil("SIP/2.0 401");
    }

    private Task Register(string challenge) =>
        phone.Send(phone.Request("REGISTER", Uri, 2, more: "Authorization: " + Phone.Login(challenge, "REGISTER", Uri)));
}
