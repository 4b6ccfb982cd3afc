using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using TrunkBot.Benchmarks.World;

namespace TrunkBot.Benchmarks.Load;

/// <summary>Speaks to a program as Teams does: activities with a signed token.</summary>
/// <param name="conversationType"><c>personal</c>, <c>groupChat</c> or <c>channel</c>.</param>
internal sealed class TeamsDoor(Cloud cloud, Subject subject, string conversationType = "personal") : IDoor
{
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string token = cloud.Token();

    public string Proof => "JWT on";

    /// <inheritdoc/>
    public async Task<bool> SayAsync(string conversation, string id, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(subject.Url, "/api/messages"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new StringContent(
            new JsonObject
            {
                ["type"] = "message",
                ["id"] = id,
                ["channelId"] = "msteams",
                ["serviceUrl"] = cloud.HttpsUrl.AbsoluteUri,
                ["from"] = new JsonObject { ["id"] = "29:ana", ["name"] = "Ana Ortiz", ["aadObjectId"] = Cloud.AnaInEntra },
                ["recipient"] = new JsonObject { ["id"] = $"28:{Cloud.AppId}", ["name"] = "TrunkBot" },
                ["conversation"] = new JsonObject { ["id"] = conversation, ["conversationType"] = conversationType, ["tenantId"] = Cloud.Tenant },
                ["channelData"] = new JsonObject { ["tenant"] = new JsonObject { ["id"] = Cloud.Tenant } },
                ["text"] = text,
            }.ToJsonString(),
            Encoding.UTF8,
            "application/json");
        using var answer = await http.SendAsync(request);
        return answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK;
    }

    public void Dispose() => http.Dispose();
}
