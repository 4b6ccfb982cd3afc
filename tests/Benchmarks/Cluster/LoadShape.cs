using System.Globalization;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>How large the load is.</summary>
/// <param name="Silos">Numbers of silos, one run each.</param>
/// <param name="Trunks">Under management before anything begins.</param>
/// <param name="Changes">In flight at any moment.</param>
/// <param name="Rate">Turns a second.</param>
/// <param name="Seconds">That are measured.</param>
/// <param name="StepSeconds">That an element works on a step.</param>
internal sealed record LoadShape(IReadOnlyList<int> Silos, int Trunks, int Changes, int Rate, int Seconds, int StepSeconds)
{
    /// <summary>Steps of a change at the simulated element.</summary>
    public const int Steps = 4;

    /// <summary>How long a change is in flight at least: its steps, and a moment for the people and between the steps.</summary>
    public TimeSpan Life => TimeSpan.FromSeconds((StepSeconds * Steps) + 2);

    /// <exception cref="FormatException">A number is none.</exception>
    public static LoadShape Of(IReadOnlyList<string> arguments)
    {
        return new(
            [.. Text("--silos", "1,2,3").Split(',').Select(Whole)],
            Number("--trunks", 10_000),
            Number("--changes", 200),
            Number("--rate", 50),
            Number("--seconds", 45),
            Number("--step-seconds", 10));

        string Text(string name, string otherwise) => arguments.SkipWhile(a => a != name).Skip(1).FirstOrDefault() ?? otherwise;

        int Number(string name, int otherwise) => Whole(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)));

        static int Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"{text} is no whole number above 0.");
    }
}
