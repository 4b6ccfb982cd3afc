using CsCheck;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;

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

    internal static string Written(string text) =>
        string.Concat(ConfigTree.Read(text).Root.Descendants().Where(node => node.Kind != LineKind.Implied).Select(node => node.Raw.ToString()));

    private static Gen<string> Among(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);

    [Fact]
    public void Every_letter_that_is_read_stands_in_the_tree_in_its_place() => AnyText.Sample(text => Written(text) == text, iter: 20_000);

    [Fact]
    public void Every_letter_of_a_text_cut_anywhere_stands_in_the_tree() =>
        Gen.Select(AnyText, Gen.Int[0, 400]).Sample((text, cut) => Written(text[..Math.Min(cut, text.Length)]) == text[..Math.Min(cut, text.Length)], iter: 5_000);

    [Fact]
    public void Whatever_stands_in_two_texts_the_lines_between_them_and_what_is_said_of_them_are_harmless() =>
        Gen.Select(AnyText, AnyText).Sample(
            (one, other) =>
            {
                var change = ConfigChange.Between(ConfigTree.Read(one), ConfigTree.Read(other));
                var lines = change.Send.Concat(change.Undo).SelectMany(block => block.Lines);
                var sentences = ConfigurationLints.Of(RunningConfiguration.Read(other)).Select(finding => finding.Finding.Sentence);
                return lines.All(line => IsPrintable(line) && !line.Contains('?') && line[0] is not ('!' or '#')) && sentences.All(said => IsPrintable(said));
            },
            iter: 2_000);

    private static bool IsPrintable(string line) => line.All(letter => letter is >= ' ' and <= '~');

    [Fact]
    public void A_configuration_does_not_differ_from_itself() =>
        AnyText.Sample(
            text => ConfigDifference.Between(ConfigTree.Read(text).Root, ConfigTree.Read(text).Root, activation: true).Lines.Count == 0,
            iter: 5_000);
}
