using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Perimeta.Session;

/// <summary>The one gate through which every line goes before it is sent.</summary>
internal static class CliLine
{
    /// <summary>A device may cut longer lines; half a line must never take effect.</summary>
    public const int Longest = 500;

    /// <summary>Printable ASCII only: a control character or a line end inside a value would end the line and begin another.</summary>
    public static bool IsSafe(string line) => line.Length <= Longest && !line.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>The beginning of a text with every letter that could not be shown replaced.</summary>
    public static string Printable(string text) => Printable(text, 60);

    /// <summary>The same of a text that may be longer.</summary>
    public static string Whole(string text) => Printable(text, Longest);

    private static string Printable(string text, int most) => new([.. text.Take(most).Select(letter => letter is >= ' ' and <= '~' ? letter : '?')]);

    /// <exception cref="SbcFailureException">Code <c>cli-line-unsafe</c>: one of the lines may not be sent, so none is.</exception>
    public static void Check(IEnumerable<string> lines)
    {
        if (lines.FirstOrDefault(line => !IsSafe(line)) is { } unsafeLine)
        {
            throw new SbcFailureException(
                "cli-line-unsafe",
                $"The line \"{Printable(unsafeLine)}\" holds a line end, a control character or a letter that is not ASCII, or is longer than {Longest} characters. Nothing was sent.",
                "Correct the value that the line comes from.");
        }
    }
}

/// <summary>A session failed in a way that a person can do something about.</summary>
internal sealed class SbcFailureException(string code, Sentence said, Sentence fix, Exception? inner = null) : Exception(said, inner)
{
    public string Code { get; } = code;

    public Sentence Said { get; } = said;

    public Sentence Fix { get; } = fix;

    /// <summary>Whether the device may have taken the last line although no answer was seen.</summary>
    public bool LineInDoubt { get; init; }

    public SbcFailureException InDoubt() => new(Code, Said, Fix, InnerException) { LineInDoubt = true };

    public SystemFailureException ForReading() => new(Code, Said, Fix, this);

    public StepResult ForStep(bool somethingSent) => StepResult.Failed(Code, Message, Fix, outcomeKnown: !(somethingSent && LineInDoubt));
}
