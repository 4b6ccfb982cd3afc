using CsCheck;
using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Tests.Configuration;

public sealed class ConfigPropertyTests
{
    private static readonly Gen<string> AnyLine = Gen.OneOf(
        Among(
            "system", "sbc", "signaling", "media", "adjacency sip A", "adjacency sip \"B C\"", "call-media-policy", "interop", "ping-enable",
            "realm R", "realm \"\"", "service-address S", "activate", "no activate", "no adjacency sip A", "permit-peer service-network 2 ipv4 192.0.2.1",
            "ban-peer service-network 2 ipv4 192.0.2.9", "exit", "end", "config", "! note", "# remark", "", "no", "no ", "\"", "strange word", "signalling"),
        Gen.String[Gen.Char[' ', '~'], 0, 20],
        Gen.String[0, 8]);

    private static readonly Gen<string> AnyText =
        Gen.Select(Among("", " ", "  ", "    ", "\t"), AnyLine, Among("\n", "\r\n", " \n"), (indent, line, end) => indent + line + end)
            .Array[0, 40]
            .Select(lines => string.Concat(lines));

    private static Gen<string> Among(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    [Fact]
    public void Whatever_is_read_is_written_back_the_same() => AnyText.Sample(text => ConfigTree.Read(text).Write() == text, iter: 20_000);

    [Fact]
    public void Text_cut_anywhere_is_written_back_the_same() =>
        Gen.Select(AnyText, Gen.Int[0, 400]).Sample((text, cut) => ConfigTree.Read(text[..Math.Min(cut, text.Length)]).Write() == text[..Math.Min(cut, text.Length)], iter: 5_000);

    [Fact]
    public void A_configuration_does_not_differ_from_itself() =>
        AnyText.Sample(
            text => ConfigDifference.Between(ConfigTree.Read(text).Root, ConfigTree.Read(text).Root, activation: true).Lines.Count == 0,
            iter: 5_000);
}
