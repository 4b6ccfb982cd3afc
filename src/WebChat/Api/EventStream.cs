using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using TrunkBot.WebChat.Conversations;

namespace TrunkBot.WebChat.Api;

/// <summary>Server-sent events (WHATWG HTML, "Server-sent events"): every change that a person may see, as it happens.</summary>
internal sealed class EventStream(ConversationBook book, Roster roster, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>A sign of life for a page that would otherwise not notice a dead connection.</summary>
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Streams <c>created</c>, <c>private</c>, <c>updated</c> and <c>deleted</c> with the whole message as data and its revision as id.
    /// A reader that comes back says its last revision by <c>Last-Event-ID</c> (or <c>since</c>) and gets what it missed; <c>reset</c> tells it to read everything again.
    /// </summary>
    /// <param name="conversationId">One conversation; null: all that the person reads.</param>
    public async Task StreamAsync(string? user, string? conversationId, long? since, HttpContext context)
    {
        if (ApiEndpoints.RefusalOf(roster, user, conversationId, out var person) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        if (long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            since = last;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";

        // An open stream must not hold up the end of the program.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var following = book.Follow(since);
        try
        {
            await RunAsync(following, person, conversationId, since, context.Response, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader left, or the program ends.
        }
    }

    private async Task RunAsync(
        ConversationBook.Following following, LabPerson person, string? conversationId, long? since, HttpResponse response, CancellationToken cancellationToken)
    {
        await response.WriteAsync("retry: 1000\n\n", cancellationToken);
        if (following.MustBeginAnew)
        {
            await response.WriteAsync($"event: reset\nid: {following.Revision}\ndata: {{}}\n\n", cancellationToken);
        }

        foreach (var message in following.Missed)
        {
            await WriteAsync(message, since ?? following.Revision);
        }

        await response.Body.FlushAsync(cancellationToken);
        while (true)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var next = following.Changes.WaitToReadAsync(wait.Token).AsTask();
            if (await Task.WhenAny(next, Task.Delay(PingEvery, time, wait.Token)) != next)
            {
                await wait.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                await response.WriteAsync("event: ping\ndata: {}\n\n", cancellationToken);
                continue;
            }

            await wait.CancelAsync();
            if (!await next)
            {
                return;
            }

            while (following.Changes.TryRead(out var message))
            {
                await WriteAsync(message, message.Revision - 1);
            }
        }

        async Task WriteAsync(ChatMessage message, long from)
        {
            if (message.IsSeenBy(person.Id)
                && (conversationId is null ? roster.Reads(person, message.ConversationId) : string.Equals(conversationId, message.ConversationId, StringComparison.Ordinal)))
            {
                var json = JsonSerializer.Serialize(message.ViewFor(person.Id), JsonSerializerOptions.Web);
                await response.WriteAsync($"event: {message.ChangeSince(from)}\nid: {message.Revision}\ndata: {json}\n\n", cancellationToken);
            }
        }
    }
}
