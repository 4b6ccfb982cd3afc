using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Files;

/// <summary>Brings files into a thread, by Slack's "Working with files": an address for each file, its bytes to that address, then all of them into the conversation.</summary>
internal sealed class FileUpload(ISlackApi api, SlackWire wire, IOptions<SlackOptions> options)
{
    private const int LongestName = 100;

    /// <param name="comment">What the files are, literally; stands above them, and describes pictures to those who don't see them.</param>
    /// <exception cref="ChannelException">Slack refused or did not answer.</exception>
    public async Task ShareAsync(SlackConversation where, IReadOnlyList<MessageFile> files, string comment, CancellationToken cancellationToken)
    {
        var uploaded = new JsonArray();
        foreach (var file in files)
        {
            var name = SafeName(file.Name);
            uploaded.Add(new JsonObject { ["id"] = await UploadAsync(where, file, name, comment, cancellationToken), ["title"] = name });
        }

        var share = new JsonObject
        {
            ["files"] = uploaded,
            ["channel_id"] = where.Channel,
            ["initial_comment"] = SlackText.Escape(comment),
        };
        if (where.ThreadTs is { } thread)
        {
            share["thread_ts"] = thread;
        }

        await api.CallAsync("files.completeUploadExternal", share, where.Workspace, cancellationToken);
    }

    /// <summary>A name that is a name everywhere: no path, no hidden characters, not too long, its extension kept.</summary>
    internal static string SafeName(string name)
    {
        var clean = new string([.. ShownText.Clean(name).Select(c => c is '/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? '_' : c)]).Trim(' ', '.');
        var extension = Path.GetExtension(clean) is { Length: <= 10 } known ? known : "";
        var stem = clean[..^extension.Length];
        var cut = ShownText.Cut(stem, LongestName - extension.Length).TrimEnd('…');

        // A character may be of many marks; then even few of them are long.
        cut = cut.Length > LongestName * 4 ? cut[..LongestName] : cut;
        return cut.Length > 0 ? cut + extension : "file" + extension;
    }

    private async Task<string> UploadAsync(SlackConversation where, MessageFile file, string name, string comment, CancellationToken cancellationToken)
    {
        var ask = new JsonObject { ["filename"] = name, ["length"] = file.Content.Length };
        if (file.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
        {
            ask["alt_txt"] = ShownText.Cut(comment, 1000);
        }

        var answer = await api.CallAsync("files.getUploadURLExternal", ask, where.Workspace, cancellationToken);
        if ((string?)(answer["file_id"] as JsonValue) is not { Length: > 0 } id
            || !Uri.TryCreate((string?)(answer["upload_url"] as JsonValue), UriKind.Absolute, out var address)
            || !IsSlacks(address))
        {
            throw new ChannelException("slack-upload-refused: Slack named no address of its own for the file, so it was sent nowhere. (files.getUploadURLExternal)");
        }

        return await wire.UploadAsync(address, file.Content, cancellationToken) switch
        {
            null => id,
            WireAnswer.Strange { Status: var status } => throw new ChannelException($"slack-upload-failed: Slack did not take the file (status {(int)status})."),
            WireAnswer.NotSent { Cause: var cause } => throw new ChannelException("slack-upload-failed: The address that Slack named for the file can't be reached.", cause),
            WireAnswer.NoAnswer { Cause: var cause } => throw new ChannelException("slack-upload-failed: Slack did not say in time that it has the file.", cause),
            _ => throw new ChannelException("slack-upload-failed: Slack did not take the file."),
        };
    }

    /// <summary>What is sent there is the network's configuration: only to Slack itself, or to this machine when that is what plays Slack.</summary>
    private bool IsSlacks(Uri address)
    {
        var api = options.Value.ApiUrl;
        return SlackOptions.IsLoopback(api)
            ? SlackOptions.IsLoopback(address)
            : address is { IsDefaultPort: true, UserInfo: "" }
                && address.Scheme == Uri.UriSchemeHttps
                && (string.Equals(address.Host, api.Host, StringComparison.OrdinalIgnoreCase) || address.Host.EndsWith($".{api.Host}", StringComparison.OrdinalIgnoreCase));
    }
}
