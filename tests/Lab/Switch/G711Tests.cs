using TrunkBot.Lab.Switch.Media;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>Values from the tables of ITU-T G.711 (tables 1a to 2b).</summary>
public sealed class G711Tests
{
    [Theory]
    [InlineData(0, 0xFF)]
    [InlineData(-1, 0x7F)]
    [InlineData(32767, 0x80)]
    [InlineData(-32768, 0x00)]
    [InlineData(1000, 0xCE)]
    [InlineData(-1000, 0x4E)]
    public void Mu_law_codes_are_those_of_the_table(short sample, byte code) => Assert.Equal(code, G711.Encode(G711.MuLaw, sample));

    [Theory]
    [InlineData(0, 0xD5)]
    [InlineData(-1, 0x55)]
    [InlineData(32767, 0xAA)]
    [InlineData(-32768, 0x2A)]
    [InlineData(1000, 0xFA)]
    [InlineData(-1000, 0x7A)]
    public void A_law_codes_are_those_of_the_table(short sample, byte code) => Assert.Equal(code, G711.Encode(G711.ALaw, sample));
}
