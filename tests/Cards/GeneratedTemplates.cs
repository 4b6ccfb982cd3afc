using System.Text.Json.Nodes;
using CsCheck;

namespace TrunkBot.Cards.Tests;

/// <summary>
/// Templates within the subset that both engines know, and data that holds every name in them. Texts hold no control characters (ours takes them
/// out), upper and lower case are asked of ASCII only (JavaScript and .NET differ beyond it), numbers have few digits.
/// </summary>
internal static class GeneratedTemplates
{
    private static readonly Gen<string> AnyText = Gen.String[Gen.Char["abcXYZ 019${}<>&*_~`'\"\\/[]()!#:.,-äß漢"], 0, 12];

    private static readonly Gen<string> Ascii = Gen.String[Gen.Char["abcXYZ019 -"], 1, 8];

    private static readonly Gen<double> Number = Gen.OneOf(Gen.Int[-1000, 1000].Select(i => (double)i), Gen.Int[-100000, 100000].Select(i => i / 100.0));

    private static readonly Gen<JsonObject> Item = Gen.Select(AnyText, Ascii, Number, Gen.Bool, (text, word, number, flag) => new JsonObject
    {
        ["text"] = text, ["word"] = word, ["number"] = number, ["flag"] = flag,
    });

    /// <summary>text, word, number and flag; an object <c>o</c> with the same and a list; a list of such; a list of words; an empty one.</summary>
    public static Gen<JsonObject> Data { get; } =
        Gen.Select(Item, Item, Item.Array[0, 4], Item.Array[0, 3], Ascii.Array[0, 4], (root, o, list, inner, words) =>
        {
            o["list"] = ArrayOf(inner);
            root["o"] = o;
            root["list"] = ArrayOf(list);
            root["words"] = new JsonArray([.. words.Select(w => JsonValue.Create(w))]);
            root["none"] = new JsonArray();
            root["nothing"] = null;
            return root;
        });

    public static Gen<JsonObject> Template { get; } = Gen.Select(Element(2), Element(3).Array[1, 4], (head, body) => new JsonObject { ["head"] = head, ["body"] = ArrayOf(body) });

    internal static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static JsonArray ArrayOf(IEnumerable<JsonObject> items) => new([.. items]);

    private static Gen<JsonObject> Element(int depth)
    {
        var plain = Gen.Select(Value, Value, (a, b) => new JsonObject { ["a"] = a, ["${text}"] = b, ["plain"] = "x" });
        if (depth == 0)
        {
            return plain;
        }

        var inner = Element(depth - 1);
        var repeated = Gen.Select(inner, Pick("${$root.list}", "${$root.none}", "${$root.o.list}"), Gen.OneOf(Bool, Gen.Const("$index < 2")), (element, data, when) =>
        {
            element["$data"] = data;
            element["$when"] = $"${{{when}}}";
            element["index"] = "${$index} of ${count($root.list)}";
            return element;
        });
        var words = Gen.Bool.Select(_ => new JsonObject { ["$data"] = "${$root.words}", ["w"] = "${$data}", ["i"] = "${$index}: ${$data}" });
        var scoped = Gen.Select(inner, element =>
        {
            element["$data"] = "${$root.o}";
            return element;
        });
        var kept = Gen.Select(inner, Bool, (element, when) =>
        {
            element["$when"] = $"${{{when}}}";
            return element;
        });
        return Gen.OneOf(
            plain,
            kept,
            Gen.Select(plain, Gen.OneOf(repeated, words, inner).Array[0, 3], (element, items) =>
            {
                element["items"] = ArrayOf(items);
                return element;
            }),
            Gen.Select(plain, scoped, (element, one) =>
            {
                element["one"] = one;
                return element;
            }));
    }

    private static Gen<string> Text => Gen.OneOf(
        Pick("text", "word", "$root.o.text", "$root.word", "$root.o['word']", "toUpper(word)", "toLower(word)", "substring(word, 0, 1)", "join($root.words, ', ')", "replace(word, 'a', 'o')"),
        Ascii.Select(w => $"'{w}'"),
        Gen.Select(Bool, b => $"if({b}, text, 'no')"),
        Gen.Select(Bool, b => $"{b} ? word : 'no'"));

    private static Gen<string> Bool => Gen.OneOf(
        Pick("flag", "!flag", "$root.flag", "$root.o.flag", "exists(text)", "exists(missing)", "exists($root.nothing)", "word == 'a'", "word != ''", "count($root.list) > 1", "length(word) <= 3", "number >= 0", "number < 10.5"),
        Pick("flag && !$root.flag", "flag || number > 3", "(flag || $root.flag) && count($root.words) == 2", "!(flag && number < 0)"));

    private static Gen<JsonNode?> Value => Gen.OneOf(
        Text.Select(t => (JsonNode?)$"${{{t}}}"),
        Bool.Select(b => (JsonNode?)$"${{{b}}}"),
        Pick("${number}", "${count($root.list)}", "${length(word)}", "${$root.o.list}", "${$root.none}", "\\${text}", "plain", "", "7 $ {x}").Select(t => (JsonNode?)t),
        Gen.Select(Text, Text, (a, b) => (JsonNode?)$"<${{{a}}}> and ${{{b}}}, ${{number}} ${{flag}}"),
        Gen.Int[0, 9].Select(i => (JsonNode?)i),
        Gen.Bool.Select(b => (JsonNode?)b));
}
