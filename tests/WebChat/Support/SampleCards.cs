using System.Text.Json.Nodes;
using TrunkBot.Chat.Templates;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>Small cards of the kinds that the bot sends, and those that it is shipped with.</summary>
internal static class SampleCards
{
    /// <summary>Read and expanded once for all tests.</summary>
    public static CardTemplates Shipped { get; } = new(Path.Combine(OpenPage.Root, "cards"));

    /// <summary>A step of a form: two fields, one required, a part behind a toggle and one behind a ShowCard.</summary>
    public static JsonObject Form(string title = "New trunk", string site = "denver", string? error = null) => (JsonObject)JsonNode.Parse($$"""
        {
          "type": "AdaptiveCard", "version": "1.5",
          "body": [
            { "type": "TextBlock", "style": "heading", "text": "{{title}}", "wrap": true },
            { "type": "TextBlock", "text": "Step **1 of 3**: who and *where*. Use `plain` names:\n\n- one per SBC\n- 1 to 30 characters", "wrap": true },
            { "type": "Input.Text", "id": "name", "label": "Trunk name", "isRequired": true, "errorMessage": "A trunk needs a name.", "placeholder": "acme-east" },
            { "type": "TextBlock", "id": "name-error", "color": "Attention", "wrap": true, "isVisible": {{(error is null ? "false" : "true")}}, "text": "{{error}} " },
            { "type": "Input.ChoiceSet", "id": "site", "label": "Site", "value": "{{site}}", "choices": [ { "title": "Denver", "value": "denver" }, { "title": "Boise", "value": "boise" } ] },
            { "type": "Input.Toggle", "id": "inbound", "title": "Numbers come in as well", "value": "false" },
            { "type": "TextBlock", "id": "why", "text": "Origination needs one more ACL.", "isVisible": false, "wrap": true },
            { "type": "ActionSet", "actions": [ { "type": "Action.ToggleVisibility", "title": "Why?", "targetElements": [ "why" ] } ] }
          ],
          "actions": [
            { "type": "Action.Execute", "title": "Next", "verb": "trunk-form", "style": "positive", "data": { "form": "F1" } },
            { "type": "Action.ShowCard", "title": "More", "card": { "type": "AdaptiveCard", "body": [ { "type": "Input.Text", "id": "note", "label": "Note" } ] } },
            { "type": "Action.Execute", "title": "Cancel", "verb": "cancel", "data": { "form": "F1" }, "associatedInputs": "none" }
          ]
        }
        """)!;

    /// <summary>A plan with facts, a table, device lines and the two buttons of an approver.</summary>
    public static JsonObject Plan(string state = "Waiting for approval", bool hasButtons = true) => (JsonObject)JsonNode.Parse($$"""
        {
          "type": "AdaptiveCard", "version": "1.5",
          "body": [
            { "type": "TextBlock", "style": "heading", "text": "Plan for acme-east", "wrap": true },
            { "type": "Container", "style": "{{(hasButtons ? "warning" : "good")}}", "bleed": true, "items": [ { "type": "TextBlock", "weight": "Bolder", "wrap": true, "text": "{{state}}" } ] },
            { "type": "FactSet", "facts": [
              { "title": "Twilio", "value": "1 trunk, 1 access control list: create" },
              { "title": "Perimeta", "value": "8 permit-peer, 1 adjacency: create" },
              { "title": "Plan", "value": "3f9a1c20" } ] },
            { "type": "Table", "columns": [ { "width": 1 }, { "width": 2 } ], "rows": [
              { "type": "TableRow", "cells": [ { "type": "TableCell", "items": [ { "type": "TextBlock", "text": "System" } ] }, { "type": "TableCell", "items": [ { "type": "TextBlock", "text": "Undo", "wrap": true } ] } ] },
              { "type": "TableRow", "cells": [ { "type": "TableCell", "items": [ { "type": "TextBlock", "text": "Perimeta" } ] }, { "type": "TableCell", "items": [ { "type": "TextBlock", "text": "no adjacency sip acme-east-umatilla", "wrap": true } ] } ] } ] },
            { "type": "CodeBlock", "language": "PlainText", "codeSnippet": "adjacency sip acme-east-umatilla\n  service-address Twilio_Public\n  remote-address-range ipv4 54.172.60.0 prefix-len 30 and-a-long-line-that-does-not-fit-on-a-phone-screen\n  activate", "fallback": "drop" }
          ],
          "actions": [{{(hasButtons ? """
            { "type": "Action.Execute", "title": "Approve", "verb": "approve", "style": "positive", "data": { "id": "CHG-17" } },
            { "type": "Action.Execute", "title": "Reject", "verb": "reject", "style": "destructive", "data": { "id": "CHG-17" } }
            """ : "")}}]
        }
        """)!;
}
