using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// Evaluates one expression of the template language: paths, <c>== != &lt; &lt;= &gt; &gt;= &amp;&amp; || ! ?:</c>, and the functions of
/// <see cref="Functions"/>. A name that the data does not hold is an error, except inside <c>exists</c>.
/// </summary>
internal sealed class Expression
{
    // Only templates hold expressions, never data, so that this grows no further once every card was shown.
    private static readonly ConcurrentDictionary<string, IReadOnlyList<Token>> Read = new(StringComparer.Ordinal);

    private readonly IReadOnlyList<Token> tokens;
    private readonly Scope scope;
    private int at;

    // Counts the branches that are parsed but not taken: names in them need not exist.
    private int idle;

    private Expression(string text, Scope scope)
    {
        tokens = Read.GetOrAdd(text, Tokens.Read);
        this.scope = scope;
    }

    public static JsonNode? Evaluate(string text, Scope scope)
    {
        var expression = new Expression(text, scope);
        var value = expression.Choice();
        return expression.tokens[expression.at].Kind == TokenKind.End
            ? value
            : throw new ExpressionException($"'{expression.tokens[expression.at].Text}' was not expected");
    }

    private JsonNode? Choice()
    {
        var condition = Or();
        if (!Take("?"))
        {
            return condition;
        }

        var chosen = idle > 0 || Bool(condition, "?:");
        var first = Branch(chosen);
        Expect(":");
        var second = Branch(!chosen);
        return chosen ? first : second;
    }

    private JsonNode? Branch(bool taken)
    {
        idle += taken ? 0 : 1;
        var value = Choice();
        idle -= taken ? 0 : 1;
        return value;
    }

    private JsonNode? Or() => Chain("||", And, decidedBy: true);

    private JsonNode? And() => Chain("&&", Comparison, decidedBy: false);

    /// <summary>A chain of one operator, which stops evaluating at the first value that decides it.</summary>
    private JsonNode? Chain(string sign, Func<JsonNode?> part, bool decidedBy)
    {
        var left = part();
        while (Take(sign))
        {
            var decided = idle == 0 && Bool(left, sign) == decidedBy;
            idle += decided ? 1 : 0;
            var right = part();
            idle -= decided ? 1 : 0;
            left = idle > 0 ? null : JsonValue.Create(decided ? decidedBy : Bool(right, sign));
        }

        return left;
    }

    private JsonNode? Comparison()
    {
        var left = Not();
        var sign = tokens[at].Text;
        if (tokens[at].Kind != TokenKind.Operator || sign is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
        {
            return left;
        }

        at++;
        var right = Not();
        return idle > 0 ? null : JsonValue.Create(Compare(left, sign, right));
    }

    private JsonNode? Not()
    {
        if (!Take("!"))
        {
            return Path();
        }

        var value = Not();
        return idle > 0 ? null : JsonValue.Create(!Bool(value, "!"));
    }

    private JsonNode? Path()
    {
        var value = Primary(out var found, out var name);
        while (true)
        {
            if (Take("."))
            {
                name = $"{name}.{tokens[at].Text}";
                value = Member(value, ExpectName(), ref found);
            }
            else if (Take("["))
            {
                var key = Choice();
                Expect("]");
                name = $"{name}[{key?.ToJsonString()}]";
                value = Element(value, key, ref found);
            }
            else
            {
                return found || idle > 0 ? value : throw new ExpressionException($"the data has no {name}");
            }
        }
    }

    private JsonNode? Primary(out bool found, out string name)
    {
        found = true;
        var token = tokens[at++];
        name = token.Text;
        switch (token.Kind)
        {
            case TokenKind.Text:
                return JsonValue.Create(token.Text);
            case TokenKind.Number:
                return JsonValue.Create(token.Number);
            case TokenKind.Operator when token.Text == "(":
                var inner = Choice();
                Expect(")");
                return inner;
            case TokenKind.Name when token.Text is "true" or "false":
                return JsonValue.Create(token.Text == "true");
            case TokenKind.Name when token.Text == "null":
                return null;
            case TokenKind.Name when Take("("):
                return Call(token.Text);
            case TokenKind.Name:
                found = scope.TryFind(token.Text, out var value);
                return value;
            default:
                throw new ExpressionException($"'{token.Text}' was not expected");
        }
    }

    private JsonNode? Call(string function)
    {
        switch (function)
        {
            case "exists":
                return Exists();
            case "if":
                var chosen = Bool(Choice(), "if");
                Expect(",");
                var first = Branch(chosen);
                Expect(",");
                var second = Branch(!chosen);
                Expect(")");
                return chosen ? first : second;
            default:
                var arguments = new List<JsonNode?>();
                if (!Take(")"))
                {
                    do
                    {
                        arguments.Add(Choice());
                    }
                    while (Take(","));
                    Expect(")");
                }

                return idle > 0 ? null : Functions.Call(function, arguments);
        }
    }

    private JsonValue Exists()
    {
        idle++;
        var value = Choice();
        idle--;
        Expect(")");
        return JsonValue.Create(value is not null);
    }

    private static JsonNode? Member(JsonNode? value, string name, ref bool found)
    {
        JsonNode? member = null;
        found = found && value is JsonObject members && members.TryGetPropertyValue(name, out member);
        return found ? member : null;
    }

    private static JsonNode? Element(JsonNode? value, JsonNode? key, ref bool found)
    {
        if (key is JsonValue name && name.GetValueKind() == JsonValueKind.String)
        {
            return Member(value, name.GetValue<string>(), ref found);
        }

        var index = key?.GetValueKind() == JsonValueKind.Number ? (int)Functions.NumberOf(key) : -1;
        found = found && value is JsonArray && index >= 0 && index < ((JsonArray)value).Count;
        return found ? value![index] : null;
    }

    private static bool Compare(JsonNode? left, string sign, JsonNode? right)
    {
        if (sign is "==" or "!=")
        {
            return JsonNode.DeepEquals(Functions.Plain(left), Functions.Plain(right)) == (sign == "==");
        }

        var order = (left?.GetValueKind(), right?.GetValueKind()) switch
        {
            (JsonValueKind.Number, JsonValueKind.Number) => Functions.NumberOf(left!).CompareTo(Functions.NumberOf(right!)),
            (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(left!.GetValue<string>(), right!.GetValue<string>()),
            _ => throw new ExpressionException($"{sign} compares two numbers or two texts"),
        };
        return sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    private bool Bool(JsonNode? value, string where) => idle > 0
        ? false
        : value?.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new ExpressionException($"{where} wants true or false"),
        };

    private bool Take(string sign)
    {
        if (tokens[at].Kind != TokenKind.Operator || tokens[at].Text != sign)
        {
            return false;
        }

        at++;
        return true;
    }

    private void Expect(string sign)
    {
        if (!Take(sign))
        {
            throw new ExpressionException($"'{sign}' was expected, not '{tokens[at].Text}'");
        }
    }

    private string ExpectName() => tokens[at].Kind == TokenKind.Name
        ? tokens[at++].Text
        : throw new ExpressionException($"a name was expected, not '{tokens[at].Text}'");
}
