namespace TrunkBot.Lab;
internal static class LabProgram { public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length); }
