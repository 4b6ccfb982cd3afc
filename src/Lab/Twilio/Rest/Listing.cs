using System.Globalization;
using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>The two shapes of a list: <c>meta</c> with absolute links on the v1 hosts, top-level relative links under 2010-04-01.</summary>
internal static class Listing
{
    private const int DefaultPageSize = 50;

    public static Answer Version1(ApiRequest request, string key, IReadOnlyList<JsonObject> items)
    {
        var (page, size) = Asked(request);
        var last = (items.Count - 1) / size;
        return Answer.Ok(new JsonObject
        {
            ["meta"] = new JsonObject
            {
                ["page"] = page,
                ["page_size"] = size,
                ["first_page_url"] = Link(0),
                ["previous_page_url"] = page > 0 ? Link(page - 1) : null,
                ["url"] = Link(page),
                ["next_page_url"] = page < last ? Link(page + 1) : null,
                ["key"] = key,
            },
            [key] = Slice(items, page, size),
        });

        string Link(int number) => request.Origin + request.Path + Query(request, number, size);
    }

    public static Answer Version2010(ApiRequest request, string key, IReadOnlyList<JsonObject> items)
    {
        var (page, size) = Asked(request);
        var last = (items.Count - 1) / size;
        var slice = Slice(items, page, size);
        return Answer.Ok(new JsonObject
        {
            ["start"] = page * size,
            ["end"] = page * size + Math.Max(slice.Count - 1, 0),
            ["page"] = page,
            ["page_size"] = size,
            ["first_page_uri"] = Link(0),
            ["previous_page_uri"] = page > 0 ? Link(page - 1) : null,
            ["next_page_uri"] = page < last ? Link(page + 1) : null,
            ["uri"] = Link(page),
            [key] = slice,
        });

        string Link(int number) => request.Path + Query(request, number, size);
    }

    /// <summary>A link keeps what was asked for: the next page of a filtered list is filtered, too.</summary>
    private static string Query(ApiRequest request, int page, int size)
    {
        var filters = string.Concat(request.Http.Request.Query
            .Where(q => q.Key is not ("PageSize" or "Page" or "PageToken"))
            .SelectMany(q => q.Value.Select(v => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(v ?? "")}&")));
        return $"?{filters}PageSize={size}&Page={page}{(page == 0 ? "" : $"&PageToken=PT{page}")}";
    }

    private static JsonArray Slice(IReadOnlyList<JsonObject> items, int page, int size) =>
        [.. items.Skip(page * size).Take(size)];

    private static (int Page, int Size) Asked(ApiRequest request) =>
        (Value(request, "Page", 0, 0, 1_000_000), Value(request, "PageSize", DefaultPageSize, 1, 1000));

    private static int Value(ApiRequest request, string name, int otherwise, int least, int most)
    {
        var text = request.Http.Request.Query[name].LastOrDefault();
        return string.IsNullOrEmpty(text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
            : throw TwilioRefusalException.Parameter(name, $"not a whole number from {least} to {most}");
    }
}
