using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class G711_tables
{
    [Theory]
    [InlineData(0x00, -32124)]
    [InlineData(0x80, 32124)]
    [InlineData(0xFF, 0)]
    [InlineData(0x7F, 0)]
    [InlineData(0xFE, 8)]
    [InlineData(0xEF, 132)]
    [InlineData(0x8F, 16764)]
    public void Mu_law_codes_mean_these_samples(int code, int sample) => Assert.Equal(sample, G711.Decode(AudioCodec.Pcmu, (byte)code));

    [Theory]
    [InlineData(0xD5, 8)]
    [InlineData(0x55, -8)]
    [InlineData(0xAA, 32256)]
    [InlineData(0x2A, -32256)]
    [InlineData(0xC5, 264)]
    [InlineData(0x80, 5504)]
    public void A_law_codes_mean_these_samples(int code, int sample) => Assert.Equal(sample, G711.Decode(AudioCodec.Pcma, (byte)code));

    [Theory]
    [InlineData(AudioCodec.Pcmu, 0, 0xFF)]
    [InlineData(AudioCodec.Pcmu, short.MaxValue, 0x80)]
    [InlineData(AudioCodec.Pcmu, short.MinValue, 0x00)]
    [InlineData(AudioCodec.Pcma, 0, 0xD5)]
    [InlineData(AudioCodec.Pcma, short.MaxValue, 0xAA)]
    [InlineData(AudioCodec.Pcma, short.MinValue, 0x2A)]
    public void Edges_are_encoded_without_overflow(AudioCodec codec, short sample, int code) => Assert.Equal((byte)code, G711.Encode(codec, sample));

    [Theory]
    [InlineData(AudioCodec.Pcmu, 1)]
    [InlineData(AudioCodec.Pcma, 0)]
    public void Every_code_survives_decoding_and_encoding(AudioCodec codec, int twins)
    {
        // Mu-law has two codes for zero; the negative one comes back as the positive one.
        var changed = Enumerable.Range(0, 256).Count(c => G711.Encode(codec, G711.Decode(codec, (byte)c)) != c);

        Assert.Equal(twins, changed);
    }

    [Theory]
    [InlineData(AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Pcma)]
    public void The_error_stays_within_half_a_step(AudioCodec codec)
    {
        for (var sample = -32_000; sample <= 32_000; sample += 7)
        {
            var error = Math.Abs(G711.Decode(codec, G711.Encode(codec, (short)sample)) - sample);

            // The step is a sixteenth of the segment, which is at most the magnitude itself.
            Assert.True(error <= 16 + (Math.Abs(sample) / 30), $"{sample} is off by {error}");
        }
    }

    [Fact]
    public void Silence_is_silent()
    {
        Assert.Equal(0, G711.Decode(AudioCodec.Pcmu, G711.Silence(AudioCodec.Pcmu)));
        Assert.Equal(8, G711.Decode(AudioCodec.Pcma, G711.Silence(AudioCodec.Pcma)));
    }
}
