using System.Globalization;
using System.Text;

namespace TrunkBot.Chat.Templates;

internal enum TokenKind
{
    Name,
    Number,
    Text,
    Operator,
    End,
}

internal readonly record struct Token(TokenKind Kind, string Text, double Number = 0);

/// <summary>Cuts the inside of <c>${...}</c> into tokens.</summary>
internal static class Tokens
{
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "?", ":", "(", ")", "[", "]", ".", ","];

    public static IReadOnlyList<Token> Read(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c is '\'' or '"')
            {
                tokens.Add(Quoted(text, ref at));
            }
            else if (char.IsAsciiDigit(c) || (c == '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                tokens.Add(Number(text, ref at));
            }
            else if (IsNameStart(c))
            {
                var start = at;
                while (at < text.Length && (IsNameStart(text[at]) || char.IsAsciiDigit(text[at])))
                {
                    at++;
                }

                tokens.Add(new Token(TokenKind.Name, text[start..at]));
            }
            else if (Operators.FirstOrDefault(o => text.AsSpan(at).StartsWith(o, StringComparison.Ordinal)) is { } found)
            {
                tokens.Add(new Token(TokenKind.Operator, found));
                at += found.Length;
            }
            else
            {
                throw new ExpressionException($"'{c}' means nothing in an expression");
            }
        }

        tokens.Add(new Token(TokenKind.End, "end"));
        return tokens;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$';

    private static Token Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at]);
        }

        if (at == text.Length)
        {
            throw new ExpressionException("a quote is not closed");
        }

        at++;
        return new Token(TokenKind.Text, value.ToString());
    }

    private static Token Number(string text, ref int at)
    {
        var start = at++;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
        {
            at++;
        }

        return double.TryParse(text[start..at], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? new Token(TokenKind.Number, text[start..at], number)
            : throw new ExpressionException($"{text[start..at]} is not a number");
    }
}
