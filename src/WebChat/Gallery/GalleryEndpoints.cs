using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;

namespace TrunkBot.WebChat.Gallery;

/// <summary>Every message of the bot with every sample, in both faces: what the page at <c>/gallery</c> shows.</summary>
internal static class GalleryEndpoints
{
    public static void MapGallery(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/webchat/api/gallery", Messages).AddEndpointFilter(LabGuard.PageOrScript);

    private static IResult Messages([FromServices] CardTemplates cards) => Results.Json(
        from name in cards.Names
        from sample in cards.SamplesOf(name)
        select new { name, variant = sample.Variant, card = cards.Render(sample.Card), blocks = ((IBlockKitRenderer)cards).Render(sample.Card) });
}
