using System.Runtime.CompilerServices;
using Xunit.v3;

namespace TrunkBot.Tests.Support;

/// <summary>A test that takes many minutes: run by <c>./test --long</c> alone, which sets <c>TRUNKBOT_LONG=1</c>. By its trait the other runs leave it out.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute, ITraitAttribute
{
    public LongFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        SkipType = typeof(LongFactAttribute);
        SkipUnless = nameof(IsAsked);
        Skip = "Runs long: ./test --long runs it.";
    }

    public static bool IsAsked => Environment.GetEnvironmentVariable("TRUNKBOT_LONG") == "1";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Run", "Long")];
}
