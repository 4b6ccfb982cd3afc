using System.Globalization;
using System.Text.Json.Nodes;
using TrunkBot.Lab.Twilio.Account;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>How a stored object is shown: ISO 8601 dates and an absolute <c>url</c> on the v1 hosts, RFC 2822 dates and a relative <c>uri</c> under 2010-04-01.</summary>
internal static class Rendering
{
    public static JsonObject Version1(ApiRequest request, Resource resource, string path)
    {
        var shown = Start(request, resource);
        shown["date_created"] = resource.Created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        shown["date_updated"] = resource.Updated.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        shown["url"] = request.Origin + path;
        return shown;
    }

    public static JsonObject Version2010(ApiRequest request, Resource resource, string pathAfterAccount)
    {
        var shown = Start(request, resource);
        shown["date_created"] = Rfc2822(resource.Created);
        shown["date_updated"] = Rfc2822(resource.Updated);
        shown["uri"] = $"/2010-04-01/Accounts/{request.AccountSid}{pathAfterAccount}.json";
        return shown;
    }

    private static JsonObject Start(ApiRequest request, Resource resource)
    {
        var shown = new JsonObject { ["sid"] = resource.Sid, ["account_sid"] = request.AccountSid };
        foreach (var (name, value) in resource.Fields)
        {
            shown[name] = value?.DeepClone();
        }

        return shown;
    }

    private static string Rfc2822(DateTimeOffset moment) =>
        moment.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);
}
