using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Chat.Tests.Language;

/// <summary>What the compiler makes of the source of the rooms that say something: which templates there are, and where one is put together too early to be said in another language.</summary>
internal static class RoomSentences
{
    private static readonly string[] Rooms = ["Trunks", "Perimeta", "Metaswitch", "Twilio", "Sip", "Changes", "Diagnostics", "Chat"];

    private static readonly Lazy<IReadOnlyList<Said>> Found = new(Read);

    public static IReadOnlyList<Said> All => Found.Value;

    public enum Kind
    {
        /// <summary>An interpolated string or a constant that becomes a sentence.</summary>
        Template,

        /// <summary>Finished text that becomes a sentence without values: nobody can translate it any more.</summary>
        Finished,

        /// <summary>A sentence that becomes text, which is English then.</summary>
        Written,
    }

    public sealed record Said(string File, int Line, Kind Kind, string Text)
    {
        public string Room => File.Split('/')[0];
    }

    private static List<Said> Read()
    {
        var root = Path.Combine(TestEnvironment.Root, "src");
        var trees = Rooms
            .SelectMany(room => Directory.EnumerateFiles(Path.Combine(root, room), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Replace('\\', '/').Contains("/bin/", StringComparison.Ordinal))
            .Where(path => !path.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Preview), path))
            .Append(CSharpSyntaxTree.ParseText(
                "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;",
                new CSharpParseOptions(LanguageVersion.Preview)));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TrunkBot.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("rooms", trees, references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.SyntaxTrees.Where(t => t.FilePath.Length > 0 && !t.FilePath.Contains("/Trunks/Language/", StringComparison.Ordinal)).AsParallel().AsOrdered()
            .SelectMany(tree => InFile(Path.GetRelativePath(root, tree.FilePath).Replace('\\', '/'), compilation.GetSemanticModel(tree)))];
    }

    private static IEnumerable<Said> InFile(string file, SemanticModel model)
    {
        foreach (var node in model.SyntaxTree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>())
        {
            Said Of(Kind kind, string text) => new(file, model.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1, kind, text);

            var (type, to) = (model.GetTypeInfo(node).Type, model.GetTypeInfo(node).ConvertedType);
            if (node is InterpolatedStringExpressionSyntax text && IsSentence(to))
            {
                yield return Of(Kind.Template, TemplateOf(text));
            }
            else if (IsSentence(to) && type?.SpecialType == SpecialType.System_String && node is not ParenthesizedExpressionSyntax)
            {
                yield return model.GetConstantValue(node) is { HasValue: true, Value: string constant } ? Of(Kind.Template, constant) : Of(Kind.Finished, node.ToString());
            }
            else if (node is CastExpressionSyntax cast && IsSentence(type) && model.GetTypeInfo(cast.Expression).Type?.SpecialType == SpecialType.System_String)
            {
                yield return model.GetConstantValue(cast.Expression) is { HasValue: true, Value: string constant } ? Of(Kind.Template, constant) : Of(Kind.Finished, node.ToString());
            }
            else if (IsSentence(type) && to?.SpecialType == SpecialType.System_String)
            {
                yield return Of(Kind.Written, node.ToString());
            }
            else if (node is InterpolatedStringExpressionSyntax joined && !IsSentence(to)
                && joined.Contents.OfType<InterpolationSyntax>().FirstOrDefault(i => IsSentence(model.GetTypeInfo(i.Expression).Type)) is not null)
            {
                yield return Of(Kind.Written, node.ToString());
            }
        }
    }

    private static bool IsSentence(ITypeSymbol? type) => type is { Name: nameof(Sentence) } && type.ContainingNamespace.ToString() == typeof(Sentence).Namespace;

    private static string TemplateOf(InterpolatedStringExpressionSyntax text)
    {
        var holes = text.Contents.Any(p => p is InterpolationSyntax);
        var template = new StringBuilder();
        var count = 0;
        foreach (var part in text.Contents)
        {
            _ = part is InterpolationSyntax value
                ? template.Append('{').Append(count++).Append(value.FormatClause is { } format ? $":{format.FormatStringToken.ValueText}" : "").Append('}')
                : template.Append(Literal(((InterpolatedStringTextSyntax)part).TextToken.ValueText));
        }

        return template.ToString();

        string Literal(string said) => holes ? said.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal) : said;
    }
}
