using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>The strings of the room's source as its syntax has them.</summary>
internal static class Sentences
{
    private static readonly Lazy<IReadOnlyList<Said>> Found = new(Read);

    public static IReadOnlyList<Said> All => Found.Value;

    /// <param name="Key">Of its entry, as <c>Localized.Text</c> makes it.</param>
    /// <param name="IsLocalized">It is the argument of <c>Localized.Text</c>.</param>
    /// <param name="Property">The property that it is given to; empty for none.</param>
    public sealed record Said(string File, int Line, string Key, bool IsLocalized, bool IsForDevelopers, string Property);

    private static List<Said> Read()
    {
        var root = Path.Combine(TestEnvironment.Root, "src", "Chat");
        return [.. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(root, path).Replace('\\', '/')))
            .Where(f => !f.Name.StartsWith("obj/", StringComparison.Ordinal) && !f.Name.StartsWith("bin/", StringComparison.Ordinal))
            .SelectMany(f => InFile(f.Name, CSharpSyntaxTree.ParseText(File.ReadAllText(f.Path))))];
    }

    private static IEnumerable<Said> InFile(string name, SyntaxTree tree) =>
        from node in tree.GetRoot().DescendantNodes()
        let key = KeyOf(node)
        where key is not null
        select new Said(
            name,
            tree.GetLineSpan(node.Span).StartLinePosition.Line + 1,
            key,
            node.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && call.Expression.ToString() == "Localized.Text",
            IsForDevelopers(node),
            node.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax property } ? property.Identifier.ValueText : "");

    private static string? KeyOf(SyntaxNode node) => node switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => literal.Token.ValueText,
        InterpolatedStringExpressionSyntax text => KeyOf(text),
        _ => null,
    };

    private static string KeyOf(InterpolatedStringExpressionSyntax text)
    {
        var key = new StringBuilder();
        var count = 0;
        foreach (var part in text.Contents)
        {
            _ = part is InterpolationSyntax value
                ? key.Append('{').Append(count++).Append(value.FormatClause is { } format ? $":{format.FormatStringToken.ValueText}" : "").Append('}')
                : key.Append(((InterpolatedStringTextSyntax)part).TextToken.ValueText);
        }

        return key.ToString();
    }

    private static bool IsForDevelopers(SyntaxNode node) => node.Ancestors().Any(a =>
        a is AttributeSyntax
        || (a is ObjectCreationExpressionSyntax created && created.Type.ToString().EndsWith("Exception", StringComparison.Ordinal))
        || a is ConstantPatternSyntax);
}
