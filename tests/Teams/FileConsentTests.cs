using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Tests.Support;

namespace TrunkBot.Teams.Tests;

/// <summary>Files in Teams: offered in a private chat, uploaded after a yes.</summary>
public sealed class FileConsentTests
{
    private static readonly ChannelUser Ben = new("msteams:21", "Ben Okafor");
    private static readonly MessageFile Plan = new("CHG-17-plan.txt", "text/plain", Encoding.UTF8.GetBytes("adjacency"));

    [Fact]
    public async Task A_yes_uploads_the_file_without_the_bots_token_and_shows_where_it_is()
    {
        await using var room = await Room.CreateAsync();
        var offer = await room.OfferAsync(room.At("a:ben", "personal"));
        Assert.Equal("application/vnd.microsoft.teams.card.file.consent", offer["contentType"]!.GetValue<string>());
        Assert.Equal("CHG-17-plan.txt", offer["name"]!.GetValue<string>());
        Assert.Equal(9, offer["content"]!["sizeInBytes"]!.GetValue<int>());

        await room.AnswerAsync("accept", offer, "https://contoso-my.sharepoint.com/upload?key=1");

        var upload = await room.Uploads.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal("PUT https://contoso-my.sharepoint.com/upload?key=1 bytes 0-8/9 none adjacency", upload);
        var shown = await room.Connector.NextAsync();
        Assert.Equal("POST /v3/conversations/a%3Aben/activities", shown.Line);
        Assert.Equal(
            """{"contentType":"application/vnd.microsoft.teams.card.file.info","content":{"uniqueId":"u1","fileType":"txt"},"contentUrl":"https://contoso-my.sharepoint.com/file.txt","name":"CHG-17-plan.txt"}""",
            shown.Body["attachments"]![0]!.ToJsonString());
        Assert.Equal("DELETE /v3/conversations/a%3Aben/activities/m7", (await room.Connector.NextAsync()).Line);
    }

    [Theory]
    [InlineData("https://sharepoint.com.evil.example/upload")]
    [InlineData("https://evilsharepoint.com/upload")]
    [InlineData("http://contoso.sharepoint.com/upload")]
    [InlineData("https://user@contoso.sharepoint.com/upload")]
    [InlineData("")]
    public async Task Nothing_is_uploaded_to_a_host_that_is_not_on_the_list(string address)
    {
        await using var room = await Room.CreateAsync();
        var offer = await room.OfferAsync(room.At("a:ben", "personal"));

        await room.AnswerAsync("accept", offer, address);

        Assert.StartsWith("file-host-not-allowed: ", (await room.Connector.NextAsync()).Body["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(0, room.Uploads.Reader.Count);
    }

    [Fact]
    public async Task A_no_takes_the_question_away_and_a_later_yes_finds_nothing()
    {
        await using var room = await Room.CreateAsync();
        var offer = await room.OfferAsync(room.At("a:ben", "personal"));

        await room.AnswerAsync("decline", offer, "");
        Assert.Equal("DELETE /v3/conversations/a%3Aben/activities/m7", (await room.Connector.NextAsync()).Line);
        await room.AnswerAsync("accept", offer, "https://contoso.sharepoint.com/upload");

        Assert.StartsWith("file-offer-gone: ", (await room.Connector.NextAsync()).Body["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(0, room.Uploads.Reader.Count);
    }

    [Fact]
    public async Task An_offer_is_good_for_an_hour_and_in_its_own_chat_only()
    {
        await using var room = await Room.CreateAsync();
        var stolen = await room.OfferAsync(room.At("a:ben", "personal"));
        await room.AnswerAsync("accept", stolen, "https://contoso.sharepoint.com/upload", conversation: "a:eve");
        Assert.StartsWith("file-offer-gone: ", (await room.Connector.NextAsync()).Body["text"]!.GetValue<string>(), StringComparison.Ordinal);
        await room.Connector.NextAsync();

        room.Host.Time.Advance(TimeSpan.FromMinutes(61));
        await room.AnswerAsync("accept", stolen, "https://contoso.sharepoint.com/upload");
        Assert.StartsWith("file-offer-gone: ", (await room.Connector.NextAsync()).Body["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_group_the_file_waits_in_the_private_chat_of_who_asked()
    {
        await using var room = await Room.CreateAsync();
        room.Connector.Answers.Enqueue(Results.Json(new { id = "m1" }, statusCode: 201));
        room.Connector.Answers.Enqueue(Results.Json(new { id = "a:ben" }, statusCode: 201));
        room.Connector.Answers.Enqueue(Results.Json(new { id = "m2" }, statusCode: 201));
        room.Connector.Answers.Enqueue(Results.StatusCode(404));

        await room.Teams.SendAsync(room.At("19:y@thread.v2", "groupChat"), Message.OfText("The plan.") with { Files = [Plan], FilesFor = Ben }, CancellationToken.None);

        var lines = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            lines.Add((await room.Connector.NextAsync()).Line);
        }

        Assert.Equal(
            [
                "POST /v3/conversations/19%3Ay%40thread.v2/activities", "POST /v3/conversations", "POST /v3/conversations/a%3Aben/activities",
                "GET /v3/conversations/19%3Ay%40thread.v2/members/21", "POST /v3/conversations/19%3Ay%40thread.v2/activities",
            ],
            lines);
    }

    private sealed record Room(BotHost Host, StubConnector Connector, Channel<string> Uploads) : IAsyncDisposable
    {
        public IChannel Teams => Host.Channels.Single(c => c.Serves("msteams"));

        public static async Task<Room> CreateAsync()
        {
            var uploads = Channel.CreateUnbounded<string>();
            var host = await BotHost.StartAsync(
                [new("BotFramework:AllowUnauthenticatedLoopbackInLab", "true")],
                "Lab",
                services => services.AddHttpClient("TrunkBot.Teams.Files").ConfigurePrimaryHttpMessageHandler(() => new Store(uploads)));
            return new(host, await StubConnector.StartAsync(), uploads);
        }

        public ConversationReference At(string conversation, string type) => new("msteams", Connector.Url, conversation, "28:bot", type != "personal") { ConversationType = type };

        public async Task<JsonNode> OfferAsync(ConversationReference where)
        {
            await Teams.SendAsync(where, Message.OfText("The plan.") with { Files = [Plan] }, CancellationToken.None);
            Assert.Equal("The plan.", (await Connector.NextAsync()).Body["text"]!.GetValue<string>());
            return (await Connector.NextAsync()).Body["attachments"]![0]!;
        }

        public async Task AnswerAsync(string action, JsonNode offer, string uploadUrl, string conversation = "a:ben")
        {
            using var response = await Host.PostAsync($$"""
                {"type":"invoke","name":"fileConsent/invoke","id":"i1","channelId":"msteams","serviceUrl":"{{Connector.Url}}","replyToId":"m7",
                 "from":{"id":"29:ben","aadObjectId":"21"},"recipient":{"id":"28:bot"},"conversation":{"id":"{{conversation}}","conversationType":"personal"},
                 "value":{"type":"fileUpload","action":"{{action}}","context":{{offer["content"]!["acceptContext"]!.ToJsonString()}},
                  "uploadInfo":{"uploadUrl":"{{uploadUrl}}","contentUrl":"https://contoso-my.sharepoint.com/file.txt","name":"CHG-17-plan.txt","uniqueId":"u1","fileType":"txt"} } }
                """);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        public async ValueTask DisposeAsync()
        {
            await Connector.DisposeAsync();
            await Host.DisposeAsync();
        }
    }

    private sealed class Store(Channel<string> uploads) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = await request.Content!.ReadAsStringAsync(cancellationToken);
            uploads.Writer.TryWrite($"{request.Method} {request.RequestUri} {request.Content.Headers.ContentRange} {request.Headers.Authorization?.ToString() ?? "none"} {content}");
            return new HttpResponseMessage(HttpStatusCode.Created);
        }
    }
}
