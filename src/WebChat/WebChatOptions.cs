using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace TrunkBot.WebChat;

/// <summary>Settings of the lab's web chat, section <c>WebChat</c>.</summary>
public sealed class WebChatOptions
{
    public const string Section = "WebChat";

    /// <summary>Where the bot takes activities.</summary>
    [Required]
    public Uri BotUrl { get; set; } = new("http://localhost:3978/api/messages");

    /// <summary>Where the bot replies: this program's own connector, as the bot reaches it.</summary>
    [Required]
    public Uri ConnectorUrl { get; set; } = new("http://localhost:3978/webchat/connector");

    /// <summary>Id of the bot in this channel.</summary>
    [Required]
    public string BotId { get; set; } = "trunkbot";

    [Required]
    public string BotName { get; set; } = "TrunkBot";

    /// <summary>What the page says about itself, loudly.</summary>
    [Required]
    public string Banner { get; set; } = "LAB: identities are not checked";

    /// <summary>Who one may choose to be. Empty: the four people of the lab.</summary>
    public IList<LabPerson> People { get; set; } = [];

    /// <summary>Conversations that everybody reads. Empty: the approvals channel.</summary>
    public IList<LabGroup> Groups { get; set; } = [];

    /// <summary>How many messages of one conversation are kept; older ones go first.</summary>
    [Range(10, 100_000)]
    public int KeptMessages { get; set; } = 1000;

    /// <summary>How long the page waits for the bot's answer to a button.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan BotTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Fills the lists that a site left empty; a default in the property would be added to by configuration, not replaced.</summary>
    internal sealed class Defaults : IPostConfigureOptions<WebChatOptions>
    {
        public void PostConfigure(string? name, WebChatOptions options)
        {
            if (options.People.Count == 0)
            {
                options.People =
                [
                    new() { Id = "ana", Name = "Ana Ortiz", Role = "requester" },
                    new() { Id = "ben", Name = "Ben Okafor", Role = "approver" },
                    new() { Id = "chris", Name = "Chris Lund", Role = "on-call" },
                    new() { Id = "dana", Name = "Dana Roy", Role = "approver" },
                ];
            }

            if (options.Groups.Count == 0)
            {
                options.Groups = [new() { Id = "approvals", Name = "Approvals" }];
            }
        }
    }

    internal sealed class Validation : IValidateOptions<WebChatOptions>
    {
        public ValidateOptionsResult Validate(string? name, WebChatOptions options)
        {
            var failures = new List<string>();
            foreach (var (key, url) in new[] { ("BotUrl", options.BotUrl), ("ConnectorUrl", options.ConnectorUrl) })
            {
                if (!url.IsAbsoluteUri || !(url.Scheme is "http" or "https") || !IsLoopback(url.Host))
                {
                    failures.Add($"webchat-not-loopback: WebChat:{key} must be an http address on this machine, such as http://localhost:3978/…, because nobody's identity is checked.");
                }
            }

            var ids = options.People.Select(p => p.Id).Concat(options.Groups.Select(g => g.Id)).Append(options.BotId).ToList();
            if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
            {
                failures.Add("webchat-id-twice: WebChat:People, WebChat:Groups and WebChat:BotId must all have different ids.");
            }

            if (ids.Any(id => id.Length is 0 or > 40 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || id.StartsWith("personal-", StringComparison.Ordinal)))
            {
                failures.Add("webchat-id-form: Ids in WebChat:People and WebChat:Groups are 1 to 40 letters, digits, '-' or '_', and do not begin with 'personal-'.");
            }

            return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
        }
    }

    /// <summary>True for <c>localhost</c> and loopback addresses as text; a name that merely resolves to one is somebody else's choice.</summary>
    internal static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Somebody whom one may choose to be.</summary>
public sealed class LabPerson
{
    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Shown beside the name, such as <c>approver</c>. What a person may do is decided by the bot, not here.</summary>
    public string Role { get; set; } = "";
}

/// <summary>A conversation of all.</summary>
public sealed class LabGroup
{
    public string Id { get; set; } = "";

    public string Name { get; set; } = "";
}
