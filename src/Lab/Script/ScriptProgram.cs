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

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var transcript = new Transcript(Console.Out, TimeProvider.System);
        try
        {
            var play = new Play(new ChatClient(http, chatAddress, TimeProvider.System), new SwitchEngineer(http, labAddress), transcript);
            await play.RunAsync(CancellationToken.None);
            return await new Evidence(http, labAddress, transcript).JudgeAsync(CancellationToken.None) ? 0 : 1;
        }
        catch (Exception e) when (e is ScriptException or HttpRequestException or TaskCanceledException)
        {
            transcript.Heading("FAILED");
            transcript.Line(e.Message);
            return 1;
        }
    }
}
