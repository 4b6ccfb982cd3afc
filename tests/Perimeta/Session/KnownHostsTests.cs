using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Tests.Session;

public sealed class KnownHostsTests
{
    // "one" and "two" in base64 stand for keys.
    private static readonly byte[] One = "one"u8.ToArray();
    private static readonly byte[] Two = "two"u8.ToArray();

    [Theory]
    [InlineData("sbc.example ssh-ed25519 b25l", "sbc.example", 22, "Known")]
    [InlineData("sbc.example,192.0.2.1 ssh-ed25519 b25l comment", "192.0.2.1", 22, "Known")]
    [InlineData("[sbc.example]:2222 ssh-ed25519 b25l", "sbc.example", 2222, "Known")]
    [InlineData("sbc.example ssh-ed25519 b25l", "sbc.example", 2222, "Unknown")]
    [InlineData("sbc.example ssh-ed25519 dHdv", "sbc.example", 22, "Unknown")]
    [InlineData("other.example ssh-ed25519 b25l", "sbc.example", 22, "Unknown")]
    [InlineData("*.example,!bad.example ssh-ed25519 b25l", "sbc.example", 22, "Known")]
    [InlineData("*.example,!bad.example ssh-ed25519 b25l", "bad.example", 22, "Unknown")]
    [InlineData("sbc.example ssh-ed25519 b25l\n@revoked * ssh-ed25519 b25l", "sbc.example", 22, "Revoked")]
    [InlineData("@cert-authority * ssh-ed25519 b25l", "sbc.example", 22, "Unknown")]
    [InlineData("# sbc.example ssh-ed25519 b25l\n\ngarbage", "sbc.example", 22, "Unknown")]
    public void A_key_is_judged_by_the_entries_of_its_host(string file, string host, int port, string verdict) =>
        Assert.Equal(verdict, KnownHosts.Parse(file).Judge(host, port, One).ToString());

    [Fact]
    public void Several_keys_may_be_pinned_for_one_host()
    {
        var known = KnownHosts.Parse("sbc ssh-ed25519 b25l\nsbc ssh-rsa dHdv\n");

        Assert.Equal(HostKeyVerdict.Known, known.Judge("sbc", 22, One));
        Assert.Equal(HostKeyVerdict.Known, known.Judge("sbc", 22, Two));
        Assert.Equal(["ssh-ed25519", "ssh-rsa"], known.Pinned("sbc", 22).Select(key => key.Type));
    }

    [Fact]
    public void Hashed_names_are_understood()
    {
        // HMAC-SHA1 of "sbc.example" with the salt 01234567890123456789.
        const string file = "|1|MDEyMzQ1Njc4OTAxMjM0NTY3ODk=|9XOFpBv0SbFMUnkmX/tl7PcYS3o= ssh-ed25519 b25l";

        Assert.Equal(HostKeyVerdict.Known, KnownHosts.Parse(file).Judge("sbc.example", 22, One));
        Assert.Equal(HostKeyVerdict.Unknown, KnownHosts.Parse(file).Judge("sbc2.example", 22, One));
    }
}
