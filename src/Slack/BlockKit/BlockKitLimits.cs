using System.Text.Json.Nodes;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.BlockKit;

/// <summary>One thing that Slack would refuse.</summary>
/// <param name="Path">Where it stands, such as <c>blocks[2].text.text</c>.</param>
/// <param name="What">What is wrong, with the limit.</param>
public sealed record LimitProblem(string Path, string What)
{
    /// <summary>Nothing but its length is wrong: it would fit if less was said.</summary>
    public bool IsTooMuch { get; init; }

    public override string ToString() => $"{Path}: {What}";
}

/// <summary>
/// The limits of Block Kit, by Slack's "Block Kit reference" (blocks, block elements, composition objects) and "Views"; lengths in UTF-16 units, which
/// are never fewer than Slack's characters. What all blocks of a message may hold together is not published: a message of about 13,200 was refused
/// (bolt-js issue 2509), so <see cref="MessageJson"/> is less.
/// </summary>
public static partial class BlockKitLimits
{
    /// <summary>Blocks of a message.</summary>
    public const int MessageBlocks = 50;

    /// <summary>Blocks of a modal or Home tab.</summary>
    public const int ViewBlocks = 100;

    /// <summary>Characters of JSON that all blocks of a message may have together; ours.</summary>
    public const int MessageJson = 12_000;

    /// <summary>Bytes of JSON of a whole view.</summary>
    public const int ViewJson = 250 * 1024;

    /// <summary>Characters of the text of a section.</summary>
    public const int SectionText = 3000;

    /// <summary>What Slack would refuse in the blocks of a message; empty: nothing that is known.</summary>
    public static IReadOnlyList<LimitProblem> OfMessage(JsonArray blocks)
    {
        var found = new Findings();
        found.AtMost("blocks", blocks.Count, MessageBlocks, "blocks");
        found.AtMost("blocks", LengthOf(blocks), MessageJson, "characters of JSON");
        Blocks(blocks, "blocks", found, inView: false);
        return found.All;
    }

    /// <summary>What Slack would refuse in a modal or Home tab.</summary>
    public static IReadOnlyList<LimitProblem> OfView(JsonObject view)
    {
        var found = new Findings();
        found.AtMost("view", System.Text.Encoding.UTF8.GetByteCount(view.ToJsonString(SlackWire.Json)), ViewJson, "bytes of JSON");
        if (TextOf(view["type"]) is not ("modal" or "home"))
        {
            found.Wrong("view.type", "is neither modal nor home");
        }

        foreach (var part in new[] { "title", "submit", "close" })
        {
            found.PlainText(view[part], $"view.{part}", 24);
        }

        found.Length(view["private_metadata"], "view.private_metadata", 3000);
        found.Length(view["callback_id"], "view.callback_id", 255);
        found.Length(view["external_id"], "view.external_id", 255);
        if (TextOf(view["type"]) == "modal" && view["title"] is null)
        {
            found.Wrong("view.title", "is missing");
        }

        if (view["blocks"] is not JsonArray blocks)
        {
            found.Wrong("view.blocks", "is missing");
            return found.All;
        }

        found.AtMost("view.blocks", blocks.Count, ViewBlocks, "blocks");
        Blocks(blocks, "view.blocks", found, inView: true);
        if (TextOf(view["type"]) == "modal" && view["submit"] is null && blocks.Any(b => TextOf(b?["type"]) == "input"))
        {
            found.Wrong("view.submit", "is missing although there is an input");
        }

        return found.All;
    }

    /// <summary>Characters of JSON, as sent.</summary>
    internal static int LengthOf(JsonNode node) => node.ToJsonString(SlackWire.Json).Length;

    private static void Blocks(JsonArray blocks, string path, Findings found, bool inView)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < blocks.Count; i++)
        {
            var at = $"{path}[{i}]";
            if (blocks[i] is not JsonObject block)
            {
                found.Wrong(at, "is no block");
                continue;
            }

            if (found.Length(block["block_id"], $"{at}.block_id", 255) is { } id && !ids.Add(id))
            {
                found.Wrong($"{at}.block_id", $"stands twice: {id}");
            }

            Block(block, at, found, inView);
        }
    }

    private static void Block(JsonObject block, string at, Findings found, bool inView)
    {
        switch (TextOf(block["type"]))
        {
            case "header":
                found.PlainText(block["text"], $"{at}.text", 150, isRequired: true);
                break;
            case "section":
                Section(block, at, found);
                break;
            case "context":
                found.Items(block["elements"], $"{at}.elements", 10, (element, where) =>
                {
                    if (TextOf(element["type"]) == "image")
                    {
                        Image(element, where, found);
                    }
                    else
                    {
                        found.TextObject(element, where, SectionText);
                    }
                });
                break;
            case "actions":
                var actions = new HashSet<string>(StringComparer.Ordinal);
                found.Items(block["elements"], $"{at}.elements", 25, (element, where) => Element(element, where, found, actions));
                break;
            case "input":
                found.PlainText(block["label"], $"{at}.label", 2000, isRequired: true);
                found.PlainText(block["hint"], $"{at}.hint", 2000);
                if (block["element"] is JsonObject input)
                {
                    Element(input, $"{at}.element", found, null);
                }
                else
                {
                    found.Wrong($"{at}.element", "is missing");
                }

                break;
            case "image":
                Image(block, at, found);
                found.PlainText(block["title"], $"{at}.title", 2000);
                break;
            case "markdown":
                if (inView)
                {
                    found.Wrong(at, "is a markdown block, which stands in messages only");
                }

                found.Length(block["text"], $"{at}.text", 12_000, isRequired: true);
                break;
            case "table":
                if (inView)
                {
                    found.Wrong(at, "is a table, which stands in messages only");
                }

                found.Rows(block["rows"], $"{at}.rows", 100, 20);
                break;
            case "rich_text":
                found.Items(block["elements"], $"{at}.elements", int.MaxValue, (_, _) => { });
                break;
            case "divider":
                break;
            case var other:
                found.Wrong($"{at}.type", $"is no block that the bot may send: {other ?? "none"}");
                break;
        }
    }

    private static void Section(JsonObject block, string at, Findings found)
    {
        if (block["text"] is null && block["fields"] is null)
        {
            found.Wrong(at, "is a section with neither text nor fields");
        }

        if (block["text"] is JsonObject text)
        {
            found.TextObject(text, $"{at}.text", SectionText);
        }

        if (block["fields"] is not null)
        {
            found.Items(block["fields"], $"{at}.fields", 10, (field, where) => found.TextObject(field, where, 2000));
        }

        if (block["accessory"] is JsonObject accessory)
        {
            if (TextOf(accessory["type"]) == "image")
            {
                Image(accessory, $"{at}.accessory", found);
            }
            else
            {
                Element(accessory, $"{at}.accessory", found, null);
            }
        }
    }

    private static void Image(JsonObject image, string at, Findings found)
    {
        found.Length(image["alt_text"], $"{at}.alt_text", 2000, isRequired: true);
        found.Length(image["image_url"], $"{at}.image_url", 3000);
        if (image["image_url"] is null && image["slack_file"] is null)
        {
            found.Wrong(at, "is an image with neither image_url nor slack_file");
        }
    }
}
