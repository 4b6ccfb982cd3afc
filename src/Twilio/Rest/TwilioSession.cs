using System.Text.Json;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.Rest;

/// <summary>Requests on behalf of one site, with typed answers. What is sent and received is told to <paramref name="record"/>.</summary>
public sealed class TwilioSession(TwilioClient client, TwilioSite site, Action<WireExchange>? record)
{
    private const int MostPages = 200;

    private static readonly string[] TwilioHosts = ["trunking.twilio.com", "api.twilio.com"];

    public TwilioSite Site { get; } = site;

    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<T> GetAsync<T>(TwilioRequest request, CancellationToken cancellationToken) =>
        Read<T>(await client.SendAsync(Site, request, record, cancellationToken));

    /// <summary>As <see cref="GetAsync"/>; null when there is no such resource.</summary>
    public async Task<T?> FindAsync<T>(TwilioRequest request, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync<T>(request, cancellationToken);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            return null;
        }
    }

    /// <summary>A POST, sent once unless it is known not to have arrived.</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public Task PostAsync(TwilioRequest request, CancellationToken cancellationToken) =>
        client.SendAsync(Site, request, record, cancellationToken);

    /// <summary>A DELETE. What is not there is deleted.</summary>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task DeleteAsync(TwilioRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(Site, request, record, cancellationToken);
        }
        catch (TwilioException e) when (e.Trouble == TwilioTrouble.NotFound)
        {
            // Gone already, by an earlier try or by somebody else.
        }
    }

    /// <summary>
    /// Creates what <paramref name="find"/> does not find. A create whose answer was lost may have worked, so before each try it is
    /// looked for by its natural key.
    /// </summary>
    /// <returns>What is there now, and whether it was found rather than created.</returns>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<(T Found, bool WasThere)> FindOrCreateAsync<T>(
        Func<Task<T?>> find, TwilioRequest create, CancellationToken cancellationToken)
        where T : class
    {
        const int mostTries = 4;
        for (var tries = 0; ; tries++)
        {
            if (await find() is { } found)
            {
                return (found, true);
            }

            try
            {
                return (Read<T>(await client.SendAsync(Site, create, record, cancellationToken)), false);
            }
            catch (TwilioException e) when (e.Trouble is TwilioTrouble.Lost or TwilioTrouble.Unreadable && tries < mostTries - 1)
            {
                await client.BackOffAsync(tries, cancellationToken);
            }
        }
    }

    /// <summary>All items of a list, page after page, in either of Twilio's two shapes.</summary>
    /// <param name="items">Name of the array in the shape of 2010-04-01; the other shape names it itself.</param>
    /// <exception cref="TwilioException">It was not fulfilled.</exception>
    public async Task<IReadOnlyList<T>> ListAsync<T>(TwilioRequest request, string items, CancellationToken cancellationToken)
    {
        List<T> all = [];
        HashSet<string> seen = [];
        for (TwilioRequest? page = request; page is not null;)
        {
            if (!seen.Add(page.Path) || seen.Count > MostPages)
            {
                throw Unreadable($"the pages of {request.Path} do not end");
            }

            page = Page(await client.SendAsync(Site, page, record, cancellationToken), page, items, all);
        }

        return all;
    }

    private TwilioRequest? Page<T>(string body, TwilioRequest request, string items, List<T> all)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            string? next;
            if (root.TryGetProperty("meta", out var meta))
            {
                items = meta.GetProperty("key").GetString() ?? items;
                next = Link(meta, "next_page_url");
            }
            else
            {
                next = Link(root, "next_page_uri");
            }

            all.AddRange(root.GetProperty(items).Deserialize<List<T>>(TwilioJson.Options) ?? []);
            return next is null ? null : request with { Path = Rebase(next, request.Product) };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Unreadable($"the list {request.Path} can't be read", e);
        }
    }

    /// <summary>Takes path and query of a link, so that the login never goes to a host that an answer names.</summary>
    private string Rebase(string link, TwilioProduct product)
    {
        var baseUrl = TwilioRequest.BaseUrl(Site, product);
        var url = new Uri(baseUrl, link);
        var known = url.Host == baseUrl.Host || TwilioHosts.Contains(url.Host);
        if (!known || (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback))
        {
            throw Unreadable($"the next page is on {TwilioError.OneLine(url.GetLeftPart(UriPartial.Authority))}, which is not Twilio");
        }

        return url.PathAndQuery;
    }

    private static string? Link(JsonElement element, string name) =>
        element.TryGetProperty(name, out var link) && link.ValueKind == JsonValueKind.String && link.GetString() is { Length: > 0 } text ? text : null;

    private static T Read<T>(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, TwilioJson.Options) ?? throw Unreadable("the answer is empty");
        }
        catch (JsonException e)
        {
            throw Unreadable("the answer can't be read", e);
        }
    }

    private static TwilioException Unreadable(string message, Exception? inner = null) =>
        new(TwilioTrouble.Unreadable, null, null, message, inner);
}
