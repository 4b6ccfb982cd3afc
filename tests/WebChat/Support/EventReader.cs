using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>Reads server-sent events as a script would.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private EventReader(HttpResponseMessage response, Stream stream)
    {
        this.response = response;
        items = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    public static async Task<EventReader> OpenAsync(WebChatHost host, string path, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is { } id)
        {
            request.Headers.Add("Last-Event-ID", id.ToString());
        }

        var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Kind and text of the next event; its id must be the message's revision.</summary>
    public async Task<(string Kind, string? Text)> NextAsync()
    {
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        var message = JsonNode.Parse(items.Current.Data)!;
        if (message["revision"] is { } revision)
        {
            Assert.Equal(revision.ToString(), items.Current.EventId);
        }

        return (items.Current.EventType, message["text"]?.GetValue<string>());
    }

    public async ValueTask DisposeAsync()
    {
        response.Dispose();
        await items.DisposeAsync();
    }
}
