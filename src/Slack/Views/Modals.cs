using System.Text.Json.Nodes;
using TrunkBot.Chat.Messages;
using TrunkBot.Slack.BlockKit;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.Views;

/// <summary>Modals: a form of the core as a view of Slack, and the views that say something while there is no form.</summary>
/// <remarks>Source: Slack, "View object". Title and buttons of a view have 24 characters at most.</remarks>
internal sealed class Modals(IBlockKitRenderer cards)
{
    private const int LongestTitle = 24;
    private const int LongestText = 3000;

    /// <summary>The block in which a form has its own buttons, which a modal shows at its foot instead.</summary>
    private const string FormButtons = "form-buttons";
    private const string VerbBack = "form-back";
    public const string VerbCancel = "form-cancel";

    /// <param name="where">Id of the conversation that the form belongs to.</param>
    /// <param name="revision">Number of this drawing: a client keeps what was typed into a block that it knows already, and the core's values are to be seen.</param>
    public JsonObject Form(FormContent form, string where, int revision)
    {
        var blocks = cards.Render(form.Card);
        var buttons = blocks.OfType<JsonObject>().Where(b => b.TextAt("block_id") == FormButtons).SelectMany(b => b.ObjectsAt("elements")).Select(b => b.DeepClone().AsObject()).ToList();
        var submit = buttons.FirstOrDefault(b => VerbOf(b) is not (VerbBack or VerbCancel));
        var cancel = buttons.FirstOrDefault(b => VerbOf(b) == VerbCancel);
        var state = new ViewState(where, VerbOf(submit), submit is null ? [] : StateValues.DataOf(submit), revision);
        JsonObject[] others = [.. buttons.Except([submit, cancel]).OfType<JsonObject>()];
        var view = Begin(form.Title, cancel.TextAt("text", "text") ?? "Cancel");
        view["callback_id"] = "form";
        view["submit"] = PlainText.Of(submit.TextAt("text", "text") ?? "Send", LongestTitle);
        view["notify_on_close"] = cancel is not null;
        view["private_metadata"] = state.Write();
        view["blocks"] = new JsonArray(
        [
            .. ErrorsWithoutField(form, blocks),
            .. blocks.OfType<JsonObject>().Where(b => b.TextAt("block_id") != FormButtons).Select(b => Numbered(b, revision)),
            .. others.Length == 0 ? [] : (JsonNode[])[new JsonObject { ["type"] = "actions", ["block_id"] = $"{FormButtons}#{revision}", ["elements"] = new JsonArray([.. others]) }],
        ]);
        return view;
    }

    /// <summary>Says something in the place of a form; nothing can be sent from it.</summary>
    public static JsonObject Saying(string title, string text)
    {
        var view = Begin(title, "Close");
        view["callback_id"] = "said";
        view["blocks"] = new JsonArray(new JsonObject { ["type"] = "section", ["text"] = PlainText.Of(text, LongestText) });
        return view;
    }

    /// <summary>Verb of a button: what stands in its <c>action_id</c> before a colon.</summary>
    public static string VerbOf(JsonNode? button) => button.TextAt("action_id")?.Split(':')[0] ?? "";

    private static JsonObject Begin(string title, string close) => new()
    {
        ["type"] = "modal",
        ["title"] = PlainText.Of(title, LongestTitle),
        ["close"] = PlainText.Of(close, LongestTitle),
    };

    private static JsonObject Numbered(JsonObject block, int revision)
    {
        var numbered = block.DeepClone().AsObject();
        if (numbered.TextAt("type") == "input" && numbered.TextAt("block_id") is { } id)
        {
            numbered["block_id"] = $"{id}#{revision}";
        }

        return numbered;
    }

    private static IEnumerable<JsonNode> ErrorsWithoutField(FormContent form, JsonArray blocks)
    {
        var fields = blocks.OfType<JsonObject>().Select(b => b.TextAt("element", "action_id")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return form.Errors.Where(e => !fields.Contains(e.Key)).Take(10).Select(e => new JsonObject
        {
            ["type"] = "context",
            ["elements"] = new JsonArray(PlainText.Of(e.Value, LongestText)),
        });
    }
}
