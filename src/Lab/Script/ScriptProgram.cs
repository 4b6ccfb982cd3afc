namespace TrunkBot.Lab.Script;

/// <summary>The verb <c>script</c>: plays the whole conversation and judges the end by what the simulated systems themselves say.</summary>
internal static class ScriptProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["--chat", var chat, "--lab", var lab]
            || !Uri.TryCreate(chat, UriKind.Absolute, out var chatAddress)
            || !Uri.TryCreate(lab, UriKind.Absolute, out var labAddress))
        {
            await Console.Error.WriteLineAsync("usage: script --chat http://localhost:3978 --lab http://127.0.0.1:18000");
            return 2;
        }

        // Both ends are on this machine, where no proxy leads.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
        var transcript = new Transcript(Console.Out, TimeProvider.System);
        try
        {
            var play = new Play(new ChatClient(http, chatAddress, TimeProvider.System), new SwitchEngineer(http, labAddress), transcript);
            await play.RunAsync(CancellationToken.None);
            return await new Evidence(http, labAddress, transcript).JudgeAsync(CancellationToken.None) ? 0 : 1;
        }
#pragma warning disable CA1031 // Whatever the two programs answered: the play failed, and the message says where.
        catch (Exception e)
#pragma warning restore CA1031
        {
            transcript.Heading("FAILED");
            transcript.Line(e is ScriptException ? e.Message : $"{e.GetType().Name}: {e.Message}");
            return 1;
        }
    }
}
