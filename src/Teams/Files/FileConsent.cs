using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Authentication;
using TrunkBot.Teams.Connector;
using TrunkBot.Teams.Incoming;

namespace TrunkBot.Teams.Files;

/// <summary>The person's yes or no to an offered file. After a yes Teams says where to upload it: to the person's own store, without the bot's token.</summary>
/// <remarks>Source: Teams, "Send and receive files through the bot".</remarks>
internal sealed partial class FileConsent(
    FileOffers offers, ServiceHosts hosts, IHttpClientFactory clients, ConnectorClient connector, IHostApplicationLifetime lifetime, ILogger<FileConsent> log)
{
    public const string ClientName = "TrunkBot.Teams.Files";

    /// <summary>Takes the answer. The upload goes on after it: the client does not wait for it.</summary>
    public void Take(Activity activity)
    {
        var value = activity.Property("value");
        var file = offers.Take(TurnReader.TextOf(TurnReader.Member(TurnReader.Member(value, "context"), "id")), activity.Conversation!.Id!);
        _ = TurnReader.TextOf(TurnReader.Member(value, "action")) switch
        {
            "accept" when file is null => TryAsync(activity, () => SayAsync(activity, "file-offer-gone: That offer is too old, or was taken already. Press the button again for a new one.")),
            "accept" => TryAsync(activity, () => HandOverAsync(activity, file!, TurnReader.Member(value, "uploadInfo"))),
            _ => TryAsync(activity, () => Task.CompletedTask),
        };
    }

    private async Task HandOverAsync(Activity activity, MessageFile file, JsonElement upload)
    {
        if (hosts.FileAddress(TurnReader.TextOf(TurnReader.Member(upload, "uploadUrl"))) is not { } address)
        {
            Log.NotAllowed(log);
            await SayAsync(activity, "file-host-not-allowed: Teams named a place for the file that is not on the list of allowed hosts. Whoever runs the bot adds it to Teams:FileHosts if it is Microsoft's.");
            return;
        }

        if (!await UploadAsync(address, file))
        {
            await SayAsync(activity, "file-upload-failed: The file could not be put into your store; the bot's log says why. Press the button again.");
            return;
        }

        var content = JsonSerializer.SerializeToElement(new
        {
            uniqueId = TurnReader.TextOf(TurnReader.Member(upload, "uniqueId")) ?? "",
            fileType = TurnReader.TextOf(TurnReader.Member(upload, "fileType")) ?? "",
        });
        var link = hosts.FileAddress(TurnReader.TextOf(TurnReader.Member(upload, "contentUrl")))?.AbsoluteUri;
        await SendAsync(activity, Activity.Message(activity.Recipient?.Id ?? "", null, file.Name, [new(FileOffers.InfoCard, content, link, file.Name)]));
    }

    private async Task<bool> UploadAsync(Uri address, MessageFile file)
    {
        using var http = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(file.Content) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Content.Headers.ContentRange = new ContentRangeHeaderValue(0, Math.Max(0, file.Content.Length - 1), file.Content.Length);
        try
        {
            using var response = await http.SendAsync(request, lifetime.ApplicationStopping);
            if (!response.IsSuccessStatusCode)
            {
                Log.Refused(log, (int)response.StatusCode);
            }

            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // The address is left out: whoever has it may write there.
            Log.NotUploaded(log, e.GetType().Name);
            return false;
        }
    }

    /// <summary>Does that, and takes the question away, so that nobody answers it twice. Nobody waits: what fails is logged.</summary>
    private async Task TryAsync(Activity activity, Func<Task> act)
    {
        try
        {
            await act();
            if (activity.ReplyToId is { Length: > 0 } question)
            {
                await connector.DeleteActivityAsync(activity.ServiceUrl!, activity.Conversation!.Id!, question, lifetime.ApplicationStopping);
            }
        }
        catch (Exception e) when (e is ChannelException or OperationCanceledException)
        {
            Log.NotSaid(log, e);
        }
    }

    private Task<string> SayAsync(Activity activity, string text) => SendAsync(activity, Activity.Message(activity.Recipient?.Id ?? "", text, text, []));

    private Task<string> SendAsync(Activity activity, Activity message) =>
        connector.SendToConversationAsync(activity.ServiceUrl!, activity.Conversation!.Id!, message, cancellationToken: lifetime.ApplicationStopping);

    private static partial class Log
    {
        [LoggerMessage(2120, LogLevel.Warning, "A file was to be uploaded to a host that is not one of Teams:FileHosts")]
        public static partial void NotAllowed(ILogger logger);

        [LoggerMessage(2121, LogLevel.Warning, "The upload of a file was answered with {Status}")]
        public static partial void Refused(ILogger logger, int status);

        [LoggerMessage(2122, LogLevel.Warning, "A file could not be uploaded: {Reason}")]
        public static partial void NotUploaded(ILogger logger, string reason);

        [LoggerMessage(2123, LogLevel.Warning, "The offer of a file could not be brought to its end")]
        public static partial void NotSaid(ILogger logger, Exception exception);
    }
}
