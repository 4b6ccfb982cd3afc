using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Benchmarks.World;

namespace TrunkBot.Benchmarks.Load;

/// <summary>Speaks to a program as Slack's Events API does: events with a signature of their body.</summary>
internal sealed class SlackDoor(Subject subject) : IDoor
{
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private int events;

    public string Proof => "signatures on";

    /// <inheritdoc/>
    public async Task<bool> SayAsync(string conversation, string id, string text)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = new JsonObject
        {
            ["type"] = "event_callback",
            ["token"] = "unused",
            ["team_id"] = Cloud.Team,
            ["api_app_id"] = "A1",
            ["event_id"] = $"Ev{id}",
            ["event_time"] = now,
            ["authorizations"] = new JsonArray(new JsonObject { ["team_id"] = Cloud.Team, ["user_id"] = Cloud.BotUser, ["is_bot"] = true }),
            ["event"] = new JsonObject
            {
                ["type"] = "message",
                ["channel_type"] = "im",
                ["channel"] = conversation,
                ["user"] = "U1",
                ["text"] = text,
                ["team"] = Cloud.Team,
                ["ts"] = string.Create(CultureInfo.InvariantCulture, $"{now}.{Interlocked.Increment(ref events):000000}"),
            },
        }.ToJsonString();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Cloud.SigningSecret), Encoding.UTF8.GetBytes($"v0:{now}:{body}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(subject.Url, "/slack/events")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Slack-Request-Timestamp", now.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-Slack-Signature", $"v0={Convert.ToHexStringLower(signature)}");
        using var answer = await http.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose() => http.Dispose();
}
