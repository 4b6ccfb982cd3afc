using System.Net;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>When the channel's keys are read, and what holds while they can't be.</summary>
public sealed class ChannelKeysTests
{
    [Fact]
    public async Task Keys_are_read_once_for_many_messages_at_once()
    {
        await using var room = await Room.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => room.KnockAsync(Keys.Channel, "key-1")));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Accepted, a));
        Assert.Equal(1, room.Issuer.MetadataReads);
    }

    [Fact]
    public async Task Nothing_is_read_before_the_first_token_nor_for_a_token_of_somebody_else()
    {
        await using var room = await Room.StartAsync();

        using var unsigned = await room.Host.PostAsync(Mint.Activity());
        using var foreign = await room.Host.PostAsync(
            Mint.Activity(), headers: h => h.TryAddWithoutValidation("Authorization", new Mint().Claiming(("iss", "https://evil.example")).Header()));

        Assert.Equal(0, room.Issuer.MetadataReads);
    }

    [Fact]
    public async Task After_24_hours_they_are_read_again_and_a_withdrawn_key_is_dead()
    {
        await using var room = await Room.StartAsync();
        await room.KnockAsync(Keys.Channel, "key-1");
        room.Issuer.ChannelKeys.RemoveAt(0);

        room.Host.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        var before = await room.KnockAsync(Keys.Channel, "key-1");
        room.Host.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await room.KnockAsync(Keys.Channel, "key-1");

        Assert.Equal(HttpStatusCode.Accepted, before);
        Assert.Equal(HttpStatusCode.Unauthorized, after);
        Assert.Equal(2, room.Issuer.MetadataReads);
    }

    [Fact]
    public async Task A_new_key_counts_at_once_and_unknown_ones_are_looked_for_once_an_hour()
    {
        await using var room = await Room.StartAsync();
        await room.KnockAsync(Keys.Channel, "key-1");
        room.Issuer.ChannelKeys.Add(IssuerServer.Jwk(Keys.Stranger, "key-2", "msteams"));

        var first = await room.KnockAsync(Keys.Stranger, "key-2");
        await room.KnockAsync(Keys.Stranger, "key-3");
        room.Host.Time.Advance(TimeSpan.FromMinutes(59));
        await room.KnockAsync(Keys.Stranger, "key-4");
        var within = room.Issuer.MetadataReads;
        room.Host.Time.Advance(TimeSpan.FromMinutes(1));
        await room.KnockAsync(Keys.Stranger, "key-5");

        Assert.Equal(HttpStatusCode.Accepted, first);
        Assert.Equal(2, within);
        Assert.Equal(3, room.Issuer.MetadataReads);
    }

    [Fact]
    public async Task While_they_cannot_be_read_nobody_comes_in_and_the_issuer_is_asked_every_ten_seconds_at_most()
    {
        await using var room = await Room.StartAsync();
        room.Issuer.IsDown = true;

        var down = await room.KnockAsync(Keys.Channel, "key-1");
        var asked = room.Issuer.MetadataReads;
        room.Issuer.IsDown = false;
        var tooSoon = await room.KnockAsync(Keys.Channel, "key-1");
        Assert.Equal(asked, room.Issuer.MetadataReads);
        room.Host.Time.Advance(TimeSpan.FromSeconds(10));
        var up = await room.KnockAsync(Keys.Channel, "key-1");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Accepted], [down, tooSoon, up]);
        Assert.Contains(room.Host.Log.Lines, l => l.StartsWith("Error TrunkBot.Teams.Authentication.ChannelKeys 2302 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Old_keys_hold_for_five_days_while_new_ones_cannot_be_read()
    {
        await using var room = await Room.StartAsync();
        await room.KnockAsync(Keys.Channel, "key-1");
        room.Issuer.IsDown = true;

        room.Host.Time.Advance(TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        var before = await room.KnockAsync(Keys.Channel, "key-1");
        room.Host.Time.Advance(TimeSpan.FromSeconds(1));
        var after = await room.KnockAsync(Keys.Channel, "key-1");

        Assert.Equal(HttpStatusCode.Accepted, before);
        Assert.Equal(HttpStatusCode.Unauthorized, after);
    }

    [Fact]
    public async Task An_empty_set_of_keys_does_not_take_the_place_of_a_good_one()
    {
        await using var room = await Room.StartAsync();
        await room.KnockAsync(Keys.Channel, "key-1");
        room.Issuer.ChannelKeys.Clear();

        room.Host.Time.Advance(TimeSpan.FromHours(24));

        Assert.Equal(HttpStatusCode.Accepted, await room.KnockAsync(Keys.Channel, "key-1"));
    }

    [Fact]
    public async Task A_key_that_is_meant_for_encryption_verifies_nothing()
    {
        await using var room = await Room.StartAsync();
        room.Issuer.ChannelKeys[0]["use"] = "enc";

        Assert.Equal(HttpStatusCode.Unauthorized, await room.KnockAsync(Keys.Channel, "key-1"));
    }

    private sealed record Room(IssuerServer Issuer, BotHost Host) : IAsyncDisposable
    {
        public static async Task<Room> StartAsync()
        {
            var issuer = await IssuerServer.StartAsync();
            return new(issuer, await BotHost.StartAsync(Setting.Registered(Setting.Of("MetadataUrl", issuer.ChannelMetadata))));
        }

        /// <summary>Posts a message with a token that is good at this moment but for its key.</summary>
        public async Task<HttpStatusCode> KnockAsync(System.Security.Cryptography.RSA key, string kid)
        {
            var token = new Mint { Claims = Mint.GoodClaims(Host.Time.GetUtcNow()) }.SignedBy(key, kid);
            using var response = await Host.PostAsync(Mint.Activity(), headers: h => h.TryAddWithoutValidation("Authorization", token.Header()));
            return response.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
