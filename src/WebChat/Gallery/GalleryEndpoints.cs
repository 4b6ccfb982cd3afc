using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Templates;

namespace TrunkBot.WebChat.Gallery;

/// <summary>Every message of the bot with every sample, in both faces: what the page at <c>/gallery</c> shows. With <c>?lang=de</c> their own words are German; the samples stay as they are.</summary>
internal static class GalleryEndpoints
{
    public static void MapGallery(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/webchat/api/gallery", Messages).AddEndpointFilter(LabGuard.PageOrScript);

    private static IResult Messages([FromServices] CardTemplates cards, string? lang) => Results.Json(
        from name in cards.Names
        from sample in cards.SamplesOf(name)
        let card = sample.Card with { Language = lang is not null && Languages.IsKnown(lang) ? lang : Languages.Default }
        select new { name, variant = sample.Variant, card = cards.Render(card), blocks = ((IBlockKitRenderer)cards).Render(card) });
}
