using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrunkBot.Chat.Language;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>What the code says in English, as the compiler reads it, against <c>src/Chat/Language/Sentences.de.resx</c>.</summary>
public sealed partial class SentencesTests
{
    /// <summary>Words of the field that German engineers use as they are.</summary>
    private static readonly string[] Same = ["Trunk", "; optional", "Status", "Remote Media Gateway Model"];

    private static readonly Dictionary<string, string> Entries = new ResourceManager("TrunkBot.Chat.Language.Sentences", typeof(Localized).Assembly)
        .GetResourceSet(CultureInfo.GetCultureInfo("de"), createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);

    private static readonly IReadOnlyList<CompilationUnitSyntax> Code =
        [.. Directory.EnumerateFiles(Path.Combine(TestEnvironment.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f)).GetCompilationUnitRoot())];

    [Fact]
    public void Every_sentence_has_its_German_and_no_entry_is_left_over()
    {
        var said = Localized().Concat(Purposes()).Concat(TrunkParameters.All.SelectMany(p => new[] { p.Label, p.Hint, p.Restriction })).Distinct().ToList();

        Assert.True(said.Count > 300);
        Assert.Equal(said.Except(Same).Order(StringComparer.Ordinal), Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(Same.Except(said));
    }

    [Fact]
    public void The_German_has_the_same_values_and_is_not_the_English() =>
        Assert.All(Entries, e =>
        {
            Assert.Equal(Values(e.Key), Values(e.Value));
            Assert.NotEqual(e.Key, e.Value);
        });

    [Theory]
    [InlineData("There is no trunk \"{x\" (trunk-unknown). {}", "Es gibt keinen Trunk „{x“ (trunk-unknown). {}")]
    public void A_value_is_a_value_whatever_stands_in_it(string english, string german)
    {
        var (name, rest) = ("{x", "{}");
        Assert.Equal(english, TrunkBot.Chat.Language.Localized.Text($"There is no trunk \"{name}\" (trunk-unknown). {rest}"));

        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de");
        Assert.Equal(german, TrunkBot.Chat.Language.Localized.Text($"There is no trunk \"{name}\" (trunk-unknown). {rest}"));
    }

    private static IEnumerable<string> Localized() => Code.SelectMany(c => c.DescendantNodes()).OfType<InvocationExpressionSyntax>()
        .Where(i => i.Expression.ToString() == "Localized.Text").Select(i => i.ArgumentList.Arguments[0].Expression)
        .Where(e => e is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax).Select(KeyOf);

    /// <summary>Of commands, which are looked up where help shows them.</summary>
    private static IEnumerable<string> Purposes() => Code.SelectMany(c => c.DescendantNodes()).OfType<AssignmentExpressionSyntax>()
        .Where(a => a is { Left: IdentifierNameSyntax { Identifier.Text: "Purpose" }, Right: LiteralExpressionSyntax { Token.Value: string } }).Select(a => KeyOf(a.Right));

    private static string KeyOf(ExpressionSyntax text)
    {
        if (text is LiteralExpressionSyntax literal)
        {
            return literal.Token.ValueText;
        }

        var key = new StringBuilder();
        var count = 0;
        foreach (var part in ((InterpolatedStringExpressionSyntax)text).Contents)
        {
            key.Append(part is InterpolatedStringTextSyntax words
                ? words.TextToken.ValueText.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
                : $"{{{count++}{((InterpolationSyntax)part).FormatClause}}}");
        }

        return key.ToString();
    }

    private static IEnumerable<string> Values(string sentence) => Placeholder().Matches(sentence).Select(m => m.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Placeholder();
}
