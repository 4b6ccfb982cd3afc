using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <summary>The hosts of Twilio that are spoken to; nothing is sent anywhere else.</summary>
public enum TwilioProduct
{
    /// <summary>api.twilio.com, version 2010-04-01.</summary>
    Api,

    /// <summary>trunking.twilio.com, version 1.</summary>
    Trunking,

    /// <summary>insights.twilio.com, version 1: how calls went.</summary>
    Insights,

    /// <summary>monitor.twilio.com, version 1: alerts, and who changed what.</summary>
    Monitor,

    /// <summary>voice.twilio.com, version 1: dialing permissions.</summary>
    Voice,

    /// <summary>routes.twilio.com, version 2: inbound region.</summary>
    Routes,
}

/// <summary>A GET that answers one resource.</summary>
public sealed record TwilioRead<T>(TwilioProduct Product, string Path) : TwilioRequest(HttpMethod.Get, Product, Path, []);

/// <summary>A GET that answers a list, in pages.</summary>
/// <param name="Items">Name of the array in the shape of 2010-04-01; the other shape names it itself.</param>
public sealed record TwilioList<T>(TwilioProduct Product, string Path, string Items) : TwilioRequest(HttpMethod.Get, Product, Path, []);

/// <summary>One request, before it is encoded.</summary>
/// <param name="Path">Path and query, starting with a slash, encoded.</param>
/// <param name="Form">Names and values as they are meant; order is kept, a repeated name is an array.</param>
public record TwilioRequest(HttpMethod Method, TwilioProduct Product, string Path, IReadOnlyList<KeyValuePair<string, string>> Form)
{
    public Uri Url(TwilioSite site) => new(BaseUrl(site, Product), Path);

    /// <summary>The body: UTF-8, <c>+</c> as %2B, blanks as %20 (both are read by every form parser).</summary>
    public string Body() => string.Join('&', Form.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}"));

    /// <summary>The request as people read it: the request line, then one line for each field before encoding.</summary>
    public IReadOnlyList<string> Lines(TwilioSite site) =>
    [
        $"{Method} {BaseUrl(site, Product).ToString().TrimEnd('/')}{Path}",
        .. Form.Select(f => TwilioRedaction.Line($"{f.Key}={f.Value}")),
    ];

    public static Uri BaseUrl(TwilioSite site, TwilioProduct product) => site.BaseUrls().Single(u => u.Product == Name(product)).Url;

    /// <summary>Whether a site's base URL may be given the login.</summary>
    public static bool MayTakeLogin(TwilioSite site, TwilioProduct product) => TwilioSite.MayTakeLogin(BaseUrl(site, product), Name(product));

    private static string Name(TwilioProduct product) => product.ToString().ToLowerInvariant();
}
