using System.Text.Json;

namespace TrunkBot.Lab.Causes;

/// <summary>The verbs <c>causes</c>, <c>break</c> and <c>heal</c>: asks a running lab's control API.</summary>
internal static class CausesProgram
{
    private const string Usage = """
        usage: causes [--lab URL]                        what can be broken, and what is
               break CAUSE [--trunk NAME] [--lab URL]    breaks it; several at once are possible
               heal [--lab URL]                          everything as before the first break
        URL is the lab's control page, http://127.0.0.1:18000 by default. NAME is the first part of the trunk's termination name.

        """;

    /// <returns>0 done, 1 refused or no lab, 2 bad arguments.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var words = args.ToList();
        var lab = Take(words, "--lab") ?? "http://127.0.0.1:18000";
        var trunk = Take(words, "--trunk") ?? "";
        if (!Uri.TryCreate(lab, UriKind.Absolute, out var address) || words is not (["causes"] or ["heal"] or ["break", { Length: > 0 }]))
        {
            await Console.Error.WriteAsync(Usage);
            return 2;
        }

        // This machine alone, where no proxy leads.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var api = new Uri(address, "/api/causes");
        try
        {
            if (words[0] == "causes")
            {
                foreach (var cause in (await http.GetFromJsonAsync<JsonElement>(api)).EnumerateArray())
                {
                    Console.WriteLine($"{(cause.GetProperty("broken").GetBoolean() ? "*" : " ")} {cause.GetProperty("name").GetString(),-34} {cause.GetProperty("what").GetString()}");
                }

                return 0;
            }

            using var answer = words is ["break", var name] ? await http.PostAsJsonAsync(api, new { name, trunk }) : await http.DeleteAsync(api);
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
            if (answer.IsSuccessStatusCode)
            {
                return 0;
            }

            await Console.Error.WriteLineAsync($"{said.GetProperty("code").GetString()}: {said.GetProperty("message").GetString()}");
            return 1;
        }
        catch (HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"lab-not-running: no lab answers at {address}");
            return 1;
        }
    }

    private static string? Take(List<string> words, string option)
    {
        var at = words.IndexOf(option);
        if (at < 0 || at + 1 >= words.Count)
        {
            return null;
        }

        var value = words[at + 1];
        words.RemoveRange(at, 2);
        return value;
    }
}
