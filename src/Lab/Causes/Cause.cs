namespace TrunkBot.Lab.Causes;

/// <summary>Something that goes wrong in a telephone network, done to the lab on purpose.</summary>
/// <param name="Name">Kebab case: what is typed after <c>break</c>.</param>
/// <param name="What">What is done, in one sentence.</param>
/// <param name="BreakAsync">Does it, by changing the state of the simulated systems or of the world between them. The bot is told nothing.</param>
internal sealed record Cause(string Name, string What, Func<Scene, Task> BreakAsync)
{
    public Cause(string name, string what, Action<Scene> breaks)
        : this(name, what, scene =>
        {
            breaks(scene);
            return Task.CompletedTask;
        })
    {
    }
}
